import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { approvedApp, createNamespace, helloSpec, TestServer } from "../support/test-server.js";
import { LogReader } from "../support/log-reader.js";
import { refusal } from "../support/refusal.js";

/** Namespaces a and b, their viewers, and who sees both. */
interface Viewer {
  readonly sees: readonly string[];
  readonly client: OrreryClient;
}

let server: TestServer;
let admin: OrreryClient;
let viewers: Viewer[];
let namespaces: Untyped[];
const start = Buffer.from(JSON.stringify(["0"])).toString("base64url");

beforeAll(async () => {
  server = await TestServer.open({ pace: 40 });
  admin = await server.login();
  namespaces = [await createNamespace(admin, "a"), await createNamespace(admin, "b")];
  const [a, b] = namespaces as [Untyped, Untyped];
  viewers = [];
  for (let n = 0; n < 3; n++) {
    viewers.push({ sees: [a.id], client: await server.member(admin, "VIEWER", a.id) });
    viewers.push({ sees: [b.id], client: await server.member(admin, "VIEWER", b.id) });
    const both = await server.member(admin, "VIEWER", a.id);
    await admin.ask("grant-role", { input: { memberId: both.memberId, role: "VIEWER", namespaceId: b.id } });
    viewers.push({ sees: [a.id, b.id], client: both });
  }
});
afterAll(() => server[Symbol.asyncDispose]());

/** What a viewer may know of: what is about its namespaces, and its own deeds. */
const follow = (client: OrreryClient, after: string): LogReader => new LogReader(client, "journal-events", { after });
const edit = (turn: number): Promise<unknown> =>
  Promise.all(
    namespaces.map(({ id, name }) => admin.ask("update-namespace", { input: { id, displayName: `${name} ${turn}` } })),
  );
const editsIn = (events: readonly Untyped[]): Untyped[] =>
  events.filter(({ entry }) => entry.event === "namespace.updated").map(({ entry }) => entry);

test("who asks the same with other rights sees other events, live and from the past, however they share", async () => {
  const live = viewers.map(({ client }) => follow(client, start));
  for (let turn = 0; turn < 20; turn++) await edit(turn);
  let last: Untyped;
  for (const [index, { sees }] of viewers.entries()) {
    const reader = live[index]!;
    await eventually(async () => expect(editsIn(reader.events)).toHaveLength(20 * sees.length));
    const newest = reader.events.at(-1);
    if (!last || newest.entry.position > last.entry.position) last = newest;
  }
  // Those who come later find what the others have read, and go on from a place that only some of the others have seen.
  const late = viewers.map(({ client }) => follow(client, start));
  const strange = viewers.map(({ client }) => follow(client, last.cursor));
  for (let turn = 20; turn < 25; turn++) await edit(turn);
  for (const [index, { sees }] of viewers.entries()) {
    await eventually(async () => {
      expect(editsIn(live[index]!.events)).toHaveLength(25 * sees.length);
      expect(editsIn(late[index]!.events)).toHaveLength(25 * sees.length);
      expect(editsIn(strange[index]!.events)).toHaveLength(5 * sees.length);
    });
    for (const { events } of [live[index]!, late[index]!, strange[index]!]) {
      expect(new Set(editsIn(events).map(({ subjectId }) => subjectId as string))).toEqual(new Set(sees));
      const others = namespaces.filter(({ id }) => !sees.includes(id as string));
      for (const { id, name } of others) {
        expect(JSON.stringify(events)).not.toContain(id);
        expect(JSON.stringify(events)).not.toContain(`"${name} `);
      }
    }
    expect(live[index]!.events).toEqual(late[index]!.events);
  }
  await Promise.all([...live, ...late, ...strange].map((reader) => reader.leave()));
});

test("what is asked for by name is not found by another tenant, while its own people read it", async () => {
  const [a, b] = namespaces as [Untyped, Untyped];
  const app = await approvedApp(admin, a.id, "api", { ...helloSpec, replicas: 1 });
  const { startBuild } = await admin.ask("start-build", {
    input: { appId: app.id, ref: { kind: "TAG" as const, name: "v1.0.0" } },
  });
  const build = startBuild.build.id;
  const rollout = await eventually(async () => {
    const { lastRollout } = (await admin.ask("app", { id: app.id })).app!;
    expect(lastRollout).toMatchObject({ phase: "SUCCEEDED" });
    return lastRollout!.id;
  });
  const pod = await eventually(async () => {
    const { pods } = (await admin.ask("app", { id: app.id })).app!;
    expect(pods).toMatchObject([{ ready: true }]);
    return pods[0]!.name;
  });
  const asked: [string, object][] = [
    ["build-log", { build }],
    ["build-changed", { build }],
    ["rollout-progress", { rollout }],
    ["rollout-progress", { app: app.id }],
    ["pods-changed", { app: app.id }],
    ["pod-log", { app: app.id, pod }],
    ["app-log", { app: app.id }],
  ];
  const insider = viewers.find(({ sees }) => sees.length === 1 && sees[0] === a.id)!.client;
  const otherTenant = viewers.find(({ sees }) => sees.length === 1 && sees[0] === b.id)!.client;
  for (const [operation, variables] of asked) {
    const reader = new LogReader(insider, operation, variables);
    const { cursor } = await eventually(async () => {
      expect([operation, reader.events.length]).not.toEqual([operation, 0]);
      return reader.events[0];
    });
    for (const more of [{}, { after: cursor }]) {
      const refused = await refusal(otherTenant.followUntyped(operation, { ...variables, ...more }));
      expect([operation, refused.code]).toEqual([operation, "NOT_FOUND"]);
    }
    await reader.leave();
  }
});

test("a notification is its member's alone, though all ask the same", async () => {
  const inboxes = viewers.map(({ client }) => new LogReader(client, "notification-added", { after: start }));
  const app = await approvedApp(admin, namespaces[0]!.id, "told");
  const ann = await server.member(admin, "DEVELOPER", namespaces[0]!.id);
  const own = new LogReader(ann, "notification-added", { after: start });
  await ann.ask("start-build", { input: { appId: app.id, ref: { kind: "TAG", name: "v1.0.0" } } });
  await eventually(async () =>
    expect(own.events.map(({ notification }) => notification.title)).toContain("Rollout 1 of told succeeded"),
  );
  for (const { events } of inboxes) expect(events).toEqual([]);
  await Promise.all([own, ...inboxes].map((reader) => reader.leave()));
});
