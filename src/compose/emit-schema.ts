import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { lexicographicSortSchema, printSchema } from "graphql";
import { projectFolder } from "../kernel/project-folder.js";
import { publicSchema } from "./public-schema.js";

/** The text of `schema/schema.graphql`. */
export async function printPublicSchema(): Promise<string> {
  return `${printSchema(lexicographicSortSchema(await publicSchema()))}\n`;
}

if (process.argv[1]?.endsWith("emit-schema.js")) {
  // Not awaited here: a module with a top-level await cannot be loaded by the tests' CommonJS.
  void printPublicSchema().then((schema) => writeFileSync(join(projectFolder, "schema/schema.graphql"), schema));
}
