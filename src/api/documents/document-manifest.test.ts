import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { buildSchema } from "graphql";
import { requiredVariables } from "../../../test/support/required-variables.js";
import { readConfig } from "../../config/config.js";
import { ManifestError, readTrustedDocuments } from "./document-manifest.js";
import { printManifest } from "./emit-trusted-documents.js";
import { sha256, type TrustedDocuments } from "./trusted-documents.js";

const folder = join(import.meta.dirname, "../../../schema");
const schema = buildSchema(readFileSync(join(folder, "schema.graphql"), "utf8"));
const { document: limits } = readConfig(requiredVariables).limits;

let file: string;
beforeAll(() => {
  file = join(mkdtempSync(join(tmpdir(), "orrery-manifest-")), "manifest.json");
});
afterAll(() => rmSync(dirname(file), { recursive: true, force: true }));

function read(content: unknown, only = false): TrustedDocuments {
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return readTrustedDocuments({ file, only, schema, limits });
}
function problems(content: unknown): readonly string[] {
  try {
    read(content);
  } catch (error) {
    if (error instanceof ManifestError) return error.problems;
    throw error;
  }
  return [];
}
const viewer = "{viewer{email}}";
const inApollosFormat = (operations: object[]): object => ({
  format: "apollo-persisted-query-manifest",
  version: 1,
  operations,
});

test("schema/trusted-documents.json holds the named operations (`npm run schema` writes it)", () => {
  const manifest = readFileSync(join(folder, "trusted-documents.json"), "utf8");
  expect(manifest).toBe(printManifest(join(folder, "operations")));
  expect(problems(manifest)).toEqual([]);
});

test.each<[string, unknown]>([
  ["Apollo's format", inApollosFormat([{ id: "v1", name: "Viewer", type: "query", body: viewer }])],
  ["an object of documents by their ids", { v1: viewer }],
])("a manifest may have %s; a document has the name that it has there, and its hash", (_format, manifest) => {
  const trusted = read(manifest);
  for (const documentId of ["v1", sha256(viewer), `sha256:${sha256(viewer)}`])
    expect(trusted.textOf({ documentId })).toBe(viewer);
  expect(trusted.textOf({ query: "", extensions: { persistedQuery: { version: 1, sha256Hash: "v1" } } })).toBe(viewer);
});

test("each document that does not fit is told in one line of its own", () => {
  expect(
    problems({
      good: viewer,
      typo: "{viewer{emial}}",
      twice: "{viewer{emial} veiwer{email}}",
      broken: "{viewer{",
      deep: `{app(id:"x"){${"lastRollout{app{".repeat(10)}id${"}}".repeat(10)}}}`,
      nothing: "fragment F on Viewer{email}",
    }),
  ).toEqual([
    'typo: Cannot query field "emial" on type "Viewer". Did you mean "email"?',
    expect.stringMatching(/^twice: Cannot query field "emial".*Cannot query field "veiwer"/),
    "broken: Syntax Error: Expected Name, found <EOF>.",
    "deep: depth: 22 of at most 16. Ask for what lies deeper by its id, in another request.",
    'nothing: Fragment "F" is never used.',
  ]);
});

test.each<[string, unknown, string]>([
  ["no JSON", "{", "is no JSON"],
  ["no object", "[]", "holds no object"],
  ["a document that is none", { good: viewer, odd: 1 }, "odd: An id and a document are wanted."],
  ["an operation without an id", inApollosFormat([{ body: viewer }]), "number 1: An id and a document are wanted."],
  [
    "two documents of one id",
    inApollosFormat([
      { id: "a", body: viewer },
      { id: "a", body: "{__typename}" },
    ]),
    "a: Two documents have this id.",
  ],
])("a manifest with %s is refused", (_what, manifest, problem) => {
  expect(problems(manifest)).toEqual([expect.stringContaining(problem)]);
});

test("a manifest that is not there is refused", () => {
  const missing = { file: "/nowhere/manifest.json", only: false, schema, limits };
  expect(() => readTrustedDocuments(missing)).toThrow("/nowhere/manifest.json cannot be read: ENOENT");
});
