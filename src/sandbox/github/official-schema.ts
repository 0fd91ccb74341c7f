import { readFile } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { buildASTSchema, type GraphQLSchema, parse } from "graphql";

let built: Promise<GraphQLSchema> | undefined;

/**
 * GitHub's published schema; building it takes most of a second, so it is built on the first query, once per process.
 */
export function officialSchema(): Promise<GraphQLSchema> {
  return (built ??= build());
}

async function build(): Promise<GraphQLSchema> {
  // The package's own entry would build the schema a second time, from JSON; the file beside it is not exported.
  const manifest = findPackageJSON("@octokit/graphql-schema", import.meta.url);
  if (manifest === undefined) throw new Error("The package @octokit/graphql-schema is not installed");
  const text = await readFile(join(dirname(manifest), "schema.graphql"), "utf8");
  return buildASTSchema(parse(text, { noLocation: true }), { assumeValidSDL: true, assumeValid: true });
}
