import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  buildSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
  isRequiredArgument,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
} from "graphql";
import type { OrreryClient } from "../../src/demo/orrery-client.js";
import { idPrefixes, newId, type NodeKind } from "../../src/kernel/ids.js";
import { eventually } from "../support/eventually.js";
import { approvedApp, createNamespace, TestServer } from "../support/test-server.js";
import { refusal } from "../support/refusal.js";
import { storeApps } from "../support/stored-apps.js";

const schema = buildSchema(readFileSync(join(import.meta.dirname, "../../schema/schema.graphql"), "utf8"));
const kinds = Object.keys(idPrefixes) as NodeKind[];

/** A place where an operation takes an id, `input.apps.0.id`. */
interface Place {
  readonly operation: "query" | "mutation" | "subscription";
  readonly field: GraphQLField<unknown, unknown>;
  readonly path: readonly string[];
}

type Named = GraphQLArgument | GraphQLInputField;

/** Every place below these arguments or fields where an id can be given. */
function idsIn(given: readonly Named[], above: readonly string[] = []): string[][] {
  return given.flatMap(({ name, type }) => {
    const of = getNamedType(type);
    const path = [...above, name, ...(isListType(getNullableType(type)) ? ["0"] : [])];
    if (isInputObjectType(of)) return idsIn(Object.values(of.getFields()), path);
    return of.name === "ID" ? [path] : [];
  });
}

const places = (
  [
    ["query", schema.getQueryType()!],
    ["mutation", schema.getMutationType()!],
    ["subscription", schema.getSubscriptionType()!],
  ] as const
).flatMap(([operation, type]) =>
  Object.values(type.getFields()).flatMap((field) =>
    idsIn(field.args).map((path): Place => ({ operation, field, path })),
  ),
);

