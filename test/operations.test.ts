import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "@jest/globals";
import { buildSchema, getNamedType, Kind, parse, validate, type OperationDefinitionNode } from "graphql";

const folder = join(import.meta.dirname, "../schema");
const schema = buildSchema(readFileSync(join(folder, "schema.graphql"), "utf8"));
const documents = readdirSync(join(folder, "operations"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".graphql"))
  .sort()
  .map((file) => ({ file, document: parse(readFileSync(join(folder, "operations", file), "utf8")) }));

const operationsOf = (document: ReturnType<typeof parse>): OperationDefinitionNode[] =>
  document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);

test.each(documents)("$file is valid, and holds the one operation that it is named after", ({ file, document }) => {
  expect(validate(schema, document).map(({ message }) => message)).toEqual([]);
  const pascal = basename(file, ".graphql").replace(/(?:^|-)(\w)/g, (_all, letter: string) => letter.toUpperCase());
  expect(operationsOf(document).map(({ name }) => name?.value)).toEqual([pascal]);
});

test("file names are unique, so that a name alone finds its operation", () => {
  const names = documents.map(({ file }) => basename(file));
  expect(new Set(names).size).toBe(names.length);
});

test("every mutation and every subscription has a named operation", () => {
  const used = new Set(
    documents.flatMap(({ document }) =>
      operationsOf(document).flatMap(({ selectionSet }) =>
        selectionSet.selections.map((selection) => (selection.kind === Kind.FIELD ? selection.name.value : "")),
      ),
    ),
  );
  const fields = [schema.getMutationType()!, schema.getSubscriptionType()!].flatMap((type) =>
    Object.values(type.getFields()),
  );
  expect(
    fields.filter(({ name }) => !used.has(name)).map(({ name, type }) => `${name}: ${getNamedType(type).name}`),
  ).toEqual([]);
});

test("the generated types of operations are those of the schema and the documents (`npm run schema` writes them)", () => {
  const check = () => execFileSync(process.execPath, [join(folder, "emit-operation-types.mjs"), "--check"]);
  expect(check).not.toThrow();
});
