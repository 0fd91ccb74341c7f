import "reflect-metadata";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { lexicographicSortSchema, printSchema } from "graphql";
import { projectFolder } from "../../kernel/project-folder.js";
import { resolverClasses } from "./resolver-classes.js";
import { createSchema } from "./schema.js";

/** The schema as its users read it. Resolvers are not built for this: their decorators say everything. */
export async function printPublicSchema(): Promise<string> {
  return `${printSchema(lexicographicSortSchema(await createSchema([], resolverClasses)))}\n`;
}

if (process.argv[1]?.endsWith("emit-schema.js")) {
  // Not awaited here: a module that waits cannot be loaded by the CommonJS of the tests.
  void printPublicSchema().then((schema) => writeFileSync(join(projectFolder, "schema/schema.graphql"), schema));
}
