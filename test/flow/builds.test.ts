import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { all, approvedApp, createNamespace, helloSpec, TestServer, type App } from "../support/test-server.js";
import { refusal } from "../support/refusal.js";

describe("a build that does not succeed", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let ann: OrreryClient;
  let namespaceId: string;
  let app: App;

  beforeAll(async () => {
    server = await TestServer.open();
    const repository = server.sandbox.github.repository("acme/hello-orrery");
    for (const name of ["v2.0.0-unstable", "v2.1.0-notbuilt", "v2.2.0-hang"]) repository.addTag({ name });
    admin = await server.login();
    namespaceId = (await createNamespace(admin, "pay")).id;
    ann = await server.member(admin, "DEVELOPER", namespaceId);
    app = await approvedApp(admin, namespaceId, "api");
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const start = async (name: string, appId: string = app.id): Promise<string> =>
    (await ann.ask("start-build", { input: { appId, ref: { kind: "TAG", name } } })).startBuild.build.id;
  const build = async (id: string) => (await ann.ask("build", { id })).build;
  const log = async (id: string): Promise<string> =>
    (await all(ann.follow("build-log", { build: id }))).map(({ text }) => text).join("");
  const inPhase = (id: string, phase: string) =>
    eventually(async () => {
      const now = await build(id);
      expect(now).toMatchObject({ phase });
      return now;
    });

  test.each([
    ["v1.4.0-fail", "BUILD_FAILED", "Finished: FAILURE", "The build failed"],
    ["v2.0.0-unstable", "UNSTABLE", "Finished: UNSTABLE", "unstable"],
    ["v2.1.0-notbuilt", "NOT_BUILT", "Finished: NOT_BUILT", "did not build anything"],
  ])("%s ends as FAILED with %s, its whole log, and without a release", async (tag, code, lastLine, said) => {
    const releases = async () => (await ann.ask("releases", { app: app.id })).app!.releases.totalCount;
    const before = await releases();
    const id = await start(tag);
    const [states, text] = await Promise.all([all(ann.follow("build-changed", { build: id })), log(id)]);
    expect(text.trimEnd().endsWith(lastLine)).toBe(true);
    expect(states.at(-1)!.build).toMatchObject({
      phase: "FAILED",
      condition: { code, message: expect.stringContaining(said) },
    });
    expect(await build(id)).toMatchObject({
      phase: "FAILED",
      finishedAt: expect.any(String),
      startedAt: expect.any(String),
    });
    await eventually(async () => {
      const [notification] = (await ann.ask("notifications")).notifications.nodes;
      expect(notification).toMatchObject({
        title: expect.stringMatching(/^Build \d of api failed$/),
        body: expect.stringContaining(said),
      });
    });
    expect(await releases()).toBe(before);
  });

  test("an unknown tag is named, and nothing is asked of the build server", async () => {
    const id = await start("v9.9.9");
    expect(await log(id)).toBe("");
    expect(await build(id)).toMatchObject({
      phase: "FAILED",
      condition: { code: "REF_NOT_FOUND", message: "acme/hello-orrery has no tag v9.9.9." },
      commit: null,
    });
    expect(server.sandbox.jenkins.runsOf(id)).toEqual([]);
  });

  test("an unknown repository is told from an unknown tag", async () => {
    const spec = { ...helloSpec, repository: { provider: "GITHUB" as const, path: "acme/nowhere" } };
    const lost = await approvedApp(admin, namespaceId, "lost", spec);
    const failed = await inPhase(await start("v1.0.0", lost.id), "FAILED");
    expect(failed).toMatchObject({
      condition: { code: "REPOSITORY_NOT_FOUND", message: expect.stringContaining("acme/nowhere") },
    });
    const { data, errors } = await ann.send("repository-refs", { app: lost.id });
    expect(data).toEqual({ repositoryRefs: null });
    expect(errors).toMatchObject([
      { path: ["repositoryRefs"], extensions: { code: "UPSTREAM_REJECTED", upstream: "github" } },
    ]);
  });

  test("a running one and the one that waits behind it are aborted", async () => {
    const running = await start("v2.2.0-hang");
    await inPhase(running, "RUNNING");
    const waiting = await start("v1.0.0");
    await eventually(async () => {
      const state = await build(waiting);
      expect(state).toMatchObject({
        phase: "QUEUED",
        condition: { code: "BUILD_QUEUED", message: expect.stringMatching(/\w/) },
      });
    });
    const states = all(ann.follow("build-changed", { build: waiting }));
    await ann.ask("abort-build", { input: { id: waiting } });
    expect((await states).at(-1)!.build).toMatchObject({ phase: "ABORTED", startedAt: null, condition: null });
    expect(server.sandbox.jenkins.runsOf(waiting)).toEqual([]);
    expect(await log(waiting)).toBe("");

    const text = log(running);
    await ann.ask("abort-build", { input: { id: running } });
    expect((await text).trimEnd().endsWith("Finished: ABORTED")).toBe(true);
    expect(await inPhase(running, "ABORTED")).toMatchObject({
      condition: null,
      abortRequestedBy: { name: expect.stringContaining("DEVELOPER") },
    });
    expect(await refusal(ann.ask("abort-build", { input: { id: running } }))).toMatchObject({ code: "ILLEGAL_STATE" });
  });

  test("one that asks for nonsense is refused, with every wrong field", async () => {
    const before = (await ann.ask("builds")).builds.totalCount;
    const input = {
      appId: app.id,
      ref: { kind: "TAG" as const, name: "../v1; rm -rf" },
      parameters: [
        { name: "1X", value: "a" },
        { name: "Y", value: "two\nlines" },
      ],
    };
    const refused = await refusal(ann.ask("start-build", { input }));
    expect(refused.code).toBe("INVALID_INPUT");
    expect(refused.fields?.map(({ path }) => path)).toEqual([
      "input.ref.name",
      "input.parameters[0].name",
      "input.parameters[1].value",
    ]);
    expect((await ann.ask("builds")).builds.totalCount).toBe(before);
  });

  test("while the source host is away, it waits and says so, and succeeds when it is back", async () => {
    server.sandbox.github.server.addFault({ kind: "html" });
    const id = await start("v1.0.0");
    await eventually(async () => {
      const condition = { code: "UPSTREAM_UNAVAILABLE", message: expect.stringMatching(/github/i) };
      expect(await build(id)).toMatchObject({ phase: "QUEUED", condition });
    });
    expect((await ann.send("repository-refs", { app: app.id })).errors).toMatchObject([
      { extensions: { code: "UPSTREAM_UNAVAILABLE", upstream: "github", retryable: true } },
    ]);
    server.sandbox.github.server.clearFaults();
    expect(await inPhase(id, "SUCCEEDED")).toMatchObject({ condition: null });
  });
});
