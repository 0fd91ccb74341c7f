import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { OrreryClient } from "../../src/demo/orrery-client.js";
import { EntityFactory } from "../support/entity-factory.js";
import { createNamespace, TestServer } from "../support/test-server.js";
import { refusal } from "../support/refusal.js";

describe("an edit with an expected version", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let entities: EntityFactory;
  let namespaceId: string;

  beforeAll(async () => {
    server = await TestServer.open({ pace: 40 });
    admin = await server.login();
    namespaceId = (await createNamespace(admin, "pay")).id;
    entities = new EntityFactory({ server, admin, namespaceId });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("an edit of something that has changed since is a CONFLICT, and changes nothing", async () => {
    const stale = { expectedVersion: 99 };
    const [one, two] = [await entities.draft("stale"), await entities.submitted("stale-too")];
    const build = await entities.hangingBuild();
    const asked: [string, object][] = [
      ["update-app", { id: one.id, displayName: "Stale", ...stale }],
      ["submit-app", { id: one.id, ...stale }],
      ["approve-app", { id: two.id, ...stale }],
      ["reject-app", { id: two.id, reason: "Stale", ...stale }],
      ["retire-app", { id: one.id, confirmName: "stale", ...stale }],
      ["update-namespace", { id: namespaceId, displayName: "Stale", ...stale }],
      ["abort-build", { id: build.id, ...stale }],
    ];
    for (const [operation, input] of asked) {
      const refused = await refusal(admin.askUntyped(operation, { input }));
      expect([operation, refused]).toMatchObject([operation, { code: "CONFLICT", expectedVersion: 99 }]);
    }
    expect((await admin.ask("app", { id: one.id })).app).toMatchObject({
      phase: "DRAFT",
      displayName: "stale",
      version: one.version,
    });
    expect((await admin.ask("app", { id: two.id })).app).toMatchObject({ phase: "IN_REVIEW", version: two.version });
    expect((await admin.ask("build", { id: build.id })).build!.abortRequestedBy).toBeNull();
    await admin.ask("abort-build", { input: { id: build.id } });
    const edits = [1, 2, 3].map((each) =>
      admin.ask("update-app", { input: { id: one.id, displayName: `At once ${each}`, expectedVersion: one.version } }),
    );
    const settled = await Promise.allSettled(edits);
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await admin.ask("app", { id: one.id })).app!.version).toBe(one.version + 1);
  });
});
