import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { codegen } from "@graphql-codegen/core";
import * as typescriptOperations from "@graphql-codegen/typescript-operations";
import { parse, Kind } from "graphql";
import { format, resolveConfig } from "prettier";

const folder = import.meta.dirname;
const output = join(folder, "operation-types.d.ts");

/** The scalars as they come in JSON; what is JSON itself may be anything. */
const scalars = {
  ID: "string",
  DateTimeISO: "string",
  Cursor: "string",
  JSON: "any",
  JSONObject: "any",
  SafeInt: "number",
};

const operationsFolder = join(folder, "operations");
const documents = readdirSync(operationsFolder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".graphql"))
  .sort()
  .map((file) => ({ location: file, document: parse(readFileSync(join(operationsFolder, file), "utf8")) }));

const types = await codegen({
  filename: output,
  schema: parse(readFileSync(join(folder, "schema.graphql"), "utf8")),
  documents,
  config: {},
  pluginMap: { typescriptOperations },
  plugins: [
    {
      typescriptOperations: {
        scalars,
        strictScalars: true,
        enumType: "string-literal",
        skipTypename: true,
        disableDescriptions: true,
      },
    },
  ],
});

/** The types of one operation, by the name of its file. */
function entry({ location, document }) {
  const { name, operation } = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const type = `${name.value}${operation[0].toUpperCase()}${operation.slice(1)}`;
  return `"${basename(location, ".graphql")}": { kind: "${operation}"; data: ${type}; variables: ${type}Variables };`;
}

const text = `// Made by \`npm run schema\` from schema.graphql and operations/.
${types}
/** The named operations, by the names of their files. */
export interface Operations {
  ${documents.map(entry).join("\n  ")}
}
`;
const made = await format(text, { ...(await resolveConfig(output)), filepath: output });
if (process.argv.includes("--check")) process.exit(made === readFileSync(output, "utf8") ? 0 : 1);
writeFileSync(output, made);