/** Who may not see a thing is answered as if there were none: the same code, words, details and shape. */
describe("what is foreign is as what is missing", () => {
  let server: TestServer;
  let otherTenant: OrreryClient;
  /** What the other tenant may see. */
  let own: Readonly<Record<string, string>>;
  let foreign: Readonly<Record<NodeKind, string>>;

  beforeAll(async () => {
    server = await TestServer.open({
      environment: { BUDGET_PER_MINUTE: "10000000", NEW_DOCUMENTS_PER_MINUTE: "100000" },
    });
    const admin = await server.login();
    const namespace = await createNamespace(admin, "next-door");
    const app = await approvedApp(admin, namespace.id, "mine");
    otherTenant = await server.member(admin, "ADMINISTRATOR", namespace.id);
    await otherTenant.ask("start-build", { input: { appId: app.id, ref: { kind: "TAG", name: "v1.0.0" } } });
    const release = await eventually(async () => {
      const { lastRollout } = (await otherTenant.ask("app", { id: app.id })).app!;
      return lastRollout!.release.id;
    });
    const at = { namespace: namespace.id, namespaceId: namespace.id, app: app.id, appId: app.id };
    own = { ...at, from: release, to: release };
    foreign = await storeApps(server.database.url);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** A value that fits; at the place's path, the id. */
  function valueOf(type: GraphQLInputType, path: readonly string[] | undefined, id: string, name: string): unknown {
    const bare = getNullableType(type);
    if (path?.length === 0) return id;
    if (isListType(bare)) return [valueOf(bare.ofType, path?.slice(1), id, name)];
    if (isInputObjectType(bare)) return valuesOf(Object.values(bare.getFields()), path, id);
    if (isEnumType(bare)) return bare.getValues()[0]!.value;
    const values: Record<string, unknown> = { Int: 999, Boolean: true, ID: own[name] ?? newId("App"), JSON: "text" };
    return values[bare.name] ?? "text";
  }

  function valuesOf(given: readonly Named[], path: readonly string[] | undefined, id: string): Record<string, unknown> {
    return Object.fromEntries(
      given
        // What is compared with a stored thing must not be before the permission to see it.
        .filter((each) => each.name === path?.[0] || isRequiredArgument(each) || each.name === "expectedVersion")
        .map((each) => {
          const isOnPath = each.name === path?.[0];
          return [each.name, valueOf(each.type, isOnPath ? path.slice(1) : undefined, id, each.name)];
        }),
    );
  }

  const documentOf = ({ operation, field }: Place, variables: object): string => {
    const used = field.args.filter(({ name }) => name in variables);
    const declared = used.map(({ name, type }) => `$${name}: ${String(type)}`).join(", ");
    const passed = used.map(({ name }) => `${name}: $${name}`).join(", ");
    const type = getNamedType(field.type);
    const isList = isObjectType(type) && "totalCount" in type.getFields();
    const selection = isCompositeType(type) ? (isList ? "{ totalCount }" : "{ __typename }") : "";
    return `${operation} Asked(${declared}) { ${field.name}(${passed}) ${selection} }`;
  };

  async function answer(place: Place, id: string, timeoutMs = 100): Promise<string> {
    const variables = valuesOf(place.field.args, place.path, id);
    const document = documentOf(place, variables);
    const result =
      place.operation === "subscription"
        ? await firstOf(document, variables, timeoutMs)
        : await otherTenant.sendUntyped(document, variables);
    // What is left of the budget changes with every request; a document that comes again is compiled, and has no locations.
    const changing = new Set(["remaining", "resetAt", "locations"]);
    const lasting = (key: string, value: unknown): unknown => (changing.has(key) ? undefined : value);
    return JSON.stringify(result, lasting).replaceAll(id, "<id>");
  }

  /** How a subscription is refused, or that it is not, within so long. */
  async function firstOf(document: string, variables: object, timeoutMs: number): Promise<unknown> {
    const stream = otherTenant.followUntyped(document, variables);
    const silence = new Promise<string>((resolve) => setTimeout(resolve, timeoutMs, "silence"));
    const first = await Promise.race([refusal(stream).catch((error: unknown) => String(error)), silence]);
    if (first === "silence") void stream.return();
    return first;
  }

  test("the table holds what it must", () => {
    const named = places.map(({ field, path }) => `${field.name}(${path.join(".")})`);
    expect(named).toEqual(
      expect.arrayContaining([
        "applyPlan(input.id)",
        "planRelease(input.appId)",
        "rollBack(input.toReleaseId)",
        "pinTemplate(input.versionId)",
        "plan(id)",
        "buildLog(build)",
        "importApps(input.namespaceId)",
      ]),
    );
  });

  test.each(places.map((place): [string, Place] => [`${place.field.name}(${place.path.join(".")})`, place]))(
    "%s",
    async (_name, place) => {
      for (const kind of kinds) {
        if (seenByAll.has(kind)) continue;
        const missing = newId(kind);
        const both = (timeoutMs?: number): Promise<string[]> =>
          Promise.all([foreign[kind], missing].map((id) => answer(place, id, timeoutMs)));
        let [actual, expected] = await both();
        // A refusal may be late, and look like a stream that has nothing to tell yet.
        if (actual !== expected) [actual, expected] = await both(3_000);
        expect([kind, actual]).toEqual([kind, expected]);
      }
    },
  );

  test("a plan of another tenant's app is no plan, and its app is not named", async () => {
    const refused = await refusal(otherTenant.ask("apply-plan", { input: { id: foreign.Plan } }));
    expect(refused).toEqual({
      code: "NOT_FOUND",
      message: `There is no plan ${foreign.Plan}, or you may not see it.`,
      kind: "plan",
      id: foreign.Plan,
    });
  });

  test.each([
    ["the log of a build", () => foreign.Build, "Build", (id: string) => `/logs/builds/${id}`],
    ["the log of a pod", () => foreign.App, "App", (id: string) => `/logs/pods/${id}/pod/container`],
    ["an export", () => foreign.Namespace, "Namespace", (id: string) => `/exports/namespaces/${id}.tar.gz`],
  ] as const)("%s", async (_name, id, kind, path) => {
    const download = async (of: string): Promise<unknown> => {
      const response = await fetch(`${server.url}${path(of)}`, {
        headers: { authorization: `Bearer ${otherTenant.token}` },
      });
      return [response.status, (await response.text()).replaceAll(of, "<id>")];
    };
    expect(await download(id())).toEqual(await download(newId(kind)));
  });
});

/** What every member may know of. */
const seenByAll: ReadonlySet<NodeKind> = new Set(["Member", "Variable", "Dockerfile"]);
