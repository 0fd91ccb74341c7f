import "reflect-metadata";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  buildSchema,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
} from "graphql";
import { publicSchema } from "../../src/compose/public-schema.js";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { isNotCached } from "../../src/features/foundation/graphql.js";
import { eventually } from "../support/eventually.js";
import { TestServer } from "../support/test-server.js";
import { RequestCosts, type Costs } from "../support/request-costs.js";
import { storeApps } from "../support/stored-apps.js";

type Field = GraphQLField<unknown, unknown>;

/** What is asked here is found in the schema, so a new field is asked too, without anybody's thinking of it. */
const schema = buildSchema(readFileSync(join(import.meta.dirname, "../../schema/schema.graphql"), "utf8"));
const fieldsOf = (type: GraphQLNamedType): Field[] =>
  isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
const connects = (field: Field): boolean => getNamedType(field.type).name.endsWith("Connection");
const nodeOf = (connection: GraphQLNamedType): GraphQLObjectType =>
  getNamedType((connection as GraphQLObjectType).getFields()["nodes"]!.type) as GraphQLObjectType;

/** Everything below a field, so many objects deep; the nodes of a connection are as deep as the connection. */
function everything(type: GraphQLNamedType, depth: number): string {
  if (isInterfaceType(type)) return "{ __typename }";
  const selected = fieldsOf(type).flatMap((field) => {
    if (field.args.some(isRequiredArgument)) return [];
    if (isLeafType(getNamedType(field.type))) return [field.name];
    return depth > 0 ? [select(field, depth - 1)] : [];
  });
  return `{ __typename ${selected.join(" ")} }`;
}

function select(field: Field, depth: number, given = ""): string {
  const type = getNamedType(field.type);
  if (!connects(field)) return `${field.name}${given && `(${given})`} ${everything(type, depth)}`;
  const page = `totalCount pageInfo { endCursor } edges { cursor node { __typename } }`;
  return `${field.name}(${given} first: $nested) { ${page} nodes ${everything(nodeOf(type), depth)} }`;
}

/** Whose id is given where the name of the argument does not say it. */
const otherKinds: Readonly<Record<string, string>> = { Node: "App", From: "Release", To: "Release" };

const idOf = (root: Field, argument: string, ids: Readonly<Record<string, string>>): string => {
  const kind = argument === "id" ? getNamedType(root.type).name : `${argument[0]!.toUpperCase()}${argument.slice(1)}`;
  const id = ids[otherKinds[kind] ?? kind];
  if (id === undefined) throw new Error(`Tell this test what to give as ${root.name}(${argument}:).`);
  return id;
};

/** What is given for an argument that is no id. */
const literals: Readonly<Record<string, string>> = { kind: "SERVICE", source: '""', from: "0", to: "1" };
const given = (root: Field, { name, type }: GraphQLArgument, ids: Readonly<Record<string, string>>): string =>
  getNamedType(type).name === "ID" ? `"${idOf(root, name, ids)}"` : literals[name]!;

/** What is asked below one root field: everything of it, or of its nodes, then each object that they have, two objects deep. */
function documents(root: Field, ids: Readonly<Record<string, string>>): { what: string; document: string }[] {
  const args = root.args
    .filter((argument) => isRequiredArgument(argument) || argument.name === "id")
    .map((argument) => `${argument.name}: ${given(root, argument, ids)}`)
    .join(" ");
  const type = getNamedType(root.type);
  const below = (selection: string): string =>
    connects(root)
      ? `${root.name}(${args} first: $first) { totalCount pageInfo { endCursor } edges { cursor } nodes ${selection} }`
      : `${root.name}${args && `(${args})`} ${selection}`;
  const node = connects(root) ? nodeOf(type) : type;
  if (isLeafType(node)) return [{ what: root.name, document: operation(below("")) }];
  return [
    { what: root.name, document: operation(below(everything(node, 0))) },
    ...fieldsOf(node)
      .filter((field) => !isLeafType(getNamedType(field.type)) && !field.args.some(isRequiredArgument))
      .map((field) => ({
        what: `${root.name}.${field.name}`,
        document: operation(below(`{ __typename ${select(field, 1)} }`)),
      })),
  ];
}

function operation(selection: string): string {
  const variables = ["$first", "$nested"].filter((name) => selection.includes(name)).map((name) => `${name}: Int`);
  return `query ${variables.length > 0 ? `(${variables.join(" ")})` : ""} { ${selection} }`;
}

