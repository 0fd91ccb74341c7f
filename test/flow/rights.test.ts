import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { OrreryClient } from "../../src/demo/orrery-client.js";
import {
  actorNames,
  expectedRefusal,
  tenants,
  type ActorName,
  type Level,
  type Refusal,
  type Tenant,
} from "../support/rights-actors.js";
import {
  comparable,
  download,
  leaksIn,
  nonexistent,
  request,
  subscribe,
  type Result,
} from "../support/rights-cells.js";
import { fieldOf, fillInPath, RightsDocuments } from "../support/rights-documents.js";
import { RightsServer } from "../support/rights-server.js";
import { mutationRows } from "../support/rights-mutations.js";
import { downloadRows, fieldRows, nodeRows, queryRows, subscriptionRows } from "../support/rights-rows.js";
import type { Fixture } from "../support/rights-tenant.js";

jest.setTimeout(180_000);

interface Row {
  readonly level: Level;
  /** The refusal for actors who must not learn that the object exists. */
  readonly hidden: Refusal;
  /** The outcome for actors with the level; ANSWERS when it is missing. */
  readonly outcome?: string | undefined;
  readonly document: (fixture: Fixture) => string;
  readonly send?: (client: OrreryClient, document: string, expected?: string) => Promise<Result>;
}

/** Payloads of mutations are selected by no row, and connections only hold what has rows. */
const withoutRow = /(Payload|Connection|Edge)$|^PageInfo$/;

/** The rights matrix: every field × every actor × two namespaces. */
describe("rights", () => {
  let server: RightsServer;
  let documents: RightsDocuments;
  const seenTypes = new Set<string>();

  beforeAll(async () => {
    [server, documents] = await Promise.all([RightsServer.open(), RightsDocuments.read()]);
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  /** What is wrong in one cell of the matrix; nothing when it is right. */
  async function problemsOf(field: string, row: Row, tenant: Tenant, name: ActorName): Promise<string[]> {
    const { hidden, outcome = "ANSWERS", document, send = request } = row;
    const fixture = await fixtureFor(field, tenant);
    const sent = document(fixture);
    const result = await send(server.as(name), sent, outcome);
    const refusal = expectedRefusal(row, tenant, name);
    const [leak, ...more] = leaksIn(result, sent, name, server);
    const problems = leak === undefined ? [] : [`the answer contains ${leak} and ${more.length} more hidden values`];
    // An empty list answers, unless it is how the query hides.
    const found = result.outcome === "EMPTY" && hidden !== "EMPTY" ? "ANSWERS" : result.outcome;
    if (found !== (refusal ?? outcome)) problems.push(`${found} instead of ${refusal ?? outcome}`);
    const [error] = result.errors;
    const permission = error?.extensions?.["requiredPermission"] as string | undefined;
    const description = documents.descriptionOf(field);
    if (permission && description.includes("Needs") && !description.includes(`\`${permission}\``))
      problems.push(`the description does not name ${permission}`);
    if (refusal === "NOT_FOUND") {
      const other = nonexistent(fixture);
      const { errors } = await send(server.as(name), document(other), outcome);
      if (comparable(errors, fixture, other) !== comparable(result.errors, fixture, fixture))
        problems.push(`differs from an object that does not exist: ${error?.message} ${errors[0]?.message}`);
    }
    for (const [, type] of result.text.matchAll(/"__typename":"(\w+)"/g)) seenTypes.add(type!);
    return problems.map((problem) => `${name}, ${tenant}: ${problem}`);
  }

  async function fixtureFor(field: string, tenant: Tenant): Promise<Fixture> {
    const refreshToken = field === "refreshSession" ? await server.refreshToken() : "";
    return { ...server.fixture(tenant), refreshToken };
  }

  /** Sends the row as every actor, for both namespaces if it depends on the namespace. */
  async function check(field: string, row: Row): Promise<void> {
    const sent = tenants.map((tenant) => row.document({ ...server.fixture(tenant), refreshToken: "" }));
    const concerned = new Set(sent).size > 1 ? tenants : tenants.slice(0, 1);
    const cells = concerned.flatMap((tenant) => actorNames.map((name) => problemsOf(field, row, tenant, name)));
    expect((await Promise.all(cells)).flat()).toEqual([]);
  }

  const hiddenBy = (level: Level): Refusal => (level === "platform" ? "FORBIDDEN" : "NOT_FOUND");

  test.each(Object.entries(queryRows))("query %s", async (row, [level, args, hidden = "NOT_FOUND"]) => {
    const field = fieldOf(row);
    await check(field, {
      level,
      hidden,
      document: (fixture) => documents.operation("Query", field, args, fixture),
    });
  });

  test.each(Object.entries(nodeRows))("node %s", async (row, [level, id]) => {
    await check("node", {
      level,
      hidden: "NULL",
      document: (fixture) => documents.node(fieldOf(row), fixture[id]!, fixture),
    });
  });

  test.each(Object.entries(fieldRows))("field %s", async (row, [level, id]) => {
    const [type, field] = row.split(".") as [string, string];
    await check("node", {
      level,
      hidden: "FORBIDDEN",
      document: (fixture) => documents.nodeField(type, field, fixture[id]!, fixture),
    });
  });

  test.each(Object.entries(mutationRows))("mutation %s", async (row, [level, input, outcome, hidden]) => {
    const field = fieldOf(row);
    await check(field, {
      level,
      hidden: hidden ?? hiddenBy(level),
      outcome,
      document: (fixture) => documents.mutation(field, input, fixture),
    });
  });

  test.each(Object.entries(subscriptionRows))("subscription %s", async (row, [level, args]) => {
    const field = fieldOf(row);
    await check(field, {
      level,
      hidden: hiddenBy(level),
      document: (fixture) => documents.operation("Subscription", field, args, fixture),
      send: subscribe,
    });
  });

  test.each(Object.entries(downloadRows))("download %s", async (row, [level, path, contentType]) => {
    await check(row, {
      level,
      hidden: hiddenBy(level),
      document: (fixture) => fillInPath(path, fixture),
      send: (client, filled) => download(client, filled, contentType),
    });
  });

  test("the answers contain an object of every type", () => {
    const types = documents.objectTypes.map(({ name }) => name).filter((name) => !withoutRow.test(name));
    expect(types.filter((name) => !seenTypes.has(name))).toEqual([]);
  });
});
