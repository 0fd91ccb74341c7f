import "reflect-metadata";
import { beforeAll, describe, expect, test } from "@jest/globals";
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLSchema,
} from "graphql";
import { requiredVariables } from "../../../test/support/required-variables.js";
import { publicSchema } from "../../compose/public-schema.js";
import { readConfig } from "../../config/config.js";
import { InvalidInput } from "../../kernel/errors.js";
import { RateLimiter } from "../pricing/rate-limiter.js";
import { Documents } from "./documents.js";
import type { GraphQLRequest } from "./graphql-request.js";

const noLimit = { member: Infinity, anonymous: Infinity };
const newDocuments = new RateLimiter({ refusal: "", perMinute: noLimit, clock: { now: () => new Date(0) } });
const { document: limits } = readConfig(requiredVariables).limits;

let schema: GraphQLSchema;
let documents: Documents;
beforeAll(async () => {
  schema = await publicSchema();
  documents = new Documents({ schema, limits: { ...limits, cost: Infinity }, newDocuments });
});

/** What is wrong with the request, as a client is told. */
function refusalOf(request: GraphQLRequest): InvalidInput | undefined {
  const found = documents.read(request, { network: "192.0.2.1" });
  if ("key" in found) return undefined;
  const cause = found[0]?.originalError;
  if (cause instanceof InvalidInput) return cause;
  throw new Error(`It is refused for something else: ${found[0]?.message.slice(0, 200)}`);
}

const texts = new Set(["String", "ID", "Cursor", "JSON", "JSONObject", "DateTimeISO"]);

/** A value of the type, with this text in one place of it. */
interface Given {
  readonly path: string;
  readonly value: (text: string) => unknown;
}

/** The least that the type takes. */
function sample(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return sample(type.ofType);
  if (isListType(type)) return [];
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (!isInputObjectType(type)) return texts.has(type.name) ? "a" : type.name === "Boolean" ? true : 1;
  const required = Object.values(type.getFields()).filter((field) => isNonNullType(field.type));
  return Object.fromEntries(required.map((field) => [field.name, sample(field.type)]));
}

/** Every place of the type where a text goes. */
function placesIn(type: GraphQLInputType, path: string): Given[] {
  if (isNonNullType(type)) return placesIn(type.ofType, path);
  if (isListType(type))
    return placesIn(type.ofType, `${path}[0]`).map((each) => ({
      ...each,
      value: (text) => [each.value(text)],
    }));
  if (isInputObjectType(type))
    return Object.values(type.getFields()).flatMap((field) =>
      placesIn(field.type, `${path}.${field.name}`).map((each) => ({
        ...each,
        value: (text) => ({ ...(sample(type) as object), [field.name]: each.value(text) }),
      })),
    );
  return isLeafType(type) && texts.has(type.name) ? [{ path, value: (text) => text }] : [];
}

const roots = (): (readonly [string, string])[] =>
  (["Query", "Mutation", "Subscription"] as const).map((name) => [name, name.toLowerCase()]);

/** The field with its arguments as variables, within a document that fits the schema. */
function documentOf(typeName: string, fieldName: string, argument: GraphQLArgument): string {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(typeName);
  const field = type.getFields()[fieldName]!;
  const given = field.args.filter((each) => each === argument || isNonNullType(each.type));
  const selection = isLeafType(getNamedType(field.type)) ? "" : "{__typename}";
  const call = `${fieldName}(${given.map(({ name }) => `${name}:$${name}`).join(" ")})${selection}`;
  const declared = `(${given.map((each) => `$${each.name}:${String(each.type)}`).join(" ")})`;
  const root = roots().find(([name]) => name === typeName)?.[1];
  if (root) return `${root}${declared}{${call}}`;
  const within = typeName === "Viewer" ? `viewer{${call}}` : `node(id:"x"){... on ${typeName}{${call}}}`;
  return `query${declared}{${within}}`;
}

interface Case extends Given {
  readonly query: string;
  readonly variables: (text: string) => Record<string, unknown>;
}

/** Every argument of the schema that takes a text, at whatever depth. */
function everyText(): Case[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith("__"))
    .flatMap((type) =>
      Object.values(isObjectType(type) ? type.getFields() : {}).flatMap((field) =>
        field.args.flatMap((argument) =>
          placesIn(argument.type, argument.name).map((place) => ({
            ...place,
            query: documentOf(type.name, field.name, argument),
            variables: (text: string) => ({
              ...Object.fromEntries(
                field.args.filter(({ type: of }) => isNonNullType(of)).map(({ name, type: of }) => [name, sample(of)]),
              ),
              [argument.name]: place.value(text),
            }),
          })),
        ),
      ),
    );
}

