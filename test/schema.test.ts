import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import {
  buildSchema,
  getNamedType,
  GraphQLNonNull,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  isSpecifiedScalarType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLType,
} from "graphql";
import "reflect-metadata";
import { getMetadataStorage } from "type-graphql";
import { printPublicSchema } from "../src/compose/emit-schema.js";
import { errorCodes } from "../src/kernel/errors.js";
import { idPrefixes, kindOfId, newId, type NodeKind } from "../src/kernel/ids.js";

let printed: string;
let schema: GraphQLSchema;
beforeAll(async () => {
  printed = await printPublicSchema();
  schema = buildSchema(printed);
});

const types = (): GraphQLNamedType[] =>
  Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith("__") && !isSpecifiedScalarType(type));
const objects = (): GraphQLObjectType[] => types().filter(isObjectType);
const fields = (type: GraphQLObjectType): GraphQLField<unknown, unknown>[] => Object.values(type.getFields());
const isListed = (type: GraphQLType): boolean =>
  isListType(type) || (type instanceof GraphQLNonNull && isListed(type.ofType));
const entities = (): GraphQLObjectType[] =>
  objects().filter((type) => type.getInterfaces().some(({ name }) => name === "Node"));

test("schema/schema.graphql is what the code publishes (`npm run schema` writes it)", () => {
  expect(readFileSync(join(import.meta.dirname, "../schema/schema.graphql"), "utf8")).toBe(printed);
});

// The executor reads a field without a resolver from the property of the field's public name.
test("a field has the name of the property that it is read from", () => {
  const { fields: declared } = getMetadataStorage();
  expect(declared.length).toBeGreaterThan(300);
  const renamed = declared.filter(({ name, schemaName }) => name !== schemaName);
  expect(renamed.map(({ name, schemaName }) => `${schemaName} is read from ${name}`)).toEqual([]);
});

type Described = { readonly name: string; readonly description?: string | null | undefined };

/** The type, its values, its fields and their arguments. */
function describedIn(type: GraphQLNamedType): Described[] {
  const within = (at: string, what: Described): Described => ({ ...what, name: `${at}.${what.name}` });
  const isRoot = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].includes(
    type as GraphQLObjectType,
  );
  const inside: Described[] = isEnumType(type)
    ? [...type.getValues()]
    : isInputObjectType(type)
      ? Object.values(type.getFields())
      : isObjectType(type) || isInterfaceType(type)
        ? Object.values(type.getFields()).flatMap((field) => [
            field,
            ...field.args.map((arg) => within(field.name, arg)),
          ])
        : [];
  return [...(isRoot ? [] : [type]), ...inside.map((each) => within(type.name, each))];
}

test("everything is described", () => {
  const places = types().flatMap(describedIn);
  expect(places.length).toBeGreaterThan(400);
  expect(places.filter(({ description }) => !description?.trim()).map(({ name }) => name)).toEqual([]);
});

