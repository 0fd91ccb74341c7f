import { afterEach, expect, jest, test } from "@jest/globals";
import { createClient, type Client } from "graphql-ws";
import { WebSocket } from "ws";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { approvedApp, createNamespace, helloSpec, TestServer } from "../support/test-server.js";

jest.setTimeout(90_000);

/** Costs 103 for each event. */
const expensive = "cursor entry { position event app { builds(first: 100) { nodes { id phase } } } }";
const journal = `subscription($filter: JournalFilterInput) { journalEvents(filter: $filter) { ${expensive} } }`;

const sockets: Client[] = [];
afterEach(async () => {
  for (const client of sockets.splice(0)) await client.dispose();
});

/** Reads a subscription into `take`; resolves when it is over. */
function read(
  client: OrreryClient,
  query: string,
  variables: Record<string, unknown>,
  take: (data: Untyped) => void,
  socket = socketOf(client),
): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.subscribe<Untyped>(
      { query, variables },
      {
        next: ({ data, errors }) => (errors ? reject(new Error(JSON.stringify(errors))) : take(data)),
        error: (cause) => reject(cause instanceof Error ? cause : new Error(JSON.stringify(cause))),
        complete: resolve,
      },
    );
  });
}

function socketOf(client: OrreryClient): Client {
  const socket = createClient({
    url: `${client.url.replace(/^http/, "ws")}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${client["token"]}` },
    retryAttempts: 0,
  });
  sockets.push(socket);
  return socket;
}

const remainingOf = async (client: OrreryClient): Promise<number> =>
  (await client.ask("rate-limit")).rateLimit.remaining;

test("500 subscriptions with an expensive selection keep nobody waiting when something happens, and all of them hear of it", async () => {
  await using server = await TestServer.open();
  const admin = await server.login();
  const namespace = await createNamespace(admin, "pay");
  const viewer = await server.member(admin, "VIEWER");
  const socket = socketOf(viewer);
  let heard = 0;
  for (let number = 0; number < 500; number++) {
    // Each asks something else, so that they share nothing.
    const filter = { events: ["app.created", `nothing.${number}`] };
    void read(viewer, journal, { filter }, () => heard++, socket).catch(() => undefined);
  }
  await eventually(async () => expect(server.open.topics).toBe(500));
  await admin.ask("create-app", { input: { namespaceId: namespace.id, name: "api", spec: helloSpec } });
  await eventually(async () => expect(heard).toBeGreaterThan(0));
  /** How many had heard of it at each answer that somebody else got. */
  const heardAtAnswers: number[] = [];
  while (heard < 500) {
    await admin.ask("viewer");
    heardAtAnswers.push(heard);
  }
  expect(heard).toBe(500);
  expect(heardAtAnswers[0]).toBeLessThan(100);
  expect(heardAtAnswers.filter((count) => count < 500).length).toBeGreaterThan(10);
});

test("events that a budget does not hold wait: none is lost or told twice, and requests are answered", async () => {
  await using server = await TestServer.open({
    environment: { BUDGET_PER_MINUTE: "3000", OPERATION_MAX_COST: "1000" },
  });
  const admin = await server.login();
  const namespace = await createNamespace(admin, "pay");
  const [viewer, other] = [await server.member(admin, "VIEWER"), await server.member(admin, "VIEWER")];
  const [expensiveOnes, cheapOnes] = [[] as number[], [] as number[]];
  const positionIn = ({ journalEvents: { entry } }: Untyped): number => entry.position;
  const filter = { events: ["app.created"] };
  void read(viewer, journal, { filter }, (data) => expensiveOnes.push(positionIn(data))).catch(() => undefined);
  const cheap = "subscription($filter: JournalFilterInput) { journalEvents(filter: $filter) { entry { position } } }";
  void read(other, cheap, { filter }, (data) => cheapOnes.push(positionIn(data))).catch(() => undefined);
  await eventually(async () => expect(server.open.topics).toBe(2));
  for (let number = 0; number < 30; number++)
    await admin.ask("create-app", { input: { namespaceId: namespace.id, name: `app-${number}`, spec: helloSpec } });
  await eventually(async () => expect(cheapOnes).toHaveLength(30));
  // Some were paid for; a tenth of the budget is left for requests.
  expect(expensiveOnes.length).toBeLessThan(30);
  expect(await remainingOf(viewer)).toBeGreaterThan(200);
  await viewer.ask("apps", { first: 10 });
  expect(await eventually(async () => (expect(expensiveOnes).toHaveLength(30), expensiveOnes), 40_000)).toEqual(
    cheapOnes,
  );
});

test("states that a budget does not hold give way to newer ones, and the last one is told", async () => {
  await using server = await TestServer.open({
    environment: { BUDGET_PER_MINUTE: "1500", OPERATION_MAX_COST: "1000" },
  });
  const admin = await server.login();
  const namespace = await createNamespace(admin, "pay");
  const app = await approvedApp(admin, namespace.id, "api");
  const viewer = await server.member(admin, "VIEWER");
  // What opening the stream costs is left, and nothing for its events: 25 a second come back, and a tenth is for requests.
  for (const [most, page] of [
    [250, 100],
    [130, 10],
  ] as const)
    while ((await remainingOf(viewer)) > most) await viewer.sendUntyped(`{apps(first:${page}){nodes{id}}}`);
  const { startBuild } = await admin.ask("start-build", {
    input: { appId: app.id, ref: { kind: "TAG", name: "v1.0.0" } },
  });
  const query = (fields: string): string =>
    `subscription($build: ID!) { buildChanged(build: $build) { cursor build { phase ${fields} } } }`;
  const variables = { build: startBuild.build.id };
  const [expensiveOnes, all] = [[] as string[], [] as string[]];
  const phaseIn = ({ buildChanged: { build } }: Untyped): string => build.phase;
  const adminReads = read(admin, query(""), variables, (data) => all.push(phaseIn(data)));
  const viewerReads = read(viewer, query("app { builds(first: 100) { nodes { id } } }"), variables, (data) =>
    expensiveOnes.push(phaseIn(data)),
  );
  await Promise.all([adminReads, viewerReads]);
  expect(all.at(-1)).toBe("SUCCEEDED");
  expect(expensiveOnes.at(-1)).toBe("SUCCEEDED");
  expect(expensiveOnes.length).toBeLessThan(all.length);
});

test("what would be rendered for each event is refused, on every transport", async () => {
  await using server = await TestServer.open();
  const admin = await server.login();
  const query = "subscription { journalEvents { entry { app { manifests { job } } } } }";
  const message =
    "App.manifests costs too much to be part of each event. Ask for it in a query when the event has come.";
  await expect(read(admin, query, {}, () => undefined)).rejects.toThrow(message);
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "text/event-stream",
      authorization: `Bearer ${admin["token"]}`,
    },
    body: JSON.stringify({ query }),
  });
  expect(await response.text()).toContain(message);
});
