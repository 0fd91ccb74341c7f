import { expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.js";
import { all, approvedApp, createNamespace, TestServer } from "../support/test-server.js";

test("an approved app is built from a tag and rolled out", async () => {
  await using server = await TestServer.open();
  const admin = await server.login();
  const namespace = await createNamespace(admin, "pay");
  const app = await approvedApp(admin, namespace.id, "api");
  const { startBuild } = await admin.ask("start-build", {
    input: { appId: app.id, ref: { kind: "TAG", name: "v1.0.0" } },
  });
  const pieces = await all(admin.follow("build-log", { build: startBuild.build.id }));
  expect(pieces.map(({ text }) => text).join("")).toContain("Finished: SUCCESS");
  await eventually(async () => {
    const { app: now } = await admin.ask("app", { id: app.id });
    expect(now!.lastRollout?.phase).toBe("SUCCEEDED");
    expect(now!.pods).toHaveLength(2);
  });
  expect(server.sandbox.unknownRequests()).toEqual([]);
});
