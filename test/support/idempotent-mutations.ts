import type { OrreryClient, Untyped } from "../../src/demo/orrery-client.js";
import type { EntityFactory } from "./entity-factory.js";
import { eventually } from "./eventually.js";
import { approvedApp, helloSpec, type TestServer } from "./test-server.js";

/** What inputs are made with. */
interface Given {
  readonly server: TestServer;
  readonly admin: OrreryClient;
  readonly entities: EntityFactory;
  readonly namespaceId: string;
  /** A namespace without apps. */
  readonly markerId: string;
  /** An app that is live, and its build. */
  readonly live: { readonly id: string };
  readonly built: { readonly id: string };
}

/** A mutation that takes an idempotency key. */
export interface IdempotentMutation {
  readonly operation: string;
  /** The input, and one that differs. */
  readonly given: (given: Given) => Promise<readonly [input: object, other: object]>;
  /** What the journal may say once. */
  readonly event: string;
}

const pair = (input: object, other: object): Promise<readonly [object, object]> =>
  Promise.resolve([input, { ...input, ...other }]);

const spec = { ...helloSpec, replicas: 5 };

/** Every mutation with an idempotency key. */
export const idempotentMutations: readonly IdempotentMutation[] = [
  {
    operation: "create-member",
    event: "member.created",
    given: () => pair({ email: "one@example.com", name: "One", password: "a password of theirs" }, { name: "Other" }),
  },
  {
    operation: "close-member",
    event: "member.closed",
    given: async ({ entities }) => pair({ id: (await entities.member()).id }, { id: (await entities.member()).id }),
  },
  {
    operation: "grant-role",
    event: "role.granted",
    given: async ({ entities }) =>
      pair({ memberId: (await entities.member()).id, role: "VIEWER" as const }, { role: "DEVELOPER" as const }),
  },
  {
    operation: "revoke-role",
    event: "role.revoked",
    given: async ({ admin, entities, namespaceId }) => {
      const input = { memberId: (await entities.member()).id, role: "VIEWER" as const, namespaceId };
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
    given: ({ namespaceId }) => pair({ id: namespaceId, displayName: "Pay" }, { displayName: "Other" }),
  },
  {
    operation: "allow-namespace",
    event: "namespace.allowed",
    given: ({ namespaceId }) => pair({ id: namespaceId, domains: ["*.example.com"] }, { domains: ["*.example.org"] }),
  },
  {
    operation: "import-namespaces",
    event: "namespace.imported",
    given: ({ server }) => {
      for (const name of ["found", "found-too"]) {
        server.sandbox.kubernetes.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } } as never);
      }
      return pair({ names: ["found"] }, { names: ["found-too"] });
    },
  },
  {
    operation: "create-app",
    event: "app.created",
    given: ({ namespaceId }) => pair({ namespaceId, name: "once", spec: helloSpec }, { spec }),
  },
  {
    operation: "update-app",
    event: "app.updated",
    given: async ({ entities }) => pair({ id: (await entities.draft("edited")).id, spec }, { description: "Other" }),
  },
  {
    operation: "submit-app",
    event: "app.submitted",
    given: async ({ entities, live }) => pair({ id: (await entities.draft("submitted")).id }, { id: live.id }),
  },
  {
    operation: "approve-app",
    event: "app.approved",
    given: async ({ entities, live }) => pair({ id: (await entities.submitted("approved")).id }, { id: live.id }),
  },
  {
    operation: "reject-app",
    event: "app.rejected",
    given: async ({ entities }) =>
      pair({ id: (await entities.submitted("rejected")).id, reason: "No." }, { reason: "Other." }),
  },
  {
    operation: "retire-app",
    event: "app.retired",
    given: async ({ entities }) =>
      pair({ id: (await entities.draft("retired")).id, confirmName: "retired" }, { confirmName: "other" }),
  },
  {
    operation: "start-build",
    event: "build.started",
    given: ({ live }) =>
      pair({ appId: live.id, ref: { kind: "TAG", name: "v9.9.9" } }, { ref: { kind: "BRANCH", name: "v9.9.9" } }),
  },
  {
    operation: "abort-build",
    event: "build.abortRequested",
    given: async ({ entities, built }) => pair({ id: (await entities.hangingBuild()).id }, { id: built.id }),
  },
  {
    operation: "roll-back",
    event: "rollout.started",
    given: async ({ admin, entities, namespaceId }) => {
      const app = await approvedApp(admin, namespaceId, "back");
      await entities.deliver(app.id, "v1.0.0");
      await entities.deliver(app.id, "v1.1.0");
      const { nodes } = (await admin.ask("releases", { app: app.id })).app!.releases;
      return pair({ toReleaseId: nodes[1]!.id }, { toReleaseId: nodes[0]!.id });
    },
  },
  {
    operation: "resume-releases",
    event: "releases.resumed",
    given: async ({ admin, entities, namespaceId, live }) => {
      const app = await approvedApp(admin, namespaceId, "resumed");
      await entities.deliver(app.id, "v1.0.0");
      await entities.deliver(app.id, "v1.1.0");
      const { nodes } = (await admin.ask("releases", { app: app.id })).app!.releases;
      await admin.ask("roll-back", { input: { toReleaseId: nodes[1]!.id } });
      return pair({ appId: app.id }, { appId: live.id });
    },
  },
  {
    operation: "plan-release",
    event: "plan.made",
    given: ({ live }) => pair({ appId: live.id }, { changes: { spec } }),
  },
  {
    operation: "apply-plan",
    event: "plan.applied",
    given: async ({ entities, live }) =>
      pair({ id: (await entities.plan(live.id)).id }, { id: (await entities.plan(live.id)).id }),
  },
  {
    operation: "repair-drift",
    event: "drift.repaired",
    given: async ({ admin, entities, namespaceId, live }) => {
      const app = await approvedApp(admin, namespaceId, "repaired");
      await entities.deliver(app.id, "v1.0.0");
      return pair({ appId: app.id }, { appId: live.id });
    },
  },
  {
    operation: "adopt-drift",
    event: "drift.adopted",
    given: async ({ server, admin, entities, namespaceId }) => {
      const app = await approvedApp(admin, namespaceId, "adopted");
      await entities.deliver(app.id, "v1.0.0");
      server.sandbox.kubernetes.edit("Deployment", "pay", "adopted", "kubectl", (object: Untyped) => {
        object.spec.replicas = 4;
      });
      await eventually(async () => {
        const { state } = (await admin.ask("drift", { app: app.id })).app!.drift;
        if (state !== "DRIFTED") throw new Error(`The drift is ${state}.`);
      });
      return pair({ appId: app.id }, { paths: ["spec.replicas"] });
    },
  },
  {
    operation: "import-apps",
    event: "app.imported",
    given: ({ server, namespaceId }) => {
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
    given: ({ namespaceId }) => pair({ kind: "NAMESPACE" as const, namespaceId }, { kind: "SERVICE" as const }),
  },
  {
    operation: "save-template-draft",
    event: "template.saved",
    given: async ({ entities }) => {
      const { id, draft } = await entities.template();
      return pair({ id, source: draft!.source }, { source: "" });
    },
  },
  {
    operation: "restore-template-version",
    event: "template.saved",
    given: async ({ entities }) => pair({ id: (await entities.template()).id, number: 1 }, { number: 2 }),
  },
  {
    operation: "publish-template",
    event: "template.published",
    given: async ({ entities }) => pair({ id: (await entities.template()).id }, { id: (await entities.template()).id }),
  },
  {
    operation: "archive-template",
    event: "template.archived",
    given: async ({ entities }) => pair({ id: (await entities.template()).id }, { id: (await entities.template()).id }),
  },
  {
    operation: "pin-template",
    event: "template.pinned",
    given: async ({ entities }) => pair(await entities.version(), await entities.version()),
  },
  {
    operation: "unpin-template",
    event: "template.unpinned",
    given: async ({ entities }) => pair({ id: (await entities.pin()).id }, { id: (await entities.pin()).id }),
  },
  {
    operation: "publish-template-in-stages",
    event: "publication.started",
    given: async ({ admin, markerId }) => {
      const { id } = (await admin.ask("create-template", { input: { kind: "CONFIG_MAP" } })).createTemplate.template;
      return pair({ id, stages: [{ namespaceIds: [markerId] }] }, { atOnce: 1 });
    },
  },
  {
    operation: "resume-publication",
    event: "publication.resumed",
    given: async ({ entities, namespaceId, markerId }) => {
      const { id } = await entities.stoppedPublication("BUILD_COMMAND_GO", markerId);
      return pair({ id }, { id: namespaceId });
    },
  },
  {
    operation: "cancel-publication",
    event: "publication.cancelled",
    given: async ({ entities, namespaceId, markerId }) => {
      const { id } = await entities.stoppedPublication("BUILD_COMMAND_JAVA", markerId);
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
    given: async ({ entities }) =>
      pair({ id: (await entities.variable()).id, description: "Another." }, { description: "Other." }),
  },
  {
    operation: "delete-variable",
    event: "variable.deleted",
    given: async ({ entities }) => pair({ id: (await entities.variable()).id }, { id: (await entities.variable()).id }),
  },
  {
    operation: "set-variable",
    event: "variable.set",
    given: async ({ entities, namespaceId }) =>
      pair({ variableId: (await entities.variable()).id, namespaceId, value: "a" }, { value: "b" }),
  },
  {
    operation: "unset-variable",
    event: "variable.unset",
    given: async ({ entities, namespaceId }) =>
      pair({ variableId: (await entities.variableWithValue()).id }, { namespaceId }),
  },
  { operation: "mark-notifications-read", event: "", given: () => pair({}, { ids: [] }) },
  {
    operation: "revoke-session",
    event: "session.revoked",
    given: async ({ server, admin }) => {
      for (let count = 0; count < 2; count++) await server.login();
      const { sessions } = (await admin.ask("viewer")).viewer;
      return pair({ id: sessions[0]!.id }, { id: sessions[1]!.id });
    },
  },
];
