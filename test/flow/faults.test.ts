import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { EmbeddedPostgres } from "../../src/sandbox/postgres/embedded-postgres.js";
import type { SandboxServer } from "../../src/sandbox/sandbox-server.js";
import { canonical, readConsole } from "../support/console-reader.js";
import { eventually } from "../support/eventually.js";
import { all, approvedApp, createNamespace, helloSpec, TestServer, type Namespace } from "../support/test-server.js";
import { ServerProcess } from "../support/server-process.js";

jest.setTimeout(90_000);

/** A circuit that is open lets a call through every five seconds, and a failing key is looked at ever later. */
const recoveryMs = 30_000;
const tag = { kind: "TAG" as const, name: "v1.0.0" };
const job = "pay.api";
const line = (text: string): Buffer => Buffer.from(`${text}\n`);

/** The condition of what waits for an upstream. */
const away = (said: RegExp): object => ({ code: "UPSTREAM_UNAVAILABLE", message: expect.stringMatching(said) });

type Lift = () => Promise<void> | void;
const faults: Readonly<Record<string, (server: SandboxServer, url: string) => Promise<Lift>>> = {
  "is down": async (server, url) => {
    await server.close();
    return async () => void (await server.listen(Number(new URL(url).port)));
  },
  "resets every connection": async (server) => {
    server.addFault({ kind: "reset", bytes: 20 });
    return () => server.clearFaults();
  },
  "closes every connection": async (server) => {
    server.addFault({ kind: "refuse" });
    return () => server.clearFaults();
  },
  "answers with a page": async (server) => {
    server.addFault({ kind: "html" });
    return () => server.clearFaults();
  },
};

describe("a whole delivery, with each upstream in trouble when it is needed", () => {
  let testServer: TestServer;
  let admin: OrreryClient;
  let namespace: Namespace;

  beforeEach(async () => {
    testServer = await TestServer.open();
    admin = await testServer.login();
    namespace = await createNamespace(admin, "pay");
  });
  afterEach(async () => {
    await testServer[Symbol.asyncDispose]();
  });

  const appNow = async (id: string): Promise<Untyped> => (await admin.ask("app", { id })).app;
  const buildNow = async (id: string): Promise<Untyped> => (await admin.ask("build", { id })).build;
  const expectRolledOut = (id: string) =>
    eventually(async () => {
      const app = await appNow(id);
      expect(app).toMatchObject({
        condition: null,
        lastBuild: { number: 1 },
        lastRollout: { number: 1, phase: "SUCCEEDED" },
      });
    }, recoveryMs);

  test.each(Object.keys(faults))("every upstream %s for a while", async (kind) => {
    const { kubernetes, jenkins, github, environment } = testServer.sandbox;
    const kubeconfig = JSON.parse(readFileSync(environment["KUBECONFIG"]!, "utf8")) as {
      readonly clusters: readonly [{ readonly cluster: { readonly server: string } }];
    };
    const suffer = {
      kubernetes: () => faults[kind]!(kubernetes.server, kubeconfig.clusters[0].cluster.server),
      jenkins: () => faults[kind]!(jenkins.server, environment["JENKINS_URL"]!),
      github: () => faults[kind]!(github.server, environment["GITHUB_API_URL"]!),
    };
    jenkins.script({ job, pieces: [line("first")] });

    let lift = await suffer.jenkins();
    const { id: appId } = await approvedApp(admin, namespace.id, "api");
    await eventually(async () => expect((await appNow(appId)).condition).toMatchObject(away(/^Jenkins /)));
    await lift();
    await eventually(
      async () => expect(await appNow(appId)).toMatchObject({ condition: null, providedAt: expect.any(String) }),
      recoveryMs,
    );

    lift = await suffer.github();
    const { data, errors } = await admin.send(
      `query ($app: ID!) { repositoryRefs(app: $app) { totalCount } apps { nodes { name pods { name } } } }`,
      { app: appId },
    );
    expect(data).toEqual({ repositoryRefs: null, apps: { nodes: [{ name: "api", pods: [] }] } });
    expect(errors).toMatchObject([
      { path: ["repositoryRefs"], extensions: { code: "UPSTREAM_UNAVAILABLE", upstream: "github", retryable: true } },
    ]);
    const { startBuild } = await admin.ask("start-build", { input: { appId, ref: tag } });
    const buildId = startBuild.build.id;
    await eventually(async () => expect((await buildNow(buildId)).condition).toMatchObject(away(/^GitHub /)));
    await lift();
    await eventually(
      async () => expect(await buildNow(buildId)).toMatchObject({ phase: "RUNNING", condition: null }),
      recoveryMs,
    );

    lift = await suffer.jenkins();
    await eventually(async () => expect((await buildNow(buildId)).condition).toMatchObject(away(/^Jenkins /)));
    jenkins.append(job, 1, line("second"));
    await lift();
    await eventually(
      async () => expect(await buildNow(buildId)).toMatchObject({ phase: "RUNNING", condition: null }),
      recoveryMs,
    );

    lift = await suffer.kubernetes();
    jenkins.append(job, 1, line("third"));
    jenkins.finish(job, 1, "SUCCESS");
    await eventually(
      async () => expect((await appNow(appId)).condition).toMatchObject(away(/^Kubernetes /)),
      recoveryMs,
    );
    expect((await appNow(appId)).lastRollout).toMatchObject({ number: 1, phase: "PENDING" });
    await lift();
    await expectRolledOut(appId);
    expect(jenkins.runsOf(buildId)).toHaveLength(1);
    const pieces = await all(admin.follow("build-log", { build: buildId }));
    expect(pieces.map(({ text }) => text).join("")).toBe("first\nsecond\nthird\n");
    expect(testServer.sandbox.unknownRequests()).toEqual([]);
  });

  test("an app names every upstream that is down, and a rollout the one that it waits for", async () => {
    const { kubernetes, jenkins } = testServer.sandbox;
    const { id: appId } = await approvedApp(admin, namespace.id, "api");
    await eventually(async () => expect((await appNow(appId)).providedAt).not.toBeNull());
    kubernetes.server.addFault({ kind: "html" });
    const { startBuild } = await admin.ask("start-build", { input: { appId, ref: tag } });
    await all(admin.follow("build-log", { build: startBuild.build.id }));
    await eventually(async () => expect((await appNow(appId)).lastRollout).toMatchObject({ number: 1 }));
    const states = admin.follow("rollout-progress", { app: appId });
    for await (const { rollout } of states) {
      expect(rollout).toMatchObject({ number: 1, phase: "PENDING" });
      if (rollout.condition === null) continue;
      expect(rollout.condition).toMatchObject(away(/Kubernetes/));
      break;
    }
    jenkins.server.addFault({ kind: "html" });
    await eventually(async () => {
      const { condition } = await appNow(appId);
      expect(condition).toMatchObject(away(/Jenkins.* Kubernetes/));
    }, recoveryMs);
    kubernetes.server.clearFaults();
    jenkins.server.clearFaults();
    await expectRolledOut(appId);
    const { rollouts } = await admin.ask("rollouts", { filter: { appId }, first: 1 });
    expect(rollouts.nodes[0]).toMatchObject({ phase: "SUCCEEDED", condition: null });
  });

  test("slow upstreams make it slow, and nothing else", async () => {
    const { kubernetes, jenkins, github } = testServer.sandbox;
    for (const { server } of [kubernetes, jenkins, github]) server.addFault({ kind: "delay", ms: 250 });
    const { id: appId } = await approvedApp(admin, namespace.id, "api");
    const { startBuild } = await admin.ask("start-build", { input: { appId, ref: tag } });
    const pieces = await all(admin.follow("build-log", { build: startBuild.build.id }));
    expect(pieces.map(({ text }) => text).join("")).toBe(canonical(jenkins.rawConsole(job, 1)));
    await expectRolledOut(appId);
    expect(jenkins.runsOf(startBuild.build.id)).toHaveLength(1);
  });

  test.each(["closed", "reset", "compacted"] as const)(
    "a rollout is seen to its end though every watch is %s",
    async (fate) => {
      const { kubernetes } = testServer.sandbox;
      const { id: appId } = await approvedApp(admin, namespace.id, "api", { ...helloSpec, replicas: 4 });
      await admin.ask("start-build", { input: { appId, ref: tag } });
      const fault = setInterval(() => {
        if (fate === "closed") kubernetes.closeWatches();
        else if (fate === "reset") kubernetes.resetWatches();
        else kubernetes.compact();
      }, 100);
      try {
        // The fault is there from before it begins; a slow machine may see it begun and done at once.
        const begun = async () =>
          expect(["PROGRESSING", "SUCCEEDED"]).toContain((await appNow(appId)).lastRollout?.phase);
        await eventually(begun, recoveryMs);
        await new Promise((resolve) => setTimeout(resolve, 500));
      } finally {
        clearInterval(fault);
      }
      await expectRolledOut(appId);
      await eventually(async () => expect((await appNow(appId)).pods).toHaveLength(4));
    },
  );
});

