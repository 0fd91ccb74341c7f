import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { KubeObject } from "../../src/sandbox/kubernetes/kube-object.js";
import { SandboxKubernetes } from "../../src/sandbox/kubernetes/sandbox-kubernetes.js";
import { labels } from "../../src/upstreams/cluster.js";
import type { Manifest } from "../../src/upstreams/cluster-object.js";
import { KubernetesCluster } from "../../src/upstreams/kubernetes/kubernetes-cluster.js";
import { RightsMissing } from "../../src/upstreams/rights-missing.js";
import { installManifests } from "../support/install-manifests.js";
import { eventually } from "../support/eventually.js";
import { describeRights } from "./rights.contract.js";

const signal = AbortSignal.timeout(120_000);
const namespace: Manifest = { apiVersion: "v1", kind: "Namespace", metadata: { name: "pay" } };
const ours = { [labels.managedBy]: labels.managedByUs, [labels.app]: "app_1" };
const secret: Manifest = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "api", namespace: "pay", labels: ours },
  stringData: { a: "b" },
};
const secrets = { apiVersion: "v1", kind: "Secret", namespace: "pay" };

let sandbox: SandboxKubernetes;
let server: string;
let cluster: KubernetesCluster;
let watching: AbortController;
let noise: { readonly level: string; readonly message: string }[];

const create = (manifest: Manifest): void => void sandbox.create(structuredClone(manifest) as unknown as KubeObject);
const noted =
  (level: string) =>
  (_details: object, message: string): void =>
    void noise.push({ level, message });
/** The server as an installation makes it; with another role, as one whose role is not there. */
const as = (token: string | undefined, namespaceRole: string | undefined = "orrery-namespace"): KubernetesCluster =>
  new KubernetesCluster({
    access: { server, ...(token !== undefined && { token }) },
    namespaceRole,
    timing: { pauseMs: 20, maxPauseMs: 100 },
    log: { debug: () => {}, info: noted("info"), warn: noted("warn"), error: noted("error") },
  });

beforeEach(async () => {
  noise = [];
  sandbox = new SandboxKubernetes({ pace: 0.1 });
  server = await sandbox.listen();
  for (const manifest of installManifests.filter(({ kind }) => /^(?:Namespace|Cluster)/.test(kind))) create(manifest);
  cluster = as(sandbox.tokenOf({ namespace: "orrery", name: "orrery" }));
  watching = new AbortController();
});
afterEach(async () => {
  watching.abort();
  await eventually(() => expect(sandbox.openWatches).toBe(0), 2_000);
  expect(sandbox.server.unknown).toEqual([]);
  await sandbox.close();
});

describeRights("in the sandbox", async () => {
  const kubernetes = new SandboxKubernetes({ pace: 0.1 });
  const address = await kubernetes.listen();
  for (const manifest of installManifests.filter(({ kind }) => /^(?:Namespace|Cluster)/.test(kind)))
    kubernetes.create(structuredClone(manifest) as unknown as KubeObject);
  const token = kubernetes.tokenOf({ namespace: "orrery", name: "orrery" });
  return {
    access: { server: address, token },
    home: "orrery",
    namespaceRole: "orrery-namespace",
    close: () => kubernetes.close(),
  };
});

test("a namespace without rights makes nobody wait, and little noise; its Secrets are seen once there are rights", async () => {
  create({ ...namespace, metadata: { name: "pay", labels: ours } });
  await cluster.start(watching.signal);
  expect(cluster.health()).toMatchObject({ reachable: true });
  expect(cluster.hasAll(secrets)).toBe(false);
  // The watch asks again, and again.
  await eventually(() => expect(sandbox.server.byRoute.get("GET /api/v1/namespaces/pay/secrets")).toBeGreaterThan(5));
  expect(noise).toEqual([{ level: "info", message: "watch forbidden; will retry" }]);
  await expect(cluster.apply([secret], signal)).rejects.toThrow(RightsMissing);
  await cluster.claim(namespace, signal);
  await eventually(() => expect(cluster.hasAll(secrets)).toBe(true));
  await cluster.apply([secret], signal);
  expect(cluster.objects({ appId: "app_1", namespace: "pay" })).toHaveLength(1);
  expect(noise).toHaveLength(1);
});

test("a binding that was changed is put right; one that is right is left alone", async () => {
  await cluster.claim(namespace, signal);
  const stored = () => sandbox.object("RoleBinding", "pay", "orrery-namespace") as unknown as Manifest;
  const right = stored();
  await cluster.claim(namespace, signal);
  expect(stored()).toEqual(right);
  sandbox.edit("RoleBinding", "pay", "orrery-namespace", "kubectl", (binding) =>
    Object.assign(binding, { subjects: [{ kind: "User", name: "eve", apiGroup: "rbac.authorization.k8s.io" }] }),
  );
  await cluster.claim(namespace, signal);
  expect(stored()["subjects"]).toEqual(right["subjects"]);
});

test("whoever is no service account binds nobody, and may do what others let them", async () => {
  const person = as(undefined);
  await person.claim(namespace, signal);
  await person.apply([secret], signal);
  expect(sandbox.objects("RoleBinding")).toEqual([]);
  expect(await person.home()).toBeUndefined();
});

test("an account that has its rights from elsewhere needs no binding of ours", async () => {
  sandbox.remove("ClusterRole", undefined, "orrery");
  create({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "orrery" },
    rules: [{ apiGroups: [""], resources: ["namespaces", "secrets"], verbs: ["get", "list", "create", "patch"] }],
  });
  await cluster.claim(namespace, signal);
  await cluster.apply([secret], signal);
  // What is missing then is a refusal, and no binding will mend it.
  const settings = { apiVersion: "v1", kind: "ConfigMap", metadata: secret.metadata };
  await expect(cluster.apply([settings], signal)).rejects.toMatchObject({ code: "UPSTREAM_REJECTED", status: 403 });
});

test("an administrator may make the bindings, and let the server make none", async () => {
  await cluster.claim(namespace, signal);
  sandbox.edit("ClusterRole", undefined as never, "orrery", "kubectl", (role) => {
    const { rules } = role as unknown as { readonly rules: { resources: string[]; verbs: string[] }[] };
    for (const rule of rules) if (rule.resources.includes("rolebindings")) rule.verbs = ["get"];
  });
  await cluster.claim(namespace, signal);
  await cluster.apply([secret], signal);
  const shop = { ...namespace, metadata: { name: "shop" } };
  await expect(cluster.claim(shop, signal)).rejects.toThrow(/could not give itself rights in the namespace shop/);
});

test("a namespace that is not there is told as such, and nothing is left in it", async () => {
  await expect(cluster.apply([secret], signal)).rejects.toMatchObject({ status: 404 });
  expect(await cluster.removeAll({ appId: "app_1", namespace: "pay" }, signal)).toBe(0);
});

test("neither the namespace that the platform runs in nor a foreign name of a binding is for us", async () => {
  const home: Manifest = { apiVersion: "v1", kind: "Namespace", metadata: { name: "orrery" } };
  await expect(cluster.claim(home, signal)).rejects.toThrow(/the platform itself runs there/);
  expect(sandbox.object("Namespace", undefined, "orrery")!.metadata.labels).not.toHaveProperty([labels.managedBy]);
  const other = as(sandbox.tokenOf({ namespace: "orrery", name: "orrery" }), "cluster-admin");
  await expect(other.claim(namespace, signal)).rejects.toThrow(/could not give itself rights in the namespace pay/);
});
