import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { all, approvedApp, createNamespace, helloSpec, TestServer } from "../support/test-server.js";

describe("a rollout", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let namespaceId: string;

  beforeAll(async () => {
    server = await TestServer.open();
    const repository = server.sandbox.github.repository("acme/hello-orrery");
    for (const word of ["missing", "crash", "oom", "unready", "unschedulable"])
      repository.addTag({ name: `v2.0.0-${word}` });
    admin = await server.login();
    namespaceId = (await createNamespace(admin, "pay")).id;
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const spec = { ...helloSpec, replicas: 1 };
  const build = async (appId: string, tag: string): Promise<void> => {
    const { startBuild } = await admin.ask("start-build", { input: { appId, ref: { kind: "TAG", name: tag } } });
    await all(admin.follow("build-log", { build: startBuild.build.id }));
  };
  const rollouts = async (appId: string): Promise<Untyped[]> =>
    (await admin.ask("rollouts", { filter: { appId } })).rollouts.nodes;
  const newest = (appId: string, like: object) =>
    eventually(async () => {
      const [rollout] = await rollouts(appId);
      expect(rollout).toMatchObject(like);
      return rollout;
    });
  const deployment = (namespace: string, name: string): Untyped => {
    const found = server.sandbox.kubernetes.object("Deployment", namespace, name) as Untyped;
    return { replicas: found.spec.replicas, image: found.spec.template.spec.containers[0].image };
  };

  test.each([
    ["missing", "IMAGE_PULL", "FAILED", /cannot be pulled/, /pull/i],
    ["crash", "CRASH_LOOP", "FAILED", /keeps ending with exit code 1/, /BackOff/],
    ["oom", "OUT_OF_MEMORY", "FAILED", /more memory than its limit/, /BackOff/],
    ["unready", "PROBE_FAILING", "PROGRESSING", /is not ready/, /^Unhealthy: /],
    ["unschedulable", "UNSCHEDULABLE", "PROGRESSING", /No node takes the pod/, /^FailedScheduling: /],
  ])("whose pods are %s says %s within seconds", async (word, code, phase, said, noted) => {
    const app = await approvedApp(admin, namespaceId, word, spec);
    await build(app.id, `v2.0.0-${word}`);
    const { condition, startedAt } = await newest(app.id, { phase, condition: { code } });
    expect(condition).toMatchObject({
      message: expect.stringMatching(said),
      evidence: { pod: expect.stringMatching(new RegExp(`^${word}-`)), event: expect.stringMatching(noted) },
    });
    expect(Date.now() - Date.parse(startedAt)).toBeLessThan(10_000);
    if (phase !== "FAILED") return;
    await eventually(async () => {
      const { nodes } = (await admin.ask("notifications")).notifications;
      expect(nodes[0]).toMatchObject({ title: `Rollout 1 of ${word} failed`, body: condition.message });
    });
  });

  test("that a quota stops says so, and goes on when there is room", async () => {
    const small = await createNamespace(admin, "small");
    const quota = {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "tight", namespace: "small" },
      spec: { hard: { pods: "0" } },
    };
    server.sandbox.kubernetes.create(quota as never);
    const app = await approvedApp(admin, small.id, "api", spec);
    await build(app.id, "v1.0.0");
    const { condition } = await newest(app.id, {
      phase: "PROGRESSING",
      condition: { code: "QUOTA", evidence: null },
    });
    expect(condition.message).toContain("exceeded quota: tight");
    server.sandbox.kubernetes.remove("ResourceQuota", "small", "tight");
    await newest(app.id, { phase: "SUCCEEDED", condition: null, progress: { ready: 1 } });
  });

  test("whose Deployment is paused says so, and goes on when it is resumed", async () => {
    const app = await approvedApp(admin, namespaceId, "paused", spec);
    await build(app.id, "v1.0.0");
    await newest(app.id, { number: 1, phase: "SUCCEEDED" });
    const pause = (paused: boolean): void =>
      server.sandbox.kubernetes.edit("Deployment", "pay", "paused", "kubectl", (object) => {
        Object.assign((object as Untyped).spec, { paused });
      });
    pause(true);
    await build(app.id, "v1.1.0");
    const { condition } = await newest(app.id, { number: 2, phase: "PROGRESSING", condition: { code: "PAUSED" } });
    expect(condition.message).toContain("kubectl rollout resume deployment/paused -n pay");
    pause(false);
    await newest(app.id, { number: 2, phase: "SUCCEEDED", condition: null });
  });

  test("that fails is answered with the last good release where the namespace wants it so", async () => {
    const careful = await createNamespace(admin, "careful", { autoRollBack: true });
    const app = await approvedApp(admin, careful.id, "api", spec);
    await build(app.id, "v1.0.0");
    const good = await newest(app.id, { number: 1, phase: "SUCCEEDED" });
    await build(app.id, "v1.2.0-crash");
    const back = await newest(app.id, { number: 3, phase: "SUCCEEDED" });
    expect(back).toMatchObject({ cause: "AUTOMATIC_ROLL_BACK", release: good.release });
    expect((await rollouts(app.id)).map(({ number, phase }) => [number, phase])).toEqual([
      [3, "SUCCEEDED"],
      [2, "FAILED"],
      [1, "SUCCEEDED"],
    ]);
    expect(deployment("careful", "api").image).toBe(good.release.image);
    await eventually(async () => {
      const { nodes } = (await admin.ask("journal", { filter: { appId: app.id }, first: 2 })).journal;
      expect(nodes).toMatchObject([
        { event: "rollout.succeeded", actorKind: "PLATFORM" },
        { event: "rollout.started", actorKind: "PLATFORM" },
      ]);
    });
  });

  test("of an edited spec begins with its approval, and keeps the image", async () => {
    const app = await approvedApp(admin, namespaceId, "edited", spec);
    await build(app.id, "v1.0.0");
    const { release } = await newest(app.id, { number: 1, phase: "SUCCEEDED" });
    const edit = {
      id: app.id,
      spec: { ...spec, replicas: 3, environment: [{ name: "COLOUR", value: "green: #fff" }] },
    };
    await admin.ask("update-app", { input: edit });
    await admin.ask("submit-app", { input: { id: app.id } });
    // Under review, and rejected: what was approved before stays live.
    await admin.ask("reject-app", { input: { id: app.id, reason: "Not today." } });
    expect((await admin.ask("app", { id: app.id })).app).toMatchObject({
      phase: "REJECTED",
      spec: { replicas: 3 },
      approvedRevision: { number: 1 },
      lastRollout: { number: 1 },
    });
    expect(deployment("pay", "edited")).toEqual({ replicas: 1, image: release.image });
    await admin.ask("submit-app", { input: { id: app.id } });
    await admin.ask("approve-app", { input: { id: app.id } });
    const second = await newest(app.id, { number: 2, phase: "SUCCEEDED" });
    expect(second).toMatchObject({
      cause: "APPROVAL",
      release: { number: 2, image: release.image },
      progress: { wanted: 3, ready: 3 },
    });
    expect(deployment("pay", "edited")).toEqual({ replicas: 3, image: release.image });
    const { nodes } = (await admin.ask("releases", { app: app.id })).app!.releases;
    expect(nodes).toMatchObject([
      { number: 2, revision: { number: 2 }, build: { number: 1 } },
      { number: 1, revision: { number: 1 } },
    ]);
    // Going back takes the spec back too.
    await admin.ask("roll-back", { input: { toReleaseId: nodes[1]!.id } });
    await newest(app.id, { number: 3, phase: "SUCCEEDED" });
    expect(deployment("pay", "edited")).toEqual({ replicas: 1, image: release.image });
  });

  test("leaves the upstreams nothing to wonder about", () => {
    expect(server.sandbox.unknownRequests()).toEqual([]);
  });
});
