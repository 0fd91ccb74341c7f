import { readFileSync } from "node:fs";
import type { TemplateKind } from "../../schema/operation-types.js";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { auditServer } from "graphql-http";
import pg from "pg";
import { GraphQLFailure, type Untyped, type OrreryClient } from "../../src/demo/orrery-client.js";
import { idPrefixes } from "../../src/kernel/ids.js";
import { eventually } from "../support/eventually.js";
import { all, approvedApp, createNamespace, helloSpec, TestServer } from "../support/test-server.js";
import { refusal } from "../support/refusal.js";

/** What holds for every field, whatever it is about. */
describe("the conventions", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let roleless: OrreryClient & { readonly memberId: string };
  let namespaceId: string;
  /** A namespace whose name alone is changed, to see how far the journal is. */
  let markerId: string;
  /** An app that was built and is live. */
  let live: Untyped;
  let built: Untyped;

  beforeAll(async () => {
    server = await TestServer.open({ pace: 40 });
    server.sandbox.github.repository("acme/hello-orrery").addTag({ name: "v2.2.0-hang" });
    admin = await server.login();
    roleless = await server.member(admin);
    namespaceId = (await createNamespace(admin, "pay")).id;
    markerId = (await createNamespace(admin, "marker")).id;
    live = await approvedApp(admin, namespaceId, "live");
    built = await deliver(live.id, "v1.0.0");
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function deliver(appId: string, tag: string) {
    const { lastRollout } = (await admin.ask("app", { id: appId })).app!;
    const { startBuild } = await admin.ask("start-build", { input: { appId, ref: { kind: "TAG", name: tag } } });
    await eventually(async () => {
      const { app } = await admin.ask("app", { id: appId });
      expect(app!.lastRollout).toMatchObject({ number: (lastRollout?.number ?? 0) + 1, phase: "SUCCEEDED" });
    });
    return startBuild.build;
  }
  const draft = async (name: string) =>
    (await admin.ask("create-app", { input: { namespaceId, name, spec: helloSpec } })).createApp.app;
  const submitted = async (name: string) => {
    const { id } = await draft(name);
    return (await admin.ask("submit-app", { input: { id } })).submitApp.app;
  };
  const hanging = async (): Promise<Untyped> => {
    const app = await approvedApp(admin, namespaceId, `hang-${Math.random().toString(36).slice(2, 8)}`);
    const ref = { kind: "TAG" as const, name: "v2.2.0-hang" };
    return (await admin.ask("start-build", { input: { appId: app.id, ref } })).startBuild.build;
  };
  const aTemplate = async (of?: string): Promise<Untyped> => {
    const appId = of ?? (await draft(`tpl-${Math.random().toString(36).slice(2, 8)}`)).id;
    return (await admin.ask("create-template", { input: { kind: "SERVICE", appId } })).createTemplate.template;
  };
  /** A published version, and the app that it is for. */
  const aVersion = async (): Promise<{ versionId: string; appId: string }> => {
    const { id: appId } = await draft(`tpl-${Math.random().toString(36).slice(2, 8)}`);
    const { id } = await aTemplate(appId);
    const { publishTemplate } = await admin.ask("publish-template", { input: { id } });
    return { versionId: publishTemplate.template.published!.id, appId };
  };
  const aPin = async (): Promise<Untyped> =>
    (await admin.ask("pin-template", { input: await aVersion() })).pinTemplate.pin;
  /** One that stopped. */
  const aPublication = async (kind: TemplateKind): Promise<Untyped> => {
    const { id } = (await admin.ask("create-template", { input: { kind } })).createTemplate.template;
    const input = { id, stages: [{ namespaceIds: [markerId] }] };
    const { publication } = (await admin.ask("publish-template-in-stages", { input })).publishTemplateInStages;
    await eventually(async () => {
      const { phase } = (await admin.ask("publication", { id: publication.id })).publication!;
      expect(phase).toBe("SUCCEEDED");
    });
    const database = new pg.Client({ connectionString: server.database.url });
    await database.connect();
    await database.query("update publication set phase = 'STOPPED', finished_at = null where id = $1", [
      publication.id,
    ]);
    await database.end();
    return publication;
  };
  const aVariable = async (): Promise<Untyped> => {
    const input = { name: `v${Math.random().toString(36).slice(2, 8)}`, type: "TEXT" as const, description: "A word." };
    return (await admin.ask("declare-variable", { input })).declareVariable.variable;
  };
  const aHeldVariable = async (): Promise<Untyped> => {
    const input = { variableId: (await aVariable()).id, value: "everywhere" };
    return (await admin.ask("set-variable", { input })).setVariable.variable;
  };
  const aPlan = async (): Promise<Untyped> =>
    (await admin.ask("plan-release", { input: { appId: live.id } })).planRelease.plan;
  const aMember = async (): Promise<Untyped> => {
    const email = `${Math.random().toString(36).slice(2)}@example.com`;
    return (await admin.ask("create-member", { input: { email, name: "Someone", password: "a password of theirs" } }))
      .createMember.member;
  };

  describe("a mutation with an idempotency key", () => {
    interface Case {
      readonly operation: string;
      /** The input, and one that differs. */
      readonly given: () => Promise<readonly [input: object, other: object]>;
      /** What the journal may say once. */
      readonly event: string;
    }
    const spec = { ...helloSpec, replicas: 5 };
    const cases: Case[] = [
      {
        operation: "create-member",
        event: "member.created",
        given: () =>
          pair({ email: "one@example.com", name: "One", password: "a password of theirs" }, { name: "Other" }),
      },
      {
        operation: "close-member",
        event: "member.closed",
        given: async () => pair({ id: (await aMember()).id }, { id: (await aMember()).id }),
      },
      {
        operation: "grant-role",
        event: "role.granted",
        given: async () =>
          pair({ memberId: (await aMember()).id, role: "VIEWER" as const }, { role: "DEVELOPER" as const }),
      },
      {
        operation: "revoke-role",
        event: "role.revoked",
        given: async () => {
          const input = { memberId: (await aMember()).id, role: "VIEWER" as const, namespaceId };
          await admin.ask("grant-role", { input });
          return pair(input, { role: "DEVELOPER" as const });
        },
      },
      {
        operation: "create-namespace",
        event: "namespace.created",
        given: () => pair({ name: "once" }, { displayName: "Other" }),
      },
      {
        operation: "update-namespace",
        event: "namespace.updated",
        given: () => pair({ id: namespaceId, displayName: "Pay" }, { displayName: "Other" }),
      },
      {
        operation: "allow-namespace",
        event: "namespace.allowed",
        given: () => pair({ id: namespaceId, domains: ["*.example.com"] }, { domains: ["*.example.org"] }),
      },
      {
        operation: "import-namespaces",
        event: "namespace.imported",
        given: () => {
          for (const name of ["found", "found-too"]) {
            server.sandbox.kubernetes.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } } as never);
          }
          return pair({ names: ["found"] }, { names: ["found-too"] });
        },
      },
      {
        operation: "create-app",
        event: "app.created",
        given: () => pair({ namespaceId, name: "once", spec: helloSpec }, { spec }),
      },
      {
        operation: "update-app",
        event: "app.updated",
        given: async () => pair({ id: (await draft("edited")).id, spec }, { description: "Other" }),
      },
      {
        operation: "submit-app",
        event: "app.submitted",
        given: async () => pair({ id: (await draft("submitted")).id }, { id: live.id }),
      },
      {
        operation: "approve-app",
        event: "app.approved",
        given: async () => pair({ id: (await submitted("approved")).id }, { id: live.id }),
      },
      {
        operation: "reject-app",
        event: "app.rejected",
        given: async () => pair({ id: (await submitted("rejected")).id, reason: "No." }, { reason: "Other." }),
      },
      {
        operation: "retire-app",
        event: "app.retired",
        given: async () => pair({ id: (await draft("retired")).id, confirmName: "retired" }, { confirmName: "other" }),
      },
      {
        operation: "start-build",
        event: "build.started",
        given: () =>
          pair({ appId: live.id, ref: { kind: "TAG", name: "v9.9.9" } }, { ref: { kind: "BRANCH", name: "v9.9.9" } }),
      },
      {
        operation: "abort-build",
        event: "build.abortRequested",
        given: async () => pair({ id: (await hanging()).id }, { id: built.id }),
      },
      {
        operation: "roll-back",
        event: "rollout.started",
        given: async () => {
          const app = await approvedApp(admin, namespaceId, "back");
          await deliver(app.id, "v1.0.0");
          await deliver(app.id, "v1.1.0");
          const { nodes } = (await admin.ask("releases", { app: app.id })).app!.releases;
          return pair({ toReleaseId: nodes[1]!.id }, { toReleaseId: nodes[0]!.id });
        },
      },
      {
        operation: "resume-releases",
        event: "releases.resumed",
        given: async () => {
          const app = await approvedApp(admin, namespaceId, "resumed");
          await deliver(app.id, "v1.0.0");
          await deliver(app.id, "v1.1.0");
          const { nodes } = (await admin.ask("releases", { app: app.id })).app!.releases;
          await admin.ask("roll-back", { input: { toReleaseId: nodes[1]!.id } });
          return pair({ appId: app.id }, { appId: live.id });
        },
      },
      {
        operation: "plan-release",
        event: "plan.made",
        given: () => pair({ appId: live.id }, { changes: { spec } }),
      },
      {
        operation: "apply-plan",
        event: "plan.applied",
        given: async () => pair({ id: (await aPlan()).id }, { id: (await aPlan()).id }),
      },
      {
        operation: "repair-drift",
        event: "drift.repaired",
        given: async () => {
          const app = await approvedApp(admin, namespaceId, "repaired");
          await deliver(app.id, "v1.0.0");
          return pair({ appId: app.id }, { appId: live.id });
        },
      },
      {
        operation: "adopt-drift",
        event: "drift.adopted",
        given: async () => {
          const app = await approvedApp(admin, namespaceId, "adopted");
          await deliver(app.id, "v1.0.0");
          server.sandbox.kubernetes.edit("Deployment", "pay", "adopted", "kubectl", (object: Untyped) => {
            object.spec.replicas = 4;
          });
          await eventually(async () => {
            expect((await admin.ask("drift", { app: app.id })).app!.drift.state).toBe("DRIFTED");
          });
          return pair({ appId: app.id }, { paths: ["spec.replicas"] });
        },
      },
      {
        operation: "import-apps",
        event: "app.imported",
        given: () => {
          const source = { language: "NODE" as const, repository: helloSpec.repository };
          for (const name of ["ran", "ran-too"]) {
            const labels = { app: name };
            const template = { metadata: { labels }, spec: { containers: [{ name, image: "x:1" }] } };
            server.sandbox.kubernetes.create({
              apiVersion: "apps/v1",
              kind: "Deployment",
              metadata: { name, namespace: "pay" },
              spec: { replicas: 0, selector: { matchLabels: labels }, template },
            } as never);
          }
          return pair({ namespaceId, apps: [{ name: "ran", ...source }] }, { apps: [{ name: "ran-too", ...source }] });
        },
      },
      {
        operation: "create-template",
        event: "template.created",
        given: () => pair({ kind: "NAMESPACE" as const, namespaceId }, { kind: "SERVICE" as const }),
      },
      {
        operation: "save-template-draft",
        event: "template.saved",
        given: async () => {
          const { id, draft } = await aTemplate();
          return pair({ id, source: draft.source }, { source: "" });
        },
      },
      {
        operation: "restore-template-version",
        event: "template.saved",
        given: async () => pair({ id: (await aTemplate()).id, number: 1 }, { number: 2 }),
      },
      {
        operation: "publish-template",
        event: "template.published",
        given: async () => pair({ id: (await aTemplate()).id }, { id: (await aTemplate()).id }),
      },
      {
        operation: "archive-template",
        event: "template.archived",
        given: async () => pair({ id: (await aTemplate()).id }, { id: (await aTemplate()).id }),
      },
      {
        operation: "pin-template",
        event: "template.pinned",
        given: async () => pair(await aVersion(), await aVersion()),
      },
      {
        operation: "unpin-template",
        event: "template.unpinned",
        given: async () => pair({ id: (await aPin()).id }, { id: (await aPin()).id }),
      },
      {
        operation: "publish-template-in-stages",
        event: "publication.started",
        given: async () => {
          const { id } = (await admin.ask("create-template", { input: { kind: "CONFIG_MAP" } })).createTemplate
            .template;
          return pair({ id, stages: [{ namespaceIds: [markerId] }] }, { atOnce: 1 });
        },
      },
      {
        operation: "resume-publication",
        event: "publication.resumed",
        given: async () => {
          const { id } = await aPublication("BUILD_COMMAND_GO");
          return pair({ id }, { id: namespaceId });
        },
      },
      {
        operation: "cancel-publication",
        event: "publication.cancelled",
        given: async () => {
          const { id } = await aPublication("BUILD_COMMAND_JAVA");
          return pair({ id }, { id: namespaceId });
        },
      },
      {
        operation: "declare-variable",
        event: "variable.declared",
        given: () => pair({ name: "once", type: "TEXT" as const, description: "A word." }, { type: "NUMBER" as const }),
      },
      {
        operation: "update-variable",
        event: "variable.updated",
        given: async () => pair({ id: (await aVariable()).id, description: "Another." }, { description: "Other." }),
      },
      {
        operation: "delete-variable",
        event: "variable.deleted",
        given: async () => pair({ id: (await aVariable()).id }, { id: (await aVariable()).id }),
      },
      {
        operation: "set-variable",
        event: "variable.set",
        given: async () => pair({ variableId: (await aVariable()).id, namespaceId, value: "a" }, { value: "b" }),
      },
      {
        operation: "unset-variable",
        event: "variable.unset",
        given: async () => pair({ variableId: (await aHeldVariable()).id }, { namespaceId }),
      },
      { operation: "mark-notifications-read", event: "", given: () => pair({}, { ids: [] }) },
      {
        operation: "revoke-session",
        event: "session.revoked",
        given: async () => {
          const [other, another] = [await server.login(), await server.login()];
          const { sessions } = (await admin.ask("viewer")).viewer;
          expect([other, another, sessions.length]).toHaveLength(3);
          return pair({ id: sessions[0]!.id }, { id: sessions[1]!.id });
        },
      },
    ];
    const pair = (input: object, other: object): Promise<readonly [object, object]> =>
      Promise.resolve([input, { ...input, ...other }]);
    const done: { operation: string; input: object; node: Untyped; cursor: string }[] = [];
    const cursorIn = (answer: Untyped): string => (Object.values(answer)[0] as { cursor: string }).cursor;

    test.each(cases)(
      "$operation happens once, and gives the same node and cursor again",
      async ({ operation, given, event }) => {
        const [input, other] = await given();
        const key = `once ${operation}`;
        const ask = (what: object): Promise<Untyped> =>
          admin.askUntyped(operation, { input: { ...what, idempotencyKey: key } });
        const answers = await Promise.all([ask(input), ask(input), ask(input)]);
        answers.push(await ask(Object.fromEntries(Object.entries(input).reverse())));
        const nodes = answers.map(idIn);
        expect(new Set(nodes).size).toBe(1);
        expect(new Set(answers.map(cursorIn)).size).toBe(1);
        expect(await refusal(ask(other))).toMatchObject({
          code: "CONFLICT",
          fields: [{ path: "input.idempotencyKey" }],
        });
        done.push({
          operation,
          input: { ...input, idempotencyKey: key },
          node: nodes[0],
          cursor: cursorIn(answers[0]),
        });
        if (event === "") return;
        const entries = await journalSince(event);
        // A journal entry's subject is the node, or the member or app that it belongs to; the events of this test come last.
        const subjects = entries.map(({ subjectId }: Untyped) => subjectId);
        expect(subjects.filter((subject: string) => subject === subjects[0])).toHaveLength(1);
      },
    );

    test("a key that was used by another mutation is taken", async () => {
      const [{ operation, input }] = done.filter((each) => each.operation === "create-namespace") as [
        (typeof done)[number],
      ];
      expect(operation).toBe("create-namespace");
      const { idempotencyKey } = input as { idempotencyKey: string };
      const asked = admin.ask("submit-app", { input: { id: live.id, idempotencyKey } });
      expect(await refusal(asked)).toMatchObject({ code: "CONFLICT" });
      // But it is only the member's own.
      const another = await server.member(admin, "ADMINISTRATOR");
      await another.ask("create-namespace", { input: { name: "another", idempotencyKey } });
    });

    test("an answer is given again only to who has the rights still, or to whose own account it is about", async () => {
      const { id: namespaceId } = await createNamespace(admin, "lost-rights");
      const ann = await server.member(admin, "DEVELOPER", namespaceId);
      const { createApp } = await ann.ask("create-app", { input: { namespaceId, name: "api", spec: helloSpec } });
      const input = { id: createApp.app.id, idempotencyKey: "once" };
      await ann.ask("submit-app", { input });
      const own = { input: { idempotencyKey: "twice" } };
      await ann.ask("mark-notifications-read", own);
      const role = { memberId: ann.memberId, role: "DEVELOPER" as const };
      await admin.ask("grant-role", { input: role });
      await admin.ask("revoke-role", { input: { ...role, namespaceId } });
      // Held in another way, it counts.
      expect((await ann.ask("submit-app", { input })).submitApp.app.id).toBe(createApp.app.id);
      await admin.ask("grant-role", { input: { ...role, role: "VIEWER" } });
      await admin.ask("revoke-role", { input: role });
      expect(await refusal(ann.ask("submit-app", { input }))).toMatchObject({ code: "FORBIDDEN" });
      await ann.ask("mark-notifications-read", own);
    });

    test("a key of no letters or too many is refused", async () => {
      for (const idempotencyKey of ["", "x".repeat(201)]) {
        const asked = admin.ask("create-namespace", { input: { name: "nokey", idempotencyKey } });
        expect(await refusal(asked)).toMatchObject({
          code: "INVALID_INPUT",
          fields: [{ path: "input.idempotencyKey" }],
        });
      }
    });

    test("what was answered before a restart is answered after it", async () => {
      await server.stop();
      await server.start();
      admin = await server.login();
      roleless = Object.assign(await server.member(admin), { memberId: "" });
      expect(done).toHaveLength(cases.length);
      for (const { operation, input, node, cursor } of done) {
        const answer = await admin.askUntyped(operation, { input });
        expect([operation, idIn(answer), cursorIn(answer)]).toEqual([operation, node, cursor]);
      }
    });

    /** The ids in a payload, whatever it holds. */
    function idIn(answer: Untyped): string {
      if (answer.markNotificationsRead) return "the inbox";
      const payload = Object.values(Object.values(answer)[0] as object)[0];
      return Array.isArray(payload) ? payload.map(({ id }) => id).join() : (payload.id ?? String(payload));
    }

    /** The entries of this event, newest first, once everything that was done before has its position. */
    async function journalSince(event: string): Promise<Untyped[]> {
      const marker = `marker ${Math.random()}`;
      await admin.ask("update-namespace", { input: { id: markerId, displayName: marker } });
      return eventually(async () => {
        const { journal } = await admin.ask("journal", { first: 1, filter: { events: ["namespace.updated"] } });
        expect(journal.nodes[0]!.data.displayName).toBe(marker);
        const { nodes } = (await admin.ask("journal", { first: 100, filter: { events: [event] } })).journal;
        return nodes.filter(({ subjectId }: Untyped) => subjectId !== markerId);
      });
    }
  });

  test("an edit of something that has changed since is a CONFLICT, and changes nothing", async () => {
    const stale = { expectedVersion: 99 };
    const [one, two] = [await draft("stale"), await submitted("stale-too")];
    const build = await hanging();
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

  test("every entity answers node(id) to those who may see it, and is null to all others", async () => {
    const { nodes: reviews } = (await admin.ask("app-reviews", { app: live.id })).app!.reviews;
    const { nodes: releases } = (await admin.ask("releases", { app: live.id })).app!.releases;
    const app = (await admin.ask("app", { id: live.id })).app;
    const { viewer } = await admin.ask("viewer");
    const [grant] = (await admin.ask("query { viewer { roles { id } } }")).viewer.roles;
    const [entry] = (await admin.ask("journal", { first: 1, filter: { appId: live.id } })).journal.nodes;
    const [notification] = (await admin.ask("notifications")).notifications.nodes;
    const template = await aTemplate();
    const variable = await aHeldVariable();
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
      TemplateVersion: template.draft.id,
      Dockerfile: (await admin.ask("dockerfiles")).dockerfiles.nodes[0]!.id,
      TemplatePin: (await aPin()).id,
      Publication: (await aPublication("INGRESS")).id,
      Variable: variable.id,
      VariableValue: (await admin.ask("variable-values", { variable: variable.id })).variableValues.nodes[0]!.id,
      Plan: (await aPlan()).id,
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

  describe("a connection", () => {
    const ofApp = (field: string) =>
      `query ($id: ID!, $first: Int, $after: Cursor) { app(id: $id) { ${field}(first: $first, after: $after) { nodes { id } edges { cursor node { id } } totalCount pageInfo { hasNextPage startCursor endCursor } } } }`;
    const ofRoot = (field: string) =>
      `query ($first: Int, $after: Cursor) { ${field}(first: $first, after: $after) { nodes { id } edges { cursor node { id } } totalCount pageInfo { hasNextPage startCursor endCursor } } }`;
    const roots = ["apps", "namespaces", "members", "journal", "builds", "rollouts", "notifications"];
    const appFields = ["revisions", "reviews", "builds", "releases", "rollouts"];
    const documents = [
      ...roots.map((field) => [field, ofRoot(field)]),
      ...appFields.map((field) => [`app.${field}`, ofApp(field)]),
    ] as [string, string][];
    const read = async (document: string, variables: object): Promise<Untyped> => {
      const data = await admin.askUntyped(document, { id: live.id, ...variables });
      const whole = data.app ?? data;
      return Object.values(whole)[0];
    };

    test.each(documents)("%s is read whole, page by page", async (_field, document) => {
      const pages = async (size: number): Promise<Untyped[]> => {
        const found = [await read(document, { first: size })];
        while (found.at(-1).pageInfo.hasNextPage)
          found.push(await read(document, { first: size, after: found.at(-1).pageInfo.endCursor }));
        return found;
      };
      const whole = await pages(100);
      const nodes = whole.flatMap((page) => page.nodes);
      for (const { edges, nodes: bare, totalCount, pageInfo } of whole) {
        expect(edges.map(({ node }: Untyped) => node)).toEqual(bare);
        expect(pageInfo).toMatchObject({ startCursor: edges[0].cursor, endCursor: edges.at(-1).cursor });
        expect(totalCount).toBe(nodes.length);
      }
      const small = await pages(Math.max(1, Math.floor(nodes.length / 3)));
      expect(small.flatMap((page) => page.nodes)).toEqual(nodes);
    });

    test.each([
      ...documents,
      [
        "repositoryRefs",
        `query ($id: ID!, $first: Int, $after: Cursor) { repositoryRefs(app: $id, first: $first, after: $after) { nodes { name } } }`,
      ],
    ])("%s refuses sizes out of bounds and forged cursors", async (field, document) => {
      for (const first of [0, -1, 101]) {
        expect(await refusal(read(document, { first }))).toMatchObject({
          code: "INVALID_INPUT",
          fields: [{ path: "first" }],
        });
      }
      const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
      for (const after of [
        // GitHub's own cursors are handed through, and it takes these for none.
        ...(field === "repositoryRefs" ? [] : ["", "x", "🦄"]),
        encoded(null),
        encoded([1]),
        encoded([]),
        encoded({ length: 1 }),
        encoded(["a", "b", "c"]),
      ]) {
        expect([after, await refusal(read(document, { after }))]).toMatchObject([
          after,
          { code: "INVALID_INPUT", fields: [{ path: "after" }] },
        ]);
      }
      // Well-formed, but never given out: harmless.
      for (const position of [["\0"], ["\0", "\0"], ["'; drop table app; --"], ["\ud800"]]) {
        const { errors } = await admin.sendUntyped(document, { id: live.id, after: encoded(position) });
        for (const { extensions } of errors ?? [])
          expect([position, extensions?.["code"]]).toEqual([position, "INVALID_INPUT"]);
      }
    });

    test("loses and repeats nothing while things are added", async () => {
      const namespace = await createNamespace(admin, "growing");
      const create = (name: string): Promise<Untyped> =>
        admin.ask("create-app", { input: { namespaceId: namespace.id, name, spec: helloSpec } });
      const names = Array.from({ length: 25 }, (_, index) => `app-${String.fromCharCode(97 + index)}`);
      for (const name of names) await create(name);
      const page = async (after?: string): Promise<Untyped> =>
        (await admin.ask("apps", { filter: { namespaceId: namespace.id }, first: 10, after })).apps;
      const first = await page();
      await Promise.all(["app-0", "app-aa", "app-k0", "app-z"].map(create));
      const second = await page(first.pageInfo.endCursor);
      await create("app-00");
      const third = await page(second.pageInfo.endCursor);
      const seen = [first, second, third].flatMap(({ nodes }) => nodes.map(({ name }: Untyped) => name));
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.filter((name) => names.includes(name))).toEqual(names);
      expect(seen.filter((name) => !names.includes(name))).toEqual(["app-k0", "app-z"]);
      expect(third).toMatchObject({ totalCount: 30, pageInfo: { hasNextPage: false } });
      const newest = (await admin.ask("journal", { first: 5 })).journal;
      await create("app-000");
      await eventually(async () =>
        expect((await admin.ask("journal", { first: 1 })).journal.nodes[0]!.data.name).toBe("app-000"),
      );
      const older = (await admin.ask("journal", { first: 5, after: newest.pageInfo.endCursor })).journal;
      const positions = [...newest.nodes, ...older.nodes].map(({ position }: Untyped) => position);
      expect(positions).toEqual(Array.from({ length: 10 }, (_, index) => positions[0] - index));
    });
  });

  describe("wrong input", () => {
    test("is told all at once, each field with its path", async () => {
      const input = {
        namespaceId,
        name: "Not A Name",
        displayName: " ",
        spec: {
          language: "NODE" as const,
          repository: { provider: "GITHUB" as const, path: "https://github.com/acme/x" },
          buildPath: "../..",
          replicas: 101,
          ports: [
            { name: "HTTP", port: 70_000 },
            { name: "ok", port: 80 },
            { name: "ok", port: 80 },
          ],
          environment: [{ name: "1", value: "x" }],
          resources: { requests: { cpu: "many", memory: "128Mi" }, limits: { cpu: "1", memory: "512Mi" } },
          readinessProbe: { kind: "HTTP" as const, path: "health", port: 0 },
        },
      };
      const refused = await refusal(admin.ask("create-app", { input }));
      expect(refused.code).toBe("INVALID_INPUT");
      const paths = refused.fields!.map(({ path }) => path).sort();
      expect(paths).toEqual([
        "input.displayName",
        "input.name",
        "input.spec.buildPath",
        "input.spec.environment[0].name",
        "input.spec.ports[0].name",
        "input.spec.ports[0].port",
        "input.spec.ports[2].name",
        "input.spec.ports[2].port",
        "input.spec.readinessProbe.path",
        "input.spec.readinessProbe.port",
        "input.spec.replicas",
        "input.spec.repository.path",
        "input.spec.resources.requests.cpu",
      ]);
      expect(refused.fields!.every(({ message }) => message.length > 5)).toBe(true);
      const twice = {
        ...helloSpec,
        ports: [
          { name: "a", port: 80 },
          { name: "a", port: 80 },
        ],
      };
      expect(
        (await refusal(admin.ask("create-app", { input: { namespaceId, name: "twice", spec: twice } }))).fields,
      ).toMatchObject([{ path: "input.spec.ports[1].name" }, { path: "input.spec.ports[1].port" }]);
    });

    test("of the wrong type is INVALID_INPUT too, with the path of the variable", async () => {
      const wrongPort = { namespaceId, name: "typed", spec: { ...helloSpec, ports: [{ name: "http", port: "80" }] } };
      expect(await refusal(admin.askUntyped("create-app", { input: wrongPort }))).toMatchObject({
        code: "INVALID_INPUT",
        fields: [{ path: "input.spec.ports[0].port" }],
      });
      for (const input of [
        undefined,
        null,
        {},
        { namespaceId, name: "x", spec: { ...helloSpec, colour: "red" } },
        { namespaceId, name: "x", spec: { ...helloSpec, language: "COBOL" as const } },
      ]) {
        expect(await refusal(admin.askUntyped("create-app", { input }))).toMatchObject({ code: "INVALID_INPUT" });
      }
      for (const query of [
        "query { colour }",
        "query { viewer }",
        "{ viewer { email }",
        "query ($x: Nothing) { viewer { email } }",
        "query { app(id: 1, colour: 2) { id } }",
        "query A { viewer { email } } query B { viewer { email } }",
      ]) {
        expect(await refusal(admin.askUntyped(query))).toMatchObject({ code: "INVALID_INPUT" });
      }
      expect(await refusal(admin.ask("query { journal(after: 12) { totalCount } }"))).toMatchObject({
        code: "INVALID_INPUT",
      });
      expect(await refusal(admin.ask("subscription { notificationAdded { cursor } }"))).toMatchObject({
        code: "INVALID_INPUT",
      });
    });

    test("that no database stores is INVALID_INPUT, not a fault of ours", async () => {
      const texts = ["zero \0 byte", "lone \ud800 surrogate"];
      for (const text of texts) {
        const spec = { ...helloSpec, environment: [{ name: "X", value: text }] };
        const { fields } = await refusal(admin.ask("create-app", { input: { namespaceId, name: "strange", spec } }));
        expect(fields).toMatchObject([{ path: "input.spec.environment[0].value" }]);
        const asked: [string, object][] = [
          ["create-app", { input: { namespaceId, name: "strange", description: text, spec: helloSpec } }],
          ["update-app", { input: { id: live.id, displayName: text } }],
          ["create-member", { input: { email: "strange@example.com", name: text, password: "a password of theirs" } }],
          ["login", { input: { email: text, password: text } }],
          ["apps", { filter: { search: text } }],
          ["app", { id: text }],
          ["app", { namespace: text, name: text }],
          ["builds", { filter: { appId: text } }],
          ["journal", { filter: { events: [text] } }],
          ["submit-app", { input: { id: text } }],
          ["create-namespace", { input: { name: "strange", displayName: text } }],
          ["create-namespace", { input: { name: "strange-key", idempotencyKey: text } }],
          [
            "start-build",
            {
              input: {
                appId: live.id,
                ref: { kind: "TAG" as const, name: "v1.0.0" },
                parameters: [{ name: "X", value: text }],
              },
            },
          ],
          ["repository-refs", { app: live.id, search: text }],
          ["import-namespaces", { input: { names: [text] } }],
        ];
        for (const [operation, variables] of asked) {
          const { errors } = await admin.sendUntyped(operation, variables);
          for (const { extensions } of errors ?? []) {
            expect([operation, text, extensions]).not.toMatchObject([operation, text, { code: "INTERNAL" }]);
          }
        }
      }
    });

    test("before GraphQL is told in the same words", async () => {
      const post = async (body: string, headers: Record<string, string> = {}): Promise<[number, Untyped]> => {
        const response = await fetch(`${server.url}/graphql`, {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body,
        });
        return [response.status, await response.json()];
      };
      for (const body of [
        "{ broken",
        "",
        "[]",
        "1",
        "{}",
        '{"query": 1}',
        '{"query": "{ viewer { email } }", "variables": "x"}',
        `[${JSON.stringify({ query: "{ __typename }" })}]`,
      ]) {
        const [status, answer] = await post(body);
        expect([body, status, answer]).toMatchObject([
          body,
          400,
          { errors: [{ extensions: { code: "INVALID_INPUT" } }] },
        ]);
      }
      expect(await post(JSON.stringify({ query: "x".repeat(1_100_000) }))).toMatchObject([
        413,
        { errors: [{ extensions: { code: "TOO_COMPLEX" } }] },
      ]);
      expect((await post("{ viewer { email } }", { "content-type": "text/plain" }))[0]).toBeGreaterThanOrEqual(400);
    });
  });

  test("a fault of ours shows an incident, never its message", async () => {
    const database = new pg.Client({ connectionString: server.database.url });
    await database.connect();
    try {
      await database.query("alter table notification rename to notification_hidden");
      for (const refused of [
        await refusal(admin.ask("notifications")),
        await refusal(admin.follow("notification-added")),
      ]) {
        expect(refused).toEqual({
          message: "Something went wrong on our side.",
          code: "INTERNAL",
          incident: expect.stringMatching(/^[0-9a-f]{10}$/),
        });
      }
      const { data, errors } = await admin.send("query { viewer { email } notifications { totalCount } }");
      expect(data).toBeNull();
      expect(JSON.stringify(errors)).not.toMatch(/relation|select|notification_hidden|stack|postgres/i);
    } finally {
      await database.query("alter table notification_hidden rename to notification");
      await database.end();
    }
    await admin.ask("notifications");
  });

  test("GraphQL over HTTP is spoken as its specification wants it", async () => {
    const results = await auditServer({
      url: `${server.url}/graphql`,
      // What a browser cannot be tricked into sending; without it plain GETs are refused.
      fetchFn: (url: string, init: RequestInit = {}) =>
        fetch(url, {
          ...init,
          headers: { ...(init.headers as Record<string, string>), "apollo-require-preflight": "1" },
        }),
    });
    expect(results).toHaveLength(61);
    expect(results.filter(({ status }) => status !== "ok").map(({ id, name }) => `${id} ${name}`)).toEqual([]);
  });

  test("the schema that is served is the one that is published", async () => {
    const { data } = await server.anonymous().send("query { __schema { queryType { name } types { name } } }");
    const published = readFileSync(join(import.meta.dirname, "../../schema/schema.graphql"), "utf8");
    for (const name of data!.__schema.types.map((type) => type.name!)) {
      if (!/^(?:__|String$|Int$|Float$|Boolean$|ID$)/.test(name))
        expect(published).toMatch(new RegExp(`^(?:type|enum|input|interface|scalar|union) ${name}\\b`, "m"));
    }
  });

  test("a failure names its operation, its message and its code", async () => {
    const failure: unknown = await admin
      .ask("app-reviews", { app: live.id, first: 0 })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(GraphQLFailure);
    expect((failure as GraphQLFailure).message).toBe("app-reviews: first: Ask for 1 to 100. (INVALID_INPUT)");
    expect(await all(admin.follow("build-log", { build: built.id }))).not.toEqual([]);
  });
});
