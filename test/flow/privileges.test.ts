import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { KubernetesCluster } from "../../src/upstreams/kubernetes/kubernetes-cluster.js";
import { eventually } from "../support/eventually.js";
import { all, approvedApp, createNamespace, helloSpec, TestServer, type Namespace } from "../support/test-server.js";
import { refusal } from "../support/refusal.js";

const runAsRoot = { runAsRoot: true };
const everything = [
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
];

describe("what pods may do", () => {
  let server: TestServer;
  /** Of the platform. */
  let admin: OrreryClient;
  /** Of the namespace: reviews, and has no say in privileges. */
  let reviewer: OrreryClient;
  let developer: OrreryClient;
  let pay: Namespace;

  beforeAll(async () => {
    server = await TestServer.open();
    server.sandbox.github.repository("acme/hello-orrery").addTag({ name: "v2.0.0-root" });
    admin = await server.login();
    pay = await createNamespace(admin, "pay");
    reviewer = await server.member(admin, "ADMINISTRATOR", pay.id);
    developer = await server.member(admin, "DEVELOPER", pay.id);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const spec = { ...helloSpec, replicas: 1 };
  const object = (kind: string, namespace: string | undefined, name: string): Untyped =>
    server.sandbox.kubernetes.object(kind, namespace, name);
  const build = async (appId: string, name: string): Promise<void> => {
    const { startBuild } = await admin.ask("start-build", { input: { appId, ref: { kind: "TAG", name } } });
    await all(admin.follow("build-log", { build: startBuild.build.id }));
  };
  const newest = (appId: string, like: object): Promise<Untyped> =>
    eventually(async () => {
      const [rollout] = (await admin.ask("rollouts", { filter: { appId } })).rollouts.nodes;
      expect(rollout).toMatchObject(like);
      return rollout;
    });
  const privileged = (security: object) => ({ ...spec, security });
  const needsPrivilege = { code: "FORBIDDEN", requiredPermission: "app:privilege" };

  describe("in a namespace that the platform makes", () => {
    test("is what the Pod Security Standard says, and the default NetworkPolicy", async () => {
      expect(pay).toMatchObject({ podSecurity: "BASELINE", isIsolated: true });
      expect(object("Namespace", undefined, "pay").metadata.labels).toMatchObject({
        "pod-security.kubernetes.io/enforce": "baseline",
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/audit": "restricted",
      });
      const { spec: policy } = object("NetworkPolicy", "pay", "orrery-default");
      expect(policy).toMatchObject({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
      const controller = { matchLabels: { "kubernetes.io/metadata.name": "ingress-nginx" } };
      expect(policy.ingress).toEqual([{ from: [{ podSelector: {} }, { namespaceSelector: controller }] }]);
    });

    test("stays so, whatever its template says", async () => {
      const source = [
        "apiVersion: v1",
        "kind: Namespace",
        "metadata:",
        "  name: {{namespace.name}}",
        "  labels: { pod-security.kubernetes.io/enforce: privileged, team: red }",
        "",
      ].join("\n");
      const own = { input: { kind: "NAMESPACE" as const, namespaceId: pay.id, source } };
      const { createTemplate } = await admin.ask("create-template", own);
      await admin.ask("publish-template", { input: { id: createTemplate.template.id } });
      await eventually(async () => {
        const { labels } = object("Namespace", undefined, "pay").metadata;
        expect(labels).toMatchObject({ team: "red", "pod-security.kubernetes.io/enforce": "baseline" });
      });
      await admin.ask("archive-template", { input: { id: createTemplate.template.id } });
    });

    test("may become stricter, and not less strict than the platform wants", async () => {
      const strict = await createNamespace(admin, "strict");
      const update = async (input: object) =>
        (await admin.ask("update-namespace", { input: { id: strict.id, ...input } })).updateNamespace.namespace;
      expect(await update({ podSecurity: "RESTRICTED" })).toMatchObject({ podSecurity: "RESTRICTED" });
      await eventually(async () =>
        expect(object("Namespace", undefined, "strict").metadata.labels).toMatchObject({
          "pod-security.kubernetes.io/enforce": "restricted",
        }),
      );
      const fields = [
        { path: "input.podSecurity", message: expect.stringContaining("The platform enforces BASELINE") },
        { path: "input.isIsolated", message: expect.stringContaining("stays so") },
      ];
      const asked = update({ podSecurity: "PRIVILEGED", isIsolated: false });
      expect(await refusal(asked)).toMatchObject({ code: "INVALID_INPUT", fields });
    });

    test("is enforced: pods that the standard forbids are not made, and the rollout says why", async () => {
      const { namespace: strict } = await admin.ask("namespace", { name: "strict" });
      const app = await approvedApp(admin, strict!.id, "rooted", privileged(runAsRoot));
      await build(app.id, "v1.0.0");
      const { condition } = await newest(app.id, {
        phase: "FAILED",
        condition: { code: "POD_SECURITY", evidence: null },
      });
      expect(condition.message).toMatch(
        /change the spec's `security`.*pods "rooted-.*" is forbidden: violates PodSecurity "restricted:latest": .*runAsNonRoot != true \(pod or container "rooted" must set securityContext.runAsNonRoot=true\)/,
      );
      const plain = await approvedApp(admin, strict!.id, "plain", spec);
      await build(plain.id, "v1.0.0");
      await newest(plain.id, { phase: "SUCCEEDED" });
    });
  });

  test("an imported namespace is left as it is until somebody asks for more", async () => {
    const bare = { apiVersion: "v1", kind: "Namespace", metadata: { name: "old" } };
    server.sandbox.kubernetes.create(bare as never);
    const { importNamespaces } = await admin.ask("import-namespaces", { input: { names: ["old"] } });
    const { id } = importNamespaces.namespaces[0]!;
    const found = async () => (await admin.ask("namespace", { id })).namespace;
    await eventually(async () =>
      expect(await found()).toMatchObject({ phase: "READY", podSecurity: null, isIsolated: false }),
    );
    const label = "pod-security.kubernetes.io/enforce";
    expect(object("Namespace", undefined, "old").metadata.labels[label]).toBeUndefined();
    expect(object("NetworkPolicy", "old", "orrery-default")).toBeUndefined();
    await admin.ask("update-namespace", { input: { id, podSecurity: "BASELINE", isIsolated: true } });
    await eventually(async () => {
      expect(object("Namespace", undefined, "old").metadata.labels[label]).toBe("baseline");
      expect(object("NetworkPolicy", "old", "orrery-default")).toBeDefined();
    });
  });

  describe("of an app", () => {
    test("is nothing, unless its spec says otherwise", async () => {
      const app = await approvedApp(admin, pay.id, "plain", spec);
      await build(app.id, "v1.0.0");
      await newest(app.id, { phase: "SUCCEEDED" });
      const pod = object("Deployment", "pay", "plain").spec.template.spec;
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(pod.securityContext).toEqual({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
      expect(pod.containers[0].securityContext).toEqual({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
      });
    });

    test("whose image runs as root ends with the remedy, which works", async () => {
      const app = await approvedApp(admin, pay.id, "rooted", spec);
      await build(app.id, "v2.0.0-root");
      const { condition } = await newest(app.id, {
        phase: "FAILED",
        condition: { code: "CONTAINER_CONFIG", evidence: { pod: expect.stringMatching(/^rooted-/) } },
      });
      expect(condition.message).toMatch(
        /^The container rooted must not run as root: container has runAsNonRoot and image will run as root .*numeric `USER`.*`security.runAsUser`.*`app:privilege`\.$/,
      );
      expect(condition.evidence.event).toContain("image will run as root");
      const edit = { id: app.id, spec: privileged({ runAsUser: 1000 }) };
      await developer.ask("update-app", { input: edit });
      await developer.ask("submit-app", { input: { id: app.id } });
      await reviewer.ask("approve-app", { input: { id: app.id } });
      await newest(app.id, { number: 2, phase: "SUCCEEDED" });
      const [container] = object("Deployment", "pay", "rooted").spec.template.spec.containers;
      expect(container.securityContext).toMatchObject({ runAsUser: 1000 });
    });

    test.each<[string, object, string]>([
      ["root", runAsRoot, "runAsRoot"],
      ["a capability", { capabilities: ["CHOWN", "KILL"] }, "CHOWN, KILL"],
    ])("is not its team's to say: %s", async (_what, security, named) => {
      const input = { namespaceId: pay.id, name: "mighty", spec: privileged(security) };
      for (const client of [developer, reviewer])
        expect(await refusal(client.ask("create-app", { input }))).toMatchObject({
          ...needsPrivilege,
          message: expect.stringContaining(`spec.security asks for ${named}.`),
        });
      const { createApp } = await developer.ask("create-app", { input: { ...input, name: "meek", spec } });
      const edit = { id: createApp.app.id, spec: input.spec };
      expect(await refusal(developer.ask("update-app", { input: edit }))).toMatchObject(needsPrivilege);
      await developer.ask("retire-app", { input: { id: createApp.app.id, confirmName: "meek" } });
    });

    test("is not let through by a reviewer who may not give it, whoever saved it", async () => {
      const { createApp } = await developer.ask("create-app", { input: { namespaceId: pay.id, name: "given", spec } });
      const { id } = createApp.app;
      await admin.ask("update-app", { input: { id, spec: privileged(runAsRoot) } });
      await developer.ask("submit-app", { input: { id } });
      expect(await refusal(reviewer.ask("approve-app", { input: { id } }))).toMatchObject(needsPrivilege);
      expect((await admin.ask("app", { id })).app).toMatchObject({ phase: "IN_REVIEW", approvedRevision: null });
      await admin.ask("approve-app", { input: { id } });
      await build(id, "v2.0.0-root");
      await newest(id, { number: 1, phase: "SUCCEEDED" });

      // What was given is the app's: an edit that asks for no more needs nobody, and one that asks for more does.
      const edited = { ...privileged(runAsRoot), replicas: 2 };
      await developer.ask("update-app", { input: { id, spec: edited } });
      await developer.ask("submit-app", { input: { id } });
      await reviewer.ask("approve-app", { input: { id } });
      await newest(id, { number: 2, phase: "SUCCEEDED" });
      const more = privileged({ runAsRoot: true, capabilities: ["CHOWN"] });
      expect(await refusal(developer.ask("update-app", { input: { id, spec: more } }))).toMatchObject(needsPrivilege);
    });

    test("nor by a plan of theirs", async () => {
      const app = await approvedApp(admin, pay.id, "planned", spec);
      const asked = { input: { appId: app.id, changes: { spec: privileged(runAsRoot) } } };
      const { planRelease } = await reviewer.ask("plan-release", asked);
      const { id } = planRelease.plan;
      expect(await refusal(reviewer.ask("apply-plan", { input: { id } }))).toMatchObject(needsPrivilege);
      await admin.ask("apply-plan", { input: { id } });
      expect((await admin.ask("app", { id: app.id })).app!.spec.security).toMatchObject(runAsRoot);
    });

    test("comes back with a roll-back, which needs no more than ever: a reviewer let it through once", async () => {
      const { app } = await admin.ask("app", { namespace: "pay", name: "given" });
      await developer.ask("update-app", { input: { id: app!.id, spec: privileged({ runAsUser: 7 }) } });
      await developer.ask("submit-app", { input: { id: app!.id } });
      await reviewer.ask("approve-app", { input: { id: app!.id } });
      await newest(app!.id, { number: 3, phase: "SUCCEEDED" });
      const { nodes } = (await admin.ask("releases", { app: app!.id })).app!.releases;
      await developer.ask("roll-back", { input: { toReleaseId: nodes.at(-1)!.id } });
      await newest(app!.id, { number: 4, phase: "SUCCEEDED" });
      expect(object("Deployment", "pay", "given").spec.template.spec.securityContext.runAsNonRoot).toBe(false);
      // But what was withdrawn is not approved any more.
      const again = { id: app!.id, spec: privileged(runAsRoot) };
      expect(await refusal(developer.ask("update-app", { input: again }))).toMatchObject(needsPrivilege);
    });

    test.each<[string, object, string]>([
      ["root by its number", { runAsUser: 0 }, "spec.security.runAsUser"],
      ["a user and root", { runAsUser: 1, runAsRoot: true }, "spec.security.runAsUser"],
      ["a capability twice", { capabilities: ["CHOWN", "CHOWN"] }, "spec.security.capabilities[1]"],
    ])("is told what is wrong with it: %s", async (_what, security, path) => {
      const input = { namespaceId: pay.id, name: "wrong", spec: privileged(security) };
      expect(await refusal(admin.ask("create-app", { input }))).toMatchObject({
        code: "INVALID_INPUT",
        fields: [{ path: `input.${path}` }],
      });
    });
  });

  test("an app that is imported goes on as it is, as root where it said nothing", async () => {
    const kubectl = new KubernetesCluster({
      access: { kubeconfig: server.sandbox.environment["KUBECONFIG"]! },
      fieldManager: "kubectl",
    });
    const labels = { app: "legacy" };
    const containers = [{ name: "legacy", image: "registry.example.com/legacy:root" }];
    const deployment = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "legacy", namespace: "pay" },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
    };
    await kubectl.apply([deployment], AbortSignal.timeout(20_000));
    const { importableApps } = await reviewer.ask("importable-apps", { namespace: pay.id });
    expect(importableApps[0]!.spec.security).toEqual({ runAsUser: null, runAsRoot: true, capabilities: everything });
    const source = {
      language: "NODE" as const,
      repository: { provider: "GITHUB" as const, path: "acme/hello-orrery" },
    };
    const asked = { input: { namespaceId: pay.id, apps: [{ name: "legacy", ...source }] } };
    expect(await refusal(reviewer.ask("import-apps", asked))).toMatchObject(needsPrivilege);
    const { importApps } = await admin.ask("import-apps", asked);
    const { id } = importApps.apps[0]!;
    await newest(id, { cause: "IMPORT", phase: "SUCCEEDED" });
    await build(id, "v2.0.0-root");
    await newest(id, { cause: "BUILD", phase: "SUCCEEDED" });
    const pod = object("Deployment", "pay", "legacy").spec.template.spec;
    expect(pod.securityContext.runAsNonRoot).toBe(false);
    expect(pod.containers[0].securityContext.capabilities).toEqual({ drop: ["ALL"], add: everything });
  });

  test("leaves the upstreams nothing to wonder about", () => {
    expect(server.sandbox.unknownRequests()).toEqual([]);
  });
});
