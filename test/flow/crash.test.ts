import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import type { Untyped } from "../../src/demo/orrery-client.js";
import { canonical, readConsole } from "../support/console-reader.js";
import { CrashPoint } from "../support/crash-point.js";
import { createNamespace, helloSpec, TestServer } from "../support/test-server.js";
import { killAtCommit } from "../support/kill-at-commit.js";
import { ServerProcess } from "../support/server-process.js";

jest.setTimeout(240_000);

let testServer: TestServer;
let server: ServerProcess;
let crash: CrashPoint;
let namespace: Untyped;

beforeEach(async () => {
  testServer = await TestServer.prepare();
  server = new ServerProcess(testServer);
  await server.start();
  namespace = await createNamespace(await server.connect(), "pay");
  crash = await CrashPoint.install(testServer.database.url);
});
afterEach(async () => {
  await server.kill();
  await crash[Symbol.asyncDispose]();
  await testServer[Symbol.asyncDispose]();
});

/** An app that waits for its reviewer. */
async function submittedApp(name: string): Promise<string> {
  const client = await server.connect();
  const { createApp } = await client.ask("create-app", { input: { namespaceId: namespace.id, name, spec: helloSpec } });
  await client.ask("submit-app", { input: { id: createApp.app.id } });
  return createApp.app.id;
}

/** From the approval to running pods and the news of it, by a client that repeats what got no answer. */
async function deliver(appId: string): Promise<{ build: string; console: string }> {
  const once = { approve: randomUUID(), build: randomUUID() };
  await server.persist((client) => client.ask("approve-app", { input: { id: appId, idempotencyKey: once.approve } }));
  const { startBuild } = await server.persist((client) =>
    client.ask("start-build", {
      input: { appId, ref: { kind: "TAG", name: "v1.0.0" }, idempotencyKey: once.build },
    }),
  );
  const build = startBuild.build.id;
  const console = await readConsole(() => server.connect(), build);
  await server.persist(async (client) => {
    const { app } = await client.ask("app", { id: appId });
    expect(app!.lastRollout?.phase).toBe("SUCCEEDED");
    const { notifications } = await client.ask("notifications", { first: 100 });
    expect(notifications.nodes.map(({ subjectId }) => subjectId)).toContain(app!.lastRollout!.id);
  });
  return { build, console };
}

/** What everybody must find in the end, however often the server died. */
async function expectDelivered(appId: string, name: string, { build, console }: { build: string; console: string }) {
  const runs = testServer.sandbox.jenkins.runsOf(build);
  expect(runs).toHaveLength(1);
  expect(console).toBe(canonical(testServer.sandbox.jenkins.rawConsole(runs[0]!.job, runs[0]!.number)));
  const client = await server.connect();
  const { app } = await client.ask("app", { id: appId });
  expect(app).toMatchObject({
    phase: "APPROVED",
    condition: null,
    lastBuild: { number: 1, phase: "SUCCEEDED" },
    lastRollout: { number: 1, phase: "SUCCEEDED", cause: "BUILD", release: { number: 1 } },
    pods: [{ ready: true }, { ready: true }],
  });
  expect((await client.ask("builds", { filter: { appId } })).builds.totalCount).toBe(1);
  expect((await client.ask("releases", { app: appId })).app!.releases.totalCount).toBe(1);
  expect((await client.ask("rollouts", { filter: { appId } })).rollouts.totalCount).toBe(1);
  const { journal } = await client.ask("journal", { filter: { appId }, first: 100 });
  expect(journal.nodes.map(({ event }) => event).toSorted()).toEqual([
    "app.approved",
    "app.created",
    "app.provided",
    "app.submitted",
    "build.running",
    "build.started",
    "build.succeeded",
    "release.created",
    "rollout.started",
    "rollout.succeeded",
  ]);
  const { notifications } = await client.ask("notifications", { first: 100 });
  const titles = notifications.nodes.map(({ title }) => title);
  expect(titles.filter((title: string) => title.includes(name)).toSorted()).toEqual([
    `Build 1 of ${name} succeeded`,
    `Rollout 1 of ${name} succeeded`,
  ]);
  expect(testServer.sandbox.unknownRequests()).toEqual([]);
}

