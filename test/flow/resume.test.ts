import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { all, approvedApp, createNamespace, helloSpec, TestServer, type App } from "../support/test-server.js";
import { refusal } from "../support/refusal.js";

let server: TestServer;
let admin: OrreryClient;
let app: App;
let builds: string[];
let rollouts: string[];

beforeAll(async () => {
  server = await TestServer.open({ pace: 40 });
  admin = await server.login();
  const namespace = await createNamespace(admin, "pay");
  app = await approvedApp(admin, namespace.id, "api");
  builds = [];
  for (const [index, name] of ["v1.0.0", "v1.1.0"].entries()) {
    const { startBuild } = await admin.ask("start-build", { input: { appId: app.id, ref: { kind: "TAG", name } } });
    builds.push(startBuild.build.id);
    await eventually(async () => {
      const { lastRollout } = (await admin.ask("app", { id: app.id })).app!;
      expect(lastRollout).toMatchObject({ number: index + 1, phase: "SUCCEEDED" });
    });
  }
  const { nodes } = (await admin.ask("rollouts", { filter: { appId: app.id } })).rollouts;
  rollouts = nodes.map(({ id }) => id).reverse();
});
afterAll(() => server[Symbol.asyncDispose]());

/** The entries behind a cursor of the journal, up to the first that is the last one wanted. */
async function journal(after: string, filter: object, isLast: (entry: Untyped) => boolean) {
  const entries: Untyped[] = [];
  for await (const { entry } of admin.follow("journal-events", { after, filter })) {
    entries.push(entry);
    if (isLast(entry)) break;
  }
  return entries;
}
const firstIn = async (after: string, filter: object) => (await journal(after, filter, () => true))[0];
const journalUntil = async (after: string, event: string, filter: object): Promise<string[]> =>
  (await journal(after, filter, (entry) => entry.event === event)).map((entry) => entry.event as string);
const follow = (operation: string, variables: object) => all(admin.followUntyped(operation, variables));
const cursorOf = (events: readonly Untyped[]): string => events.at(-1).cursor as string;

test("a build whose end was seen just ends the stream", async () => {
  const [build, other] = builds;
  const states = await follow("build-changed", { build });
  expect(states).toMatchObject([{ build: { id: build, phase: "SUCCEEDED" } }]);
  expect(await follow("build-changed", { build, after: cursorOf(states) })).toEqual([]);
  const strange = admin.follow("build-changed", { build: other!, after: cursorOf(states) });
  expect(await refusal(strange)).toMatchObject({ code: "INVALID_INPUT", fields: [{ path: "after" }] });
});

test("a build goes on from every state that was seen, and tells of no older one", async () => {
  const { startBuild } = await admin.ask("start-build", {
    input: { appId: app.id, ref: { kind: "TAG" as const, name: "v1.4.0-fail" } },
  });
  const build = startBuild.build.id;
  const states = await follow("build-changed", { build });
  expect(new Set(states.map(({ cursor }) => cursor)).size).toBe(states.length);
  for (const { cursor } of states.slice(0, -1)) {
    expect(await follow("build-changed", { build, after: cursor })).toEqual([states.at(-1)]);
  }
});

test("the cursor of a rollout names it: its app's stream goes on with it, though there is a newer one", async () => {
  const [older, newer] = rollouts;
  const seen = await follow("rollout-progress", { rollout: older });
  expect(seen).toMatchObject([{ rollout: { id: older, phase: "SUCCEEDED" } }]);
  expect(await follow("rollout-progress", { rollout: older, after: cursorOf(seen) })).toEqual([]);
  expect(await follow("rollout-progress", { app: app.id, after: cursorOf(seen) })).toEqual([]);
  const newest = await follow("rollout-progress", { app: app.id });
  expect(newest).toMatchObject([{ rollout: { id: newer } }]);
  for (const variables of [
    { rollout: newer, after: cursorOf(seen) },
    { app: app.id, after: cursorOf(await follow("build-changed", { build: builds[0] })) },
    { app: app.id, after: "x" },
  ]) {
    const strange = await refusal(admin.follow("rollout-progress", variables));
    expect([variables, strange]).toMatchObject([variables, { code: "INVALID_INPUT", fields: [{ path: "after" }] }]);
  }
});

test("from a mutation's cursor its own entries are followed, and what comes of them", async () => {
  const { createNamespace: namespace } = await admin.ask("create-namespace", { input: { name: "own" } });
  const namespaceId = namespace.namespace.id;
  const input = { namespaceId, name: "own", spec: helloSpec };
  const { createApp } = await admin.ask("create-app", { input });
  const id = createApp.app.id;
  const { submitApp } = await admin.ask("submit-app", { input: { id } });
  const key = { id, idempotencyKey: "approve own" };
  const { approveApp } = await admin.ask("approve-app", { input: key });
  const events = ["app.created", "app.submitted", "app.approved", "app.provided"];
  for (const [cursor, own] of [
    [createApp.cursor, "app.created"],
    [submitApp.cursor, "app.submitted"],
    [approveApp.cursor, "app.approved"],
  ] as [string, string][]) {
    // The mutation's own entry and all later ones; perhaps one before, which had no position yet when this one was asked for.
    const entries = await journalUntil(cursor, "app.provided", { appId: id });
    expect(entries).toEqual(events.slice(-entries.length));
    expect(entries).toContain(own);
  }
  const inNamespace = await firstIn(namespace.cursor, { namespaceId });
  expect(inNamespace).toMatchObject({ event: "namespace.created", subjectId: namespaceId });

  // Everything up to here has its position now: what is behind the next cursor is the mutation's own.
  const { updateApp } = await admin.ask("update-app", { input: { id, displayName: "Later" } });
  expect(await firstIn(updateApp.cursor, {})).toMatchObject({ event: "app.updated", subjectId: id });
  const again = (await admin.ask("approve-app", { input: key })).approveApp;
  expect(again.cursor).toBe(approveApp.cursor);
  expect(again.cursor).not.toBe(updateApp.cursor);
});

test("a login gives the cursor of its own entry, and a cursor that the journal has not reached is refused", async () => {
  const { login } = await server
    .anonymous()
    .ask("login", { input: { email: "admin@example.com", password: "correct horse battery" } });
  const entry = await firstIn(login.cursor, { events: ["session.started"] });
  expect(entry.actorName).toBe(login.member.name);
  const beyond = Buffer.from(JSON.stringify(["1000000"])).toString("base64url");
  for (const after of [beyond, "x", "W10"]) {
    const refused = await refusal(admin.follow("journal-events", { after }));
    expect([after, refused]).toMatchObject([after, { code: "INVALID_INPUT", fields: [{ path: "after" }] }]);
  }
});