test("every argument that takes a text refuses one that is too long, by its path and limit, and does not repeat it", () => {
  const cases = everyText();
  expect(cases.length).toBeGreaterThan(250);
  for (const { path, query, variables } of cases) {
    const short = refusalOf({ query, variables: variables("a") })?.fields ?? [];
    expect([path, short.filter(({ message }) => message.startsWith("At most"))]).toEqual([path, []]);
    const refused = refusalOf({ query, variables: variables("a".repeat(800_000)) });
    const message = expect.stringMatching(/^At most \d+ characters; these are 800000\.$/) as unknown;
    expect([query, refused?.fields]).toEqual([query, [{ path, message }]]);
    expect(JSON.stringify([refused!.message, refused!.details]).length).toBeLessThan(500);
  }
});

const isPlainText = ({ path, query }: Case): boolean =>
  path !== "source" && new RegExp(`\\$${path.replace(/\W/g, "")}:(String|ID)`).test(query);

test("and so does each that is written in the document", () => {
  for (const { path, query, variables } of everyText().filter(isPlainText)) {
    const written = query.replace(/^(query|subscription)\([^)]*\)/, "$1").replace(/:\$(\w+)/g, (_, name: string) => {
      const value = JSON.stringify(variables("a".repeat(2_000))[name]);
      return `:${/^"[A-Z_]+"$/.test(value) ? value.slice(1, -1) : value}`;
    });
    const shown = written.slice(0, 100);
    expect([shown, refusalOf({ query: written })?.fields[0]?.path]).toEqual([shown, path]);
  }
});

describe("a text", () => {
  const createApp = `mutation($input:CreateAppInput!){createApp(input:$input){cursor}}`;
  const spec = { language: "NODE", repository: { provider: "GITHUB", path: "acme/shop" } };
  const problems = (more: object): readonly { path: string; message: string }[] =>
    refusalOf({ query: createApp, variables: { input: { namespaceId: "nsp_1", name: "web", spec, ...more } } })
      ?.fields ?? [];

  test("of one line takes no control characters and none that turn text around; one of several takes line feeds", () => {
    for (const hidden of ["\n", "\u001b[2K", "\u202e", "\u200b"]) {
      expect(problems({ displayName: `Shop${hidden}` })).toMatchObject([{ path: "input.displayName" }]);
    }
    expect(problems({ description: "one\n\ttwo" })).toEqual([]);
    expect(problems({ description: "one\u202etwo" })).toMatchObject([
      { path: "input.description", message: expect.stringContaining("there is U+202E at index 3") },
    ]);
    expect(problems({ displayName: "Café 漢字 👩\u200d🚀 שלום" })).toEqual([]);
  });

  test("that is a value takes whatever can be stored", () => {
    const environment = (value: string): object => ({ spec: { ...spec, environment: [{ name: "A", value }] } });
    expect(problems(environment("\u001b[1m\r\n\u202e".padEnd(32_000, "x")))).toEqual([]);
    expect(problems(environment("a\0"))).toMatchObject([{ path: "input.spec.environment[0].value" }]);
  });

  test("in a default, a fragment, and a variable that is used twice is looked at where it goes", () => {
    const long = "a".repeat(2_000);
    const byDefault = `query($search:String="${long}"){apps(filter:{search:$search}){totalCount}}`;
    expect(refusalOf({ query: byDefault })?.fields).toMatchObject([{ path: "filter.search" }]);
    const fragment = `query($id:ID!){...f} fragment f on Query{app(id:$id){id} build(id:$id){id}}`;
    expect(refusalOf({ query: fragment, variables: { id: long } })?.fields).toMatchObject([{ path: "id" }]);
  });

  test("of a variable that the document does not declare is nobody's business", () => {
    expect(refusalOf({ query: "{viewer{email}}", variables: { more: "a\0".repeat(2_000) } })).toBeUndefined();
  });

  test("of a subscription is one of few, because all of them are kept", () => {
    const query = `subscription($containers:[String!]){appLog(app:"app_1" containers:$containers){cursor}}`;
    const look = (count: number) =>
      documents.read(
        { query, variables: { containers: Array(count).fill("a".repeat(500)) } },
        { network: "192.0.2.1" },
      );
    expect("key" in look(60)).toBe(true);
    expect(look(70)).toMatchObject([
      { originalError: { limits: [{ limit: "subscriptionVariables", allowed: 32_000 }] } },
    ]);
  });

  test("that names an operation is short", () => {
    const refused = refusalOf({ query: "query a{viewer{email}}", operationName: "b".repeat(900_000) });
    expect(refused?.fields).toEqual([{ path: "operationName", message: "At most 200 characters." }]);
  });

  test("among many wrong ones is told with the first of them", () => {
    const events = Array.from({ length: 1_000 }, () => "\u202e");
    const query = `query($filter:JournalFilterInput){journal(filter:$filter){totalCount}}`;
    expect(refusalOf({ query, variables: { filter: { events } } })?.fields).toHaveLength(10);
  });
});