test("killed in the middle of every kind of transaction, it ends as if nothing had happened", async () => {
  const app = await submittedApp("api");
  const prepare = () => crash.holdEachKind();
  await prepare();
  const { kills, result } = await killAtCommit({ server, crash }, deliver(app), () => crash.held(), prepare);
  await expectDelivered(app, "api", result);
  const kinds = [
    "insert journal_entry app.approved",
    "claim app",
    "update app provided_at",
    "settle app",
    "sequence journal_entry",
    "claim notification",
    "insert notification",
    "settle notification",
    "update app last_build_number",
    "claim build",
    "update build commit",
    "insert journal_entry build.running",
    "insert build_log_chunk",
    "insert journal_entry build.succeeded",
    "settle build",
    "claim release",
    "update app last_release_number",
    "settle release",
    "ask for rollout",
    "claim rollout",
    "insert journal_entry rollout.succeeded",
    "settle rollout",
  ];
  expect(kinds.filter((kind) => !kills.includes(kind))).toEqual([]);
  expect(server.errors).toEqual([]);
});

test("killed while an upstream has been asked and has not answered, it asks for nothing twice", async () => {
  const { jenkins, github, kubernetes } = testServer.sandbox;
  const withheld = { kind: "stall", bytes: 0, times: 1 } as const;
  const moments = [
    { upstream: jenkins.server, match: "POST /createItem", ...withheld },
    { upstream: github.server, match: "POST /graphql", ...withheld },
    // Asked, but not done: whoever asked is gone before.
    { upstream: jenkins.server, match: "POST /job/.*/buildWithParameters", kind: "delay", ms: 60_000, times: 1 },
    { upstream: jenkins.server, match: "POST /job/.*/buildWithParameters", ...withheld },
    { upstream: jenkins.server, match: "GET /job/.*/logText/progressiveText", ...withheld, bytes: 100 },
    { upstream: kubernetes.server, match: "PATCH /apis/apps/v1/.*/deployments/", ...withheld },
  ] as const;
  const asked = ({ upstream, match }: (typeof moments)[number]): number =>
    [...upstream.byRoute].reduce((sum, [route, times]) => sum + (new RegExp(match).test(route) ? times : 0), 0);
  let next = 0;
  let askedBefore = 0;
  const prepare = (): void => {
    const moment = moments[next];
    if (!moment) return;
    const { upstream, ...fault } = moment;
    upstream.addFault(fault);
    askedBefore = asked(moment);
  };
  const reached = (): string[] => {
    const moment = moments[next];
    if (!moment || asked(moment) === askedBefore) return [];
    next++;
    return [moment.match];
  };

  const app = await submittedApp("api");
  prepare();
  const { kills, result } = await killAtCommit({ server, crash }, deliver(app), reached, prepare);
  await expectDelivered(app, "api", result);
  expect(kills).toEqual(moments.map(({ match }) => match));
  expect(server.errors).toEqual([]);
});

test("killed again and again with several deliveries on their way, it ends as if nothing had happened", async () => {
  const names = ["one", "two", "three"];
  const apps = await Promise.all(names.map(submittedApp));
  const passing = [3, 20, 9, 27, 14, 33];
  const prepare = async (): Promise<void> => {
    const transactions = passing.shift();
    if (transactions !== undefined) await crash.holdAfter(transactions);
  };
  await prepare();
  const { result } = await killAtCommit({ server, crash }, Promise.all(apps.map(deliver)), () => crash.held(), prepare);
  expect(passing).toEqual([]);
  for (const [index, name] of names.entries()) await expectDelivered(apps[index]!, name, result[index]!);
  expect(server.errors).toEqual([]);
});