/** Phrases that say nothing to a reader who does not know the code, and template syntax, which documentation tools expand. */
const unclear = [
  /\bin force\b/,
  /\bby and by\b/,
  /\bhow far (?:it|a|an|the) /,
  /\bwhat it is at\b/,
  /\bthe same, as a sentence\b/,
  /^(?:which|what) (?:one|to change)/,
  /\bthat shall\b/,
  /\{\{/,
];

test("descriptions have four words or more, and no unclear phrase", () => {
  const poor = types()
    .flatMap(describedIn)
    .filter(({ description }) => {
      const text = description?.trim().toLowerCase() ?? "";
      return text.split(/\s+/).length < 4 || unclear.some((phrase) => phrase.test(text));
    });
  expect(poor.map(({ name, description }) => `${name}: ${description}`)).toEqual([]);
});

describe("a mutation", () => {
  const mutations = (): GraphQLField<unknown, unknown>[] => fields(schema.getMutationType()!);

  test("takes one input and returns a payload", () => {
    const others = mutations().filter(
      ({ args, type }) =>
        args.length !== 1 ||
        args[0]!.name !== "input" ||
        !getNamedType(args[0]!.type).name.endsWith("Input") ||
        !(type instanceof GraphQLNonNull) ||
        !getNamedType(type).name.endsWith("Payload"),
    );
    expect(others.map(({ name }) => name)).toEqual([]);
  });

  test("gives the cursor from which what comes of it can be followed", () => {
    const without = mutations().filter(({ type }) => {
      const payload = getNamedType(type) as GraphQLObjectType;
      return String(payload.getFields()["cursor"]?.type) !== "Cursor!";
    });
    expect(without.map(({ name }) => name)).toEqual([]);
  });

  test("can be repeated by an idempotency key, unless it makes tokens, which are not kept", () => {
    const without = mutations().filter(({ args }) => {
      const input = getNamedType(args[0]!.type);
      return !isInputObjectType(input) || !("idempotencyKey" in input.getFields());
    });
    expect(without.map(({ name }) => name)).toEqual(["login", "refreshSession"]);
  });

  test("that edits something with a version can expect that version", () => {
    const edits = mutations().filter(({ args, type }) => {
      const input = getNamedType(args[0]!.type);
      const payload = getNamedType(type) as GraphQLObjectType;
      const changed = fields(payload).map((field) => getNamedType(field.type));
      return (
        isInputObjectType(input) &&
        "id" in input.getFields() &&
        changed.some((node) => isObjectType(node) && "version" in node.getFields()) &&
        !("expectedVersion" in input.getFields())
      );
    });
    expect(edits.map(({ name }) => name)).toEqual([]);
  });
});

describe("a list", () => {
  /** Short by nature, and read whole. */
  const whole = [
    "Member.roles",
    "Viewer.roles",
    "Viewer.sessions",
    "ImportAppsPayload.apps",
    "ImportNamespacesPayload.namespaces",
    "HeldVariable.chain",
    "PublicationStage.namespaces",
  ];

  test("of entities is a connection", () => {
    const names = new Set(entities().map(({ name }) => name));
    const lists = objects()
      .filter(({ name }) => !name.endsWith("Connection"))
      .flatMap((type) =>
        fields(type)
          .filter((field) => isListed(field.type) && names.has(getNamedType(field.type).name))
          .map((field) => `${type.name}.${field.name}`),
      );
    expect(lists.sort()).toEqual(whole.sort());
  });

  test("that is a connection is read by first and after, and has edges, nodes, pageInfo and totalCount", () => {
    const connections = objects().flatMap((type) =>
      fields(type)
        .filter((field) => getNamedType(field.type).name.endsWith("Connection"))
        .map((field) => ({ place: `${type.name}.${field.name}`, field })),
    );
    expect(connections.length).toBeGreaterThan(10);
    for (const { place, field } of connections) {
      const connection = getNamedType(field.type) as GraphQLObjectType;
      expect([place, field.args.map(({ name }) => name)]).toEqual([place, expect.arrayContaining(["first", "after"])]);
      expect([place, Object.keys(connection.getFields())]).toEqual([
        place,
        expect.arrayContaining(["edges", "nodes", "pageInfo", "totalCount"]),
      ]);
    }
  });
});

describe("names", () => {
  test("every kind of id is an entity, and every entity has a kind of id", () => {
    expect(
      entities()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(Object.keys(idPrefixes).sort());
  });

  test("an id tells its kind by its prefix", () => {
    const kinds = Object.keys(idPrefixes) as NodeKind[];
    expect(kinds.filter((kind) => kindOfId(newId(kind)) !== kind)).toEqual([]);
  });

  test("every error code is published", () => {
    const published = schema.getType("ErrorCode");
    expect(
      isEnumType(published)
        ? published
            .getValues()
            .map(({ name }) => name)
            .sort()
        : published,
    ).toEqual([...errorCodes].sort());
  });

  test("types are PascalCase, fields camelCase, enum values UPPER_CASE, and inputs end with Input", () => {
    const wrong = types().flatMap((type) => [
      ...(/^[A-Z][A-Za-z0-9]*$/.test(type.name) && isInputObjectType(type) === type.name.endsWith("Input")
        ? []
        : [type.name]),
      ...(isEnumType(type)
        ? type
            .getValues()
            .map(({ name }) => name)
            .filter((name) => !/^[A-Z][A-Z0-9_]*$/.test(name))
        : []),
      ...(isObjectType(type) || isInputObjectType(type)
        ? Object.keys(type.getFields())
            .filter((name) => !/^[a-z][A-Za-z0-9]*$/.test(name))
            .map((name) => `${type.name}.${name}`)
        : []),
    ]);
    expect(wrong).toEqual([]);
  });
});