describe("PostgreSQL", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "orrery-faults-"));
    chmodSync(folder, 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test.each(["stopped", "killed"] as const)("is %s and started again in the middle of a build", async (how) => {
    let postgres = await EmbeddedPostgres.start({ folder });
    await using _end = { [Symbol.asyncDispose]: () => postgres.stop() };
    const database = await postgres.ensureDatabase("orrery");
    await using testServer = await TestServer.prepare({ environment: { DATABASE_URL: database } });
    await using server = new ServerProcess(testServer);
    await server.start();
    const admin = await server.connect();
    const namespace = await createNamespace(admin, "pay");
    const { id: appId } = await approvedApp(admin, namespace.id, "api");
    const { jenkins } = testServer.sandbox;
    jenkins.script({ job, pieces: [line("before")] });
    const { startBuild } = await admin.ask("start-build", { input: { appId, ref: tag } });
    const build = startBuild.build.id;
    const console = readConsole(() => server.connect(), build);
    const states = all(admin.follow("build-changed", { build }));
    await eventually(async () => expect((await admin.ask("build", { id: build })).build!.logBytes).toBe(7));

    await (how === "stopped" ? postgres.stop() : postgres.kill());
    jenkins.append(job, 1, line("while it was away"));
    const { errors } = await admin.send("app", { id: appId });
    expect(errors).toMatchObject([{ extensions: { code: "INTERNAL" } }]);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    postgres = await EmbeddedPostgres.start({ folder });
    jenkins.append(job, 1, line("after"));
    jenkins.finish(job, 1, "SUCCESS");

    expect(await console).toBe("before\nwhile it was away\nafter\n");
    expect((await states).at(-1)!.build).toMatchObject({ phase: "SUCCEEDED" });
    await eventually(async () => {
      const { app } = await admin.ask("app", { id: appId });
      expect(app).toMatchObject({
        condition: null,
        lastBuild: { number: 1 },
        lastRollout: { number: 1, phase: "SUCCEEDED" },
      });
    }, recoveryMs);
    expect(jenkins.runsOf(build)).toHaveLength(1);
    expect(server.lives).toBe(1);
    await admin.close();
    await server.kill();
  });
});
