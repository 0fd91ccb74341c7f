import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { buildSchema, getIntrospectionQuery } from "graphql";
import { hostileRequests, largestDocument } from "../../../test/support/hostile-documents.js";
import { requiredVariables } from "../../../test/support/required-variables.js";
import { readConfig } from "../../config/config.js";
import { InvalidInput, RateLimited, TooComplex, type LimitViolation } from "../../kernel/errors.js";
import { RateLimiter } from "../pricing/rate-limiter.js";
import type { DocumentLimits } from "./document-limits.js";
import { Documents } from "./documents.js";
import type { GraphQLRequest } from "./graphql-request.js";

const folder = join(import.meta.dirname, "../../../schema");
const schema = buildSchema(readFileSync(join(folder, "schema.graphql"), "utf8"));
const { document: limits } = readConfig(requiredVariables).limits;

const newDocuments = (perMinute: number): RateLimiter =>
  new RateLimiter({
    refusal: "Too many new documents.",
    perMinute: { member: perMinute, anonymous: perMinute },
    clock: { now: () => new Date(0) },
  });
const manyDocuments = newDocuments(1_000_000);
const sender = { network: "192.0.2.1" };
const documentsWith = (more: Partial<DocumentLimits> = {}): Documents =>
  new Documents({ schema, limits: { ...limits, ...more }, newDocuments: manyDocuments });

/** The limits that stand in a request's way. */
function violationsOf(request: GraphQLRequest, more: Partial<DocumentLimits> = {}): readonly LimitViolation[] {
  const found = documentsWith(more).read(request, sender);
  if ("key" in found) return [];
  const cause = found[0]?.originalError;
  if (!(cause instanceof TooComplex)) throw new Error(`It is refused for something else: ${found[0]?.message}`);
  return cause.limits;
}
const list = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(" ");

describe("a hostile document", () => {
  const documents = hostileRequests.flatMap(({ what, body, code, limit }) => {
    try {
      const request = JSON.parse(body) as GraphQLRequest;
      return Array.isArray(request) ? [] : [{ what, request, code, limit }];
    } catch {
      return [];
    }
  });

  test.each(documents)("of $what is refused", ({ request, code, limit }) => {
    const found = documentsWith().read(request, sender);
    expect("key" in found).toBe(false);
    const cause = "key" in found ? undefined : found[0]?.originalError;
    expect(cause instanceof TooComplex ? cause.code : "INVALID_INPUT").toBe(code);
    expect(cause instanceof TooComplex ? cause.limits.map((each) => each.limit) : []).toEqual(
      limit === undefined ? [] : expect.arrayContaining([limit]),
    );
    // A long list of mistakes is not told whole.
    expect("key" in found ? 0 : found.length).toBeLessThanOrEqual(21);
  });
});

describe("the limit of", () => {
  const cases: readonly [keyof DocumentLimits, number, (count: number) => GraphQLRequest][] = [
    ["length", 200, (count) => ({ query: `{viewer{email}}#`.padEnd(count, "x") })],
    ["tokens", 8, (count) => ({ query: `{viewer{${list(count - 5, () => "email")}}}` })],
    [
      "depth",
      8,
      (count) => {
        const rounds = (count - 2) / 2;
        return { query: `{app{${"lastRollout{app{".repeat(rounds)}id${"}}".repeat(rounds)}}}` };
      },
    ],
    [
      "fields",
      8,
      (count) => ({
        query: `{viewer{...A} a:viewer{...A}} fragment A on Viewer{${list((count - 2) / 2, () => "email")}}`,
      }),
    ],
    [
      "rootFields",
      4,
      (count) => ({ query: `{...A} fragment A on Query{${list(count, (i) => `a${i}:viewer{email}`)}}` }),
    ],
    ["aliases", 5, (count) => ({ query: `{viewer{${list(count, (i) => `a${i}:email`)}}}` })],
    [
      "repeats",
      3,
      (count) => ({ query: `{viewer{...A ${list(count - 1, () => "...{email}")}}} fragment A on Viewer{email}` }),
    ],
    ["directives", 2, (count) => ({ query: `{viewer{${list(count, (i) => `a${i}:email@include(if:true)`)}}}` })],
    [
      "fragments",
      3,
      (count) => ({
        query: `{${list(count, (i) => `...F${i}`)}} ${list(count, (i) => `fragment F${i} on Query{viewer{email}}`)}`,
      }),
    ],
    ["operations", 2, (count) => ({ query: list(count, (i) => `query Q${i}{viewer{email}}`), operationName: "Q0" })],
    [
      "variables",
      3,
      (count) => ({
        query: `query(${list(count, (i) => `$v${i}:ID`)}){${list(count, (i) => `a${i}:app(id:$v${i}){id}`)}}`,
      }),
    ],
    ["variableValues", 6, (count) => ({ query: "{viewer{email}}", variables: { a: { b: Array(count - 2).fill(1) } } })],
  ];

  test.each(cases)("%s lets %i pass, and no more", (limit, allowed, ofSize) => {
    expect(violationsOf(ofSize(allowed), { [limit]: allowed })).toEqual([]);
    const more = limit === "depth" || limit === "fields" ? 2 : 1;
    expect(violationsOf(ofSize(allowed + more), { [limit]: allowed })).toEqual([
      { limit, allowed, found: allowed + more, remedy: expect.stringMatching(/\.$/) },
    ]);
  });

  test("several things at once is told at once, with what to do", () => {
    const found = documentsWith({ aliases: 1, directives: 0 }).read(
      { query: "{a:viewer{b:email@include(if:true)}}" },
      sender,
    );
    expect(found).toMatchObject([
      {
        message:
          "aliases: 2 of at most 1. Ask for a list instead of many single things, or send several requests. directives: 1 of at most 0. Leave out what is not needed.",
      },
    ]);
  });
});

