import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { all, approvedApp, createNamespace, helloSpec, TestServer } from "../support/test-server.js";
import { LogReader } from "../support/log-reader.js";
import { refusal } from "../support/refusal.js";

describe("the pods of an app", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let namespaceId: string;

  beforeAll(async () => {
    server = await TestServer.open();
    admin = await server.login();
    namespaceId = (await createNamespace(admin, "pay")).id;
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** An app whose pods run, and are left alone. */
  const runningApp = async (name: string): Promise<string> => {
    const { id } = await approvedApp(admin, namespaceId, name, helloSpec);
    await admin.ask("start-build", { input: { appId: id, ref: { kind: "TAG", name: "v1.0.0" } } });
    await eventually(async () => {
      const { lastRollout, pods } = (await admin.ask("app", { id })).app!;
      expect(lastRollout).toMatchObject({ phase: "SUCCEEDED" });
      expect(pods).toMatchObject([{ ready: true }, { ready: true }]);
    });
    return id;
  };
  const follow = (variables: object, client = admin): LogReader => new LogReader(client, "pods-changed", variables);
  const first = (reader: LogReader) =>
    eventually(async () => {
      expect(reader.events).not.toEqual([]);
      return reader.events[0];
    });
  const addPod = (app: string, name: string): object =>
    server.sandbox.kubernetes.create({
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name,
        namespace: "pay",
        labels: { "app.kubernetes.io/managed-by": "orrery", "orrery.dev/app": app },
      },
      spec: { containers: [{ name: "main", image: "registry.sandbox.local/x:1" }] },
    } as never);
  const namesIn = (event: Untyped): string[] => event.pods.map(({ name }: Untyped) => name as string);

  test("are told at once and at every change, to many readers for one look and nothing upstream", async () => {
    const app = await runningApp("many");
    const { kubernetes } = server.sandbox;
    const before = { total: kubernetes.server.total, watches: kubernetes.openWatches };
    const readers = Array.from({ length: 50 }, () => follow({ app }));
    const snapshots = await Promise.all(readers.map(first));
    const { pods } = (await admin.ask("app", { id: app })).app!;
    expect(snapshots[0]).toMatchObject({ pods });
    expect({ total: kubernetes.server.total, watches: kubernetes.openWatches }).toEqual(before);

    addPod(app, "one-more");
    for (const { events } of readers) {
      await eventually(async () =>
        expect(events.at(-1).pods).toContainEqual(expect.objectContaining({ ready: true, name: "one-more" })),
      );
      expect(namesIn(events.at(-1))).toEqual(expect.arrayContaining(namesIn(snapshots[0])));
    }
    expect(new Set(readers.map(({ events }) => events.at(-1).cursor)).size).toBe(1);
    // No state is told twice in a row.
    const cursors = readers[0]!.events.map(({ cursor }) => cursor);
    expect(cursors.filter((cursor, at) => cursor === cursors[at - 1])).toEqual([]);
    await Promise.all(readers.map((reader) => reader.leave()));
  });

  test("that a reader knows are not told again, whichever server it comes back to, nor after a restart", async () => {
    const app = await runningApp("moving");
    const replica = await server.login(undefined, await server.replica());
    const here = follow({ app });
    const { cursor } = await first(here);
    await here.leave();
    const [known, fresh] = [follow({ app, after: cursor }, replica), follow({ app }, replica)];
    expect((await first(fresh)).cursor).toBe(cursor);
    addPod(app, "moved");
    expect(namesIn(await first(known))).toContain("moved");
    const settled = await eventually(async () => {
      expect(known.events.at(-1).pods).toContainEqual(expect.objectContaining({ name: "moved", ready: true }));
      return known.events.at(-1);
    });
    await Promise.all([known.leave(), fresh.leave()]);

    await server.stop();
    // For a while the new server does not know the cluster; that is no state of the pods.
    server.sandbox.kubernetes.server.addFault({ match: "^GET /api/v1/pods", kind: "delay", ms: 1_500, times: 1 });
    await server.start();
    admin = await server.login();
    const [back, fromStart] = [follow({ app, after: settled.cursor }), follow({ app })];
    expect(await first(fromStart)).toEqual(settled);
    server.sandbox.kubernetes.remove("Pod", "pay", "moved");
    await eventually(async () => expect(namesIn(back.events.at(-1))).not.toContain("moved"));
    expect(back.events[0]).not.toEqual(settled);
    await Promise.all([back.leave(), fromStart.leave()]);
  });

  test("end with the app, when the last of them is gone", async () => {
    const app = await runningApp("over");
    const reader = follow({ app });
    await first(reader);
    await admin.ask("retire-app", { input: { id: app, confirmName: "over" } });
    await reader.over;
    const last = reader.events.at(-1);
    expect(last.pods).toEqual([]);
    expect(await all(admin.follow("pods-changed", { app }))).toEqual([last]);
    expect(await all(admin.follow("pods-changed", { app, after: last.cursor }))).toEqual([]);
  });

  test("are shown to nobody who may not see the app", async () => {
    const { id: app } = await approvedApp(admin, namespaceId, "hidden");
    const other = await createNamespace(admin, "other");
    const otherTenant = await server.member(admin, "ADMINISTRATOR", other.id);
    expect(await refusal(otherTenant.follow("pods-changed", { app }))).toMatchObject({ code: "NOT_FOUND" });
    const viewer = await server.member(admin, "VIEWER", namespaceId);
    const reader = follow({ app }, viewer);
    expect(await first(reader)).toMatchObject({ pods: [] });
    await reader.leave();
  });
});
