import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { codegen } from "@graphql-codegen/core";
import * as typescriptOperations from "@graphql-codegen/typescript-operations";
import { parseSync } from "@swc/core";
import { buildSchema, parse, validate, Kind } from "graphql";
import { format, resolveConfig } from "prettier";

const folder = import.meta.dirname;
const schemaText = readFileSync(join(folder, "schema.graphql"), "utf8");
const schema = buildSchema(schemaText);

/** The scalars as they come in JSON; what is JSON itself may be anything. */
const scalars = {
  ID: "string",
  DateTimeISO: "string",
  Cursor: "string",
  JSON: "any",
  JSONObject: "any",
  SafeInt: "number",
};

/** The files below a folder that end so, with their texts, in order. */
const filesIn = (root, ending) =>
  readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));

const operationOf = (document) => document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);

/** The named operations, each by the name of its file. */
const named = filesIn(join(folder, "operations"), ".graphql").map(({ file, text }) => ({
  key: basename(file, ".graphql"),
  document: parse(text),
}));

/** Every constant text in a module. */
function* constants(node) {
  if (node === null || typeof node !== "object") return;
  if (node.type === "StringLiteral") yield node.value;
  else if (node.type === "TemplateLiteral" && node.quasis.length === 1) yield node.quasis[0].cooked;
  for (const child of Array.isArray(node) ? node : Object.values(node)) yield* constants(child);
}

/** The text as a valid document of one operation, which gets a name of its own. */
function inlineDocument(text) {
  let document;
  try {
    document = parse(text);
  } catch {
    return undefined;
  }
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operations.length !== 1 || validate(schema, document).length > 0) return undefined;
  const value = `Inline${createHash("sha256").update(text).digest("hex").slice(0, 12)}`;
  operations[0].name = { kind: Kind.NAME, value };
  return document;
}

/** The valid documents that tests have in their code, each by its text. */
const inline = [
  ...new Set(
    filesIn(join(folder, "../test"), ".ts").flatMap(({ text }) =>
      [...constants(parseSync(text, { syntax: "typescript", decorators: true }).body)].filter((constant) =>
        /^\s*(?:\{|query\b|mutation\b|subscription\b)/.test(constant),
      ),
    ),
  ),
].flatMap((key) => {
  const document = inlineDocument(key);
  return document ? [{ key, document }] : [];
});

/** What codegen makes of the documents, and the rows of a table from their keys to their types. */
async function typesOf(documents, filename) {
  const types = await codegen({
    filename,
    schema: parse(schemaText),
    documents: documents.map(({ key, document }) => ({ location: key, document })),
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
  const rows = documents.map(({ key, document }) => {
    const { name, operation } = operationOf(document);
    const type = `${name.value[0].toUpperCase()}${name.value.slice(1)}${operation[0].toUpperCase()}${operation.slice(1)}`;
    return `${JSON.stringify(key)}: { kind: "${operation}"; data: ${type}; variables: ${type}Variables };`;
  });
  return { types, rows: rows.join("\n  ") };
}

const outputs = [
  {
    filename: join(folder, "operation-types.d.ts"),
    documents: named,
    text: ({ types, rows }) => `// Made by \`npm run schema\` from schema.graphql and operations/.
${types}
/** The named operations, by the names of their files. */
export interface Operations {
  ${rows}
}
`,
  },
  {
    filename: join(folder, "../test/document-types.d.ts"),
    documents: inline,
    text: ({ types, rows }) => `// Made by \`npm run schema\` from schema.graphql and the valid documents in test/.
// oxlint-disable typescript/no-explicit-any
${types}
declare module "../schema/operation-types.js" {
  /** The documents that tests have in their code, by their texts. */
  interface Operations {
  ${rows}
  }
}
`,
  },
];

for (const { filename, documents, text } of outputs) {
  const source = text(await typesOf(documents, filename));
  const made = await format(source, { ...(await resolveConfig(filename)), filepath: filename });
  if (!process.argv.includes("--check")) writeFileSync(filename, made);
  else if (made !== readFileSync(filename, "utf8")) process.exit(1);
}
