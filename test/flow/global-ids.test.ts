import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { idPrefixes } from "../../src/kernel/ids.js";
import { EntityFactory } from "../support/entity-factory.js";
import { approvedApp, createNamespace, TestServer, type App } from "../support/test-server.js";

describe("node(id)", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let roleless: OrreryClient;
  let entities: EntityFactory;
  let namespaceId: string;
  /** An app that was built and is live. */
  let live: App;
  let built: Untyped;

  beforeAll(async () => {
    server = await TestServer.open({ pace: 40 });
    admin = await server.login();
    roleless = await server.member(admin);
    namespaceId = (await createNamespace(admin, "pay")).id;
    entities = new EntityFactory({ server, admin, namespaceId });
    live = await approvedApp(admin, namespaceId, "live");
    built = await entities.deliver(live.id, "v1.0.0");
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("every entity answers node(id) to those who may see it, and is null to all others", async () => {
    const { nodes: reviews } = (await admin.ask("app-reviews", { app: live.id })).app!.reviews;
    const { nodes: releases } = (await admin.ask("releases", { app: live.id })).app!.releases;
    const app = (await admin.ask("app", { id: live.id })).app;
    const { viewer } = await admin.ask("viewer");
    const [grant] = (await admin.ask("query { viewer { roles { id } } }")).viewer.roles;
    const [entry] = (await admin.ask("journal", { first: 1, filter: { appId: live.id } })).journal.nodes;
    const [notification] = (await admin.ask("notifications")).notifications.nodes;
    const template = await entities.template();
    const variable = await entities.variableWithValue();
    const ids: Record<keyof typeof idPrefixes, string> = {
      Member: viewer.member.id,
      Session: viewer.sessions[0]!.id,
      RoleGrant: grant!.id,
      Namespace: namespaceId,
      App: live.id,
      AppRevision: app!.revision.id,
      Review: reviews[0]!.id,
      Build: built.id,
      Release: releases[0]!.id,
      Rollout: app!.lastRollout!.id,
      Notification: notification!.id,
      JournalEntry: entry!.id,
      Template: template.id,
      TemplateVersion: template.draft!.id,
      Dockerfile: (await admin.ask("dockerfiles")).dockerfiles.nodes[0]!.id,
      TemplatePin: (await entities.pin()).id,
      Publication: (await entities.stoppedPublication("INGRESS", (await createNamespace(admin, "empty")).id)).id,
      Variable: variable.id,
      VariableValue: (await admin.ask("variable-values", { variable: variable.id })).variableValues.nodes[0]!.id,
      Plan: (await entities.plan(live.id)).id,
    };
    const document = `query ($id: ID!) { node(id: $id) { __typename id } }`;
    for (const [kind, id] of Object.entries(ids)) {
      expect((await admin.ask(document, { id })).node).toEqual({ __typename: kind, id });
      // Colleagues are known by name to everybody, and the library is everybody's.
      expect([kind, (await roleless.ask(document, { id })).node]).toEqual([
        kind,
        ["Member", "Dockerfile"].includes(kind) ? { __typename: kind, id } : null,
      ]);
      const unknown = `${idPrefixes[kind as keyof typeof idPrefixes]}_${"0".repeat(32)}`;
      expect([kind, (await admin.ask(document, { id: unknown })).node]).toEqual([kind, null]);
    }
    for (const id of ["", "x", "app_", "app_zz", `xxx_${"0".repeat(32)}`]) {
      expect((await admin.ask(document, { id })).node).toBeNull();
    }
    const others = await server.member(admin, "ADMINISTRATOR");
    for (const kind of ["Session", "Notification"] as const)
      expect((await others.ask(document, { id: ids[kind] })).node).toBeNull();
  });
});