/** The fields that a document asks for. */
function fieldsIn(document: string, of = schema): { readonly name: string; readonly field: Field }[] {
  const types = new TypeInfo(of);
  const found: { name: string; field: Field }[] = [];
  visit(
    parse(document),
    visitWithTypeInfo(types, {
      Field: () => {
        const field = types.getFieldDef()!;
        found.push({ name: `${types.getParentType()!.name}.${field.name}`, field });
      },
    }),
  );
  return found;
}

const unlimited = { BUDGET_PER_MINUTE: "1000000000", OPERATION_MAX_COST: "10000000" };

describe("what a list costs", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let costs: RequestCosts;
  let ids: Readonly<Record<string, string>>;
  const most = 6;

  beforeAll(async () => {
    server = await TestServer.open({ environment: { ROLE: "api", SHARED_ANSWERS_MB: "0", ...unlimited } });
    admin = await server.login();
    // After the login, so that the newest entry of the journal is about an app as well.
    ids = await storeApps(server.database.url);
    costs = new RequestCosts(Number(new URL(server.url).port));
    await eventually(async () => {
      const { journal } = (await admin.send("{ journal { totalCount } }")).data!;
      if (journal.totalCount < most) throw new Error("The journal has no positions yet.");
    });
  });

  afterAll(async () => {
    costs[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
  });

  async function ask(document: string, variables: object): Promise<Costs & { readonly data: Untyped }> {
    const { data, errors } = await admin.sendUntyped(document, variables);
    expect({ document, errors }).toEqual({ document, errors: undefined });
    return { ...costs.last, data };
  }

  const roots = Object.values(schema.getQueryType()!.getFields());

  test.each(roots.map((root) => [root.name, root] as const))(
    "%s costs the same for one node as for many, whatever of them is asked",
    async (name, root) => {
      for (const { what, document } of documents(root, ids)) {
        // Look-ups of one kind in two places of an answer take one statement or two, as the answers before them come in.
        await eventually(async () => {
          const one = await ask(document, { first: 1, nested: 2 });
          const many = await ask(document, { first: most, nested: most });
          if (connects(root)) expect({ what, nodes: many.data[name].nodes.length }).not.toEqual({ what, nodes: 1 });
          expect({ what, asked: asked(many) }).toEqual({ what, asked: asked(one) });
        }, 5_000);
      }
    },
  );

  test("apps as they were cost the same for one as for many", async () => {
    const document = `query ($first: Int) { apps(first: $first) { nodes { at(time: "2100-01-01T00:00:00Z") {
      revision { number } approvedRevision { number } rollout { number } release { number } } } } }`;
    await eventually(async () => {
      const [one, many] = [await ask(document, { first: 1 }), await ask(document, { first: most })];
      expect(many.data.apps.nodes).toHaveLength(most);
      expect(asked(many)).toEqual(asked(one));
    }, 5_000);
  });

  test("a field that asks an upstream or the clock says so, because its answer is never given again", async () => {
    const decorated = await publicSchema();
    // The second time, because documents that are new are counted by the clock.
    const again = async (document: string): Promise<Costs> => {
      await ask(document, { first: 2, nested: 2 });
      return ask(document, { first: 2, nested: 2 });
    };
    const { clock } = await again("{ __typename }");
    const marked: string[] = [];
    for (const { what, document } of roots.flatMap((root) => documents(root, ids))) {
      const isMarked = fieldsIn(document, decorated).some(({ field }) => isNotCached(field));
      const { calls, clock: looks } = await again(document);
      if (!isMarked) expect({ what, calls, looks }).toEqual({ what, calls: [], looks: clock });
      else if (calls.length > 0 || looks > clock) marked.push(what);
    }
    expect(marked).toEqual(expect.arrayContaining(["repositoryRefs", "viewer.sessions"]));
  });

  test("every connection of the schema is among them", () => {
    const all = Object.values(schema.getTypeMap()).flatMap((type) =>
      fieldsOf(type)
        .filter(connects)
        .map((field) => `${type.name}.${field.name}`),
    );
    const found = new Set(
      roots
        .flatMap((root) => documents(root, ids))
        .flatMap(({ document }) => fieldsIn(document).map(({ name }) => name)),
    );
    expect(all.length).toBeGreaterThan(10);
    expect(all.filter((field) => !found.has(field))).toEqual([]);
  });
});

/** In an order of their own, because what is asked at the same time may come in any. */
const asked = ({ statements, calls }: Costs): string[] =>
  [...statements.map((text) => text.replace(/ limit \d+$/, "")), ...calls].sort();
