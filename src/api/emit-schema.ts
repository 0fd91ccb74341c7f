import "reflect-metadata";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { lexicographicSortSchema, printSchema } from "graphql";
import { projectFolder } from "../project-files.js";
import { resolverClasses } from "./resolver-classes.js";
import { createSchema } from "./schema.js";

/** The schema as its users read it. Resolvers are not built for this: their decorators say everything. */
export async function printPublicSchema(): Promise<string> {
  return `${printSchema(lexicographicSortSchema(await createSchema([], resolverClasses)))}\n`;
}

if (process.argv[1]?.endsWith("emit-schema.js")) {
  writeFileSync(join(projectFolder, "schema/schema.graphql"), await printPublicSchema());
}
