import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { CrashPoint } from "../support/crash-point.js";
import { approvedApp, createNamespace, helloSpec, TestServer } from "../support/test-server.js";
import { killAtCommit } from "../support/kill-at-commit.js";
import { ServerProcess } from "../support/server-process.js";

jest.setTimeout(240_000);

let testServer: TestServer;
let server: ServerProcess;
let crash: CrashPoint;

beforeEach(async () => {
  testServer = await TestServer.prepare({ pace: 40 });
  server = new ServerProcess(testServer);
  await server.start();
});
afterEach(async () => {
  await server.kill();
  await crash[Symbol.asyncDispose]();
  await testServer[Symbol.asyncDispose]();
});

async function liveApp(namespaceId: string, name: string): Promise<string> {
  const client = await server.connect();
  const app = await approvedApp(client, namespaceId, name, { ...helloSpec, replicas: 1 });
  await client.ask("start-build", { input: { appId: app.id, ref: { kind: "TAG", name: "v1.0.0" } } });
  await server.persist(async (asked) => {
    expect((await asked.ask("app", { id: app.id })).app!.lastRollout?.phase).toBe("SUCCEEDED");
  });
  return app.id;
}

test("a publication in stages that is killed again and again releases each app exactly once", async () => {
  const admin = await server.connect();
  const [first, second] = [await createNamespace(admin, "first"), await createNamespace(admin, "second")];
  const apps = [
    await liveApp(first.id, "one"),
    await liveApp(first.id, "two"),
    await liveApp(second.id, "three"),
    await liveApp(second.id, "four"),
  ];
  const { templateKinds } = await admin.ask("template-kinds");
  const { seed } = templateKinds.find(({ kind }) => kind === "DEPLOYMENT")!;
  const source = seed.replace(/revisionHistoryLimit: \d+/, "revisionHistoryLimit: 1");
  const { template } = (await admin.ask("create-template", { input: { kind: "DEPLOYMENT", source } })).createTemplate;
  crash = await CrashPoint.install(testServer.database.url);

  const idempotencyKey = randomUUID();
  const publish = async () => {
    const stages = [{ namespaceIds: [first.id] }];
    const input = { id: template.id, stages, atOnce: 1, idempotencyKey };
    const asked = await server.persist((client) => client.ask("publish-template-in-stages", { input }));
    const { id } = asked.publishTemplateInStages.publication;
    return server.persist(async (client) => {
      const { publication } = await client.ask("publication", { id });
      expect(publication!.phase).toBe("SUCCEEDED");
      return publication;
    });
  };
  const passing = [2, 5, 9, 7, 12, 6];
  const prepare = async (): Promise<void> => {
    const transactions = passing.shift();
    if (transactions !== undefined) await crash.holdAfter(transactions);
  };
  await prepare();
  const { kills, result } = await killAtCommit({ server, crash }, publish(), () => crash.held(), prepare);
  expect(passing).toEqual([]);
  expect(kills.length).toBeGreaterThanOrEqual(6);
  expect(result).toMatchObject({ stage: 2, counts: { total: 4, succeeded: 4 } });
  const client = await server.connect();
  for (const id of apps) {
    expect((await client.ask("releases", { app: id })).app!.releases.totalCount).toBe(2);
    const { nodes } = (await client.ask("rollouts", { filter: { appId: id } })).rollouts;
    expect(nodes).toMatchObject([
      { cause: "PUBLICATION", phase: "SUCCEEDED" },
      { cause: "BUILD", phase: "SUCCEEDED" },
    ]);
  }
  const { journal } = await client.ask("journal", { first: 100 });
  const events = journal.nodes.flatMap(({ event }) => (event.startsWith("publication.") ? [event] : []));
  expect(events.toReversed()).toEqual([
    "publication.started",
    "publication.stageBegan",
    "publication.stageBegan",
    "publication.succeeded",
  ]);
  expect(server.errors).toEqual([]);
});
