import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { AppSpecInput } from "../../schema/operation-types.js";
import type { OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { approvedApp, createNamespace, helloSpec, TestServer, type Namespace } from "../support/test-server.js";
import { refusal } from "../support/refusal.js";

/** One token reads the repositories of all: nothing is asked with it that the namespace may not know. */
describe("repositories", () => {
  let testServer: TestServer;
  let admin: OrreryClient;
  let developer: OrreryClient;
  let namespace: Namespace;

  beforeAll(async () => {
    testServer = await TestServer.open({ pace: 40, environment: { NAMESPACE_REPOSITORIES: "" } });
    testServer.sandbox.github.addRepository("rival", "secret").addTag({ name: "v6.6.6" });
    testServer.sandbox.github.redirect("acme/moved", "rival/secret");
    admin = await testServer.login();
  });
  let namespaces = 0;
  beforeEach(async () => {
    namespace = await createNamespace(admin, `pay-${++namespaces}`);
    developer = await testServer.member(admin, "DEVELOPER", namespace.id);
  });
  afterAll(() => testServer[Symbol.asyncDispose]());

  const allow = (...repositories: string[]) =>
    admin.ask("allow-namespace", { input: { id: namespace.id, repositories } });
  const specOf = (path: string): AppSpecInput => ({ ...helloSpec, repository: { provider: "GITHUB" as const, path } });
  const draft = async (name: string, path: string) =>
    (await developer.ask("create-app", { input: { namespaceId: namespace.id, name, spec: specOf(path) } })).createApp
      .app;
  const update = (id: string, path: string) => developer.ask("update-app", { input: { id, spec: specOf(path) } });
  const refs = ({ id }: { readonly id: string }) => developer.ask("repository-refs", { app: id, first: 10 });
  /** What GitHub was asked while this was done. */
  async function asked(act: () => Promise<unknown>): Promise<number> {
    const { server } = testServer.sandbox.github;
    const before = server.total;
    await act();
    return server.total - before;
  }

  test("a new namespace may use none, and says so before anything is asked upstream", async () => {
    expect((await admin.ask("namespace", { id: namespace.id })).namespace!.repositories).toEqual([]);
    const count = await asked(async () => {
      const there = await refusal(draft("there", "rival/secret"));
      const absent = await refusal(draft("there", "rival/absent"));
      expect(there).toMatchObject({ code: "INVALID_INPUT", fields: [{ path: "input.spec.repository.path" }] });
      expect(there.message).toContain("allowNamespace");
      expect(JSON.stringify(there).replaceAll("secret", "absent")).toBe(JSON.stringify(absent));
    });
    expect(count).toBe(0);
  });

  test("what it may use it can draft, read and build; of the rest nobody can tell whether it is there", async () => {
    await allow("acme");
    const app = await draft("web", "ACME/hello-orrery");
    expect((await refs(app)).repositoryRefs!.totalCount).toBeGreaterThan(0);
    const count = await asked(async () => {
      const edits = [refusal(update(app.id, "rival/secret")), refusal(update(app.id, "rival/absent"))];
      const [there, absent] = await Promise.all(edits);
      expect(there).toMatchObject({ code: "INVALID_INPUT", fields: [{ path: "input.spec.repository.path" }] });
      expect(JSON.stringify(there).replaceAll("secret", "absent")).toBe(JSON.stringify(absent));
      const plan = { appId: app.id, changes: { spec: specOf("rival/secret") } };
      expect(await refusal(developer.ask("plan-release", { input: plan }))).toMatchObject({
        code: "INVALID_INPUT",
        fields: [{ path: "input.changes.spec.repository.path" }],
      });
    });
    expect(count).toBe(0);
  });

  test("a repository that was given away is not found by its old name", async () => {
    await allow("acme");
    const app = await draft("moved", "acme/moved");
    const refused = await refusal(refs(app));
    expect(refused).toMatchObject({ code: "UPSTREAM_REJECTED" });
    expect(JSON.stringify(refused)).not.toMatch(/rival|v6\.6\.6/);
  });

  test("a rule that has changed holds for what is there already: refs, reviews, builds, and those that wait", async () => {
    await allow("acme");
    const app = await approvedApp(admin, namespace.id, "ruled");
    const waiting = await draft("waiting", "acme/hello-orrery");
    const reviewed = await draft("reviewed", "acme/hello-orrery");
    await developer.ask("submit-app", { input: { id: reviewed.id } });
    const input = { appId: app.id, ref: { kind: "TAG" as const, name: "v1.0.0" } };
    // This one waits until its repository is not allowed any more.
    testServer.sandbox.github.server.addFault({ kind: "status", status: 503 });
    const { startBuild } = await developer.ask("start-build", { input });
    const build = async () => (await admin.ask("build", { id: startBuild.build.id })).build;
    await eventually(async () => expect((await build())!.condition).not.toBeNull());
    await allow("acme/other");
    testServer.sandbox.github.server.clearFaults();
    // What waits for an upstream is looked at ever later.
    const refused = { phase: "FAILED", condition: { code: "REPOSITORY_NOT_ALLOWED" } };
    await eventually(async () => expect(await build()).toMatchObject(refused), 60_000);
    expect((await build())!.condition!.message).toContain("acme/hello-orrery");
    expect(testServer.sandbox.jenkins.runsOf(startBuild.build.id)).toEqual([]);
    const count = await asked(async () => {
      expect(await refusal(refs(app))).toMatchObject({ code: "INVALID_INPUT", fields: [{ path: "app" }] });
      expect(await refusal(developer.ask("start-build", { input }))).toMatchObject({
        code: "INVALID_INPUT",
        fields: [{ path: "input.appId" }],
      });
      const field = { code: "INVALID_INPUT", fields: [{ path: "spec.repository.path" }] };
      expect(await refusal(developer.ask("submit-app", { input: { id: waiting.id } }))).toMatchObject(field);
      expect(await refusal(admin.ask("approve-app", { input: { id: reviewed.id } }))).toMatchObject(field);
    });
    expect(count).toBe(0);
  });
});
