import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { approvedApp, createNamespace, helloSpec, TestServer } from "../support/test-server.js";
import { refusal } from "../support/refusal.js";

describe("after a roll-back", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let namespaceId: string;

  beforeAll(async () => {
    server = await TestServer.open({ pace: 40 });
    const repository = server.sandbox.github.repository("acme/hello-orrery");
    for (const name of ["v2.0.0-hang", "v2.0.0-crash"]) repository.addTag({ name });
    admin = await server.login();
    namespaceId = (await createNamespace(admin, "pay")).id;
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const spec = { ...helloSpec, replicas: 1 };
  const build = async (appId: string, name: string) =>
    (await admin.ask("start-build", { input: { appId, ref: { kind: "TAG", name } } })).startBuild.build;
  const rollouts = async (appId: string) => (await admin.ask("rollouts", { filter: { appId } })).rollouts.nodes;
  const releases = async (appId: string) => (await admin.ask("releases", { app: appId })).app!.releases.nodes;
  const automatic = async (appId: string) =>
    (await admin.ask("automatic-releases", { app: appId })).app!.automaticReleases;
  const live = (appId: string, like: object): Promise<void> =>
    eventually(async () => expect((await rollouts(appId))[0]).toMatchObject({ phase: "SUCCEEDED", ...like }));
  const running = (id: string): Promise<void> =>
    eventually(async () => expect((await admin.ask("build", { id })).build!.phase).toBe("RUNNING"));
  /** A release is made, and a rollout begun, in one moment: what is not there with it does not come. */
  const madeButNotLive = async (appId: string, release: number, lastRollout: number): Promise<void> => {
    await eventually(async () => expect((await releases(appId))[0]).toMatchObject({ number: release }));
    expect((await rollouts(appId))[0]).toMatchObject({ number: lastRollout });
  };
  const events = async (appId: string): Promise<string[]> => {
    const { nodes } = (await admin.ask("journal", { filter: { appId }, first: 100 })).journal;
    return nodes.map(({ event }) => event).filter((event: string) => event.startsWith("releases."));
  };
  /** An app of two releases, with a build under way; gone back to the first. */
  async function wentBack(name: string): Promise<{ id: string; finishBuild: () => void }> {
    const { id } = await approvedApp(admin, namespaceId, name, spec);
    for (const [at, tag] of ["v1.0.0", "v1.1.0"].entries()) {
      await build(id, tag);
      await live(id, { number: at + 1 });
    }
    const open = await build(id, "v2.0.0-hang");
    await running(open.id);
    const [, first] = await releases(id);
    await admin.ask("roll-back", { input: { toReleaseId: first!.id } });
    await live(id, { number: 3, cause: "ROLL_BACK" });
    const [run] = server.sandbox.jenkins.runsOf(open.id);
    return { id, finishBuild: () => server.sandbox.jenkins.finish(run!.job, run!.number, "SUCCESS") };
  }

  test("what a build makes waits until a person starts another, and what was begun before waits on", async () => {
    const { id, finishBuild } = await wentBack("back");
    expect(await automatic(id)).toMatchObject({
      areSuspended: true,
      suspendedBy: { number: 3, cause: "ROLL_BACK", requestedBy: { name: expect.any(String) }, release: { number: 1 } },
    });
    await build(id, "v1.0.0");
    expect(await automatic(id)).toEqual({ areSuspended: false, suspendedBy: null });
    finishBuild();
    await live(id, { number: 4, cause: "BUILD", release: { number: 4 } });
    const [, waiting, , first] = await releases(id);
    expect(waiting).toMatchObject({ number: 3, build: { number: 3 } });
    await eventually(async () => expect(await events(id)).toEqual(["releases.resumed", "releases.suspended"]));

    // Going on from an older release to a newer one holds nothing.
    await admin.ask("roll-back", { input: { toReleaseId: first!.id } });
    await admin.ask("roll-back", { input: { toReleaseId: waiting!.id } });
    await live(id, { number: 6, release: { number: 3 } });
    expect(await automatic(id)).toEqual({ areSuspended: false, suspendedBy: null });
  });

  test("a build that was under way makes its release, which waits", async () => {
    const { id, finishBuild } = await wentBack("waits");
    finishBuild();
    await madeButNotLive(id, 3, 3);
    expect((await automatic(id)).areSuspended).toBe(true);
    // An approval is a change by a person, and does not bring the waiting release.
    await admin.ask("update-app", { input: { id, spec: { ...spec, args: ["--quiet"] } } });
    await admin.ask("submit-app", { input: { id } });
    await admin.ask("approve-app", { input: { id } });
    await live(id, { number: 4, cause: "APPROVAL" });
    expect((await automatic(id)).areSuspended).toBe(false);
    const [newest, , , first] = await releases(id);
    expect(newest!.image).toBe(first!.image);
  });

  test("what was approved and built meanwhile comes when a person says that it may", async () => {
    const { id, finishBuild } = await wentBack("resumed");
    const viewer = await server.member(admin, "VIEWER", namespaceId);
    expect(await refusal(viewer.ask("resume-releases", { input: { appId: id } }))).toMatchObject({
      code: "FORBIDDEN",
      requiredPermission: "release:rollBack",
    });
    const { resumeReleases } = await admin.ask("resume-releases", { input: { appId: id } });
    expect(resumeReleases.app.automaticReleases.areSuspended).toBe(false);
    expect(await refusal(admin.ask("resume-releases", { input: { appId: id } }))).toMatchObject({
      code: "ILLEGAL_STATE",
    });
    finishBuild();
    await live(id, { number: 4, cause: "BUILD", release: { number: 3 } });
  });

  test("of the platform's own it is the same", async () => {
    const careful = await createNamespace(admin, "careful", { autoRollBack: true });
    const { id } = await approvedApp(admin, careful.id, "api", spec);
    await build(id, "v1.0.0");
    await live(id, { number: 1 });
    await build(id, "v2.0.0-crash");
    await live(id, { number: 3, cause: "AUTOMATIC_ROLL_BACK" });
    expect(await automatic(id)).toMatchObject({
      areSuspended: true,
      suspendedBy: { number: 3, cause: "AUTOMATIC_ROLL_BACK", requestedBy: null },
    });
  });
});