describe("an honest document passes:", () => {
  const documents = documentsWith();

  test.each(
    readdirSync(join(folder, "operations"), { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".graphql"),
    ),
  )("%s", (file) => {
    const found = documents.read({ query: readFileSync(join(folder, "operations", file), "utf8") }, sender);
    const cause = "key" in found ? undefined : found[0]?.originalError;
    const problems = cause instanceof InvalidInput ? cause.fields.map(({ message }) => message) : [];
    expect(problems.filter((message) => !/^A value of the type \S+ is required\.$/.test(message))).toEqual([]);
    expect("key" in found || problems.length > 0).toBe(true);
  });

  test("one that is as large as can be", () => {
    expect(documents.read({ query: largestDocument }, sender)).toHaveProperty("key");
    expect(
      violationsOf({ query: largestDocument.replaceAll("name", "name __typename") }).map(({ limit }) => limit),
    ).toEqual(["fields"]);
  });

  test("GraphiQL's question about the schema, with everything that it can ask", () => {
    const query = getIntrospectionQuery({
      descriptions: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    });
    expect(documents.read({ query, operationName: "IntrospectionQuery" }, sender)).toHaveProperty("key");
  });
});

describe("an operation", () => {
  const documents = documentsWith();
  const query = "query A{viewer{email}} query B{viewer{member{id}}}";
  const keyOf = (request: GraphQLRequest): string | undefined => {
    const found = documents.read(request, sender);
    return "key" in found ? found.key : undefined;
  };

  test("has one key, and another operation or document another", () => {
    const [a, b] = [keyOf({ query, operationName: "A" }), keyOf({ query, operationName: "B" })];
    expect(a).toBeDefined();
    expect(keyOf({ query, operationName: "A", variables: { x: 1 } })).toBe(a);
    expect(new Set([a, b, keyOf({ query: `${query} `, operationName: "A" })]).size).toBe(3);
    expect(keyOf({ query: "query A{viewer{email}}" })).toBe(
      keyOf({ query: "query A{viewer{email}}", operationName: "A" }),
    );
  });

  test("must be named when there are several, by a name that is there", () => {
    expect(keyOf({ query })).toBeUndefined();
    expect(keyOf({ query, operationName: "C" })).toBeUndefined();
  });

  test("is found by the hash of its document once it was looked at", () => {
    const hash = keyOf({ query, operationName: "A" })!.split(":")[0]!;
    expect(documents.byHash(hash)?.definitions).toHaveLength(2);
    expect(documentsWith().byHash(hash)).toBeUndefined();
  });

  test("stays the same thing, so that what is made of it is made once", () => {
    expect(documents.read({ query, operationName: "A" }, sender)).toBe(
      documents.read({ query, operationName: "A" }, sender),
    );
  });
});

describe("reading a document", () => {
  const look = (documents: Documents, query: string) => documents.read({ query }, sender);
  const isOver = (found: ReturnType<Documents["read"]>): boolean =>
    !("key" in found) && found[0]?.originalError instanceof RateLimited;

  test("is counted for whoever sends it first, and done no more when there were too many", () => {
    const documents = new Documents({ schema, limits, newDocuments: newDocuments(2) });
    expect(look(documents, "{viewer{email}}")).toHaveProperty("key");
    expect(isOver(look(documents, "{wrong}"))).toBe(false);
    expect(isOver(look(documents, "{__typename}"))).toBe(true);
    for (let round = 0; round < 10; round++) {
      expect(look(documents, "{viewer{email}}")).toHaveProperty("key");
      expect(isOver(look(documents, "{wrong}"))).toBe(false);
    }
    expect(documents.read({ query: "{__typename}" }, { memberId: "mem_1" })).toHaveProperty("key");
  });

  test("keeps what is good, however much comes that is wrong", () => {
    const documents = documentsWith();
    const first = look(documents, "{viewer{email}}");
    for (let i = 0; i < 2_000; i++) look(documents, `{wrong${i}}`);
    expect(look(documents, "{viewer{email}}")).toBe(first);
  });
});
