import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { parse, stringify } from "yaml";
import { labels, type Manifest, type Owner } from "../../src/upstreams/cluster.js";
import { KubernetesCluster } from "../../src/upstreams/kubernetes/kubernetes-cluster.js";
import { KubernetesConnection } from "../../src/upstreams/kubernetes/kubernetes-connection.js";
import { installManifest, installManifests } from "../support/install-manifests.js";
import { eventually } from "./eventually.js";

const realKubeconfig = process.env["REAL_KUBECONFIG"];

if (realKubeconfig === undefined)
  describe("the installation on a real cluster", () => test.todo("set REAL_KUBECONFIG"));
else describeInstallation(realKubeconfig);

/** The manifests as kustomize would send them for another namespace; cluster-wide names follow it, as two installations need. */
function installedAs(namespace: string): (manifest: Manifest) => Manifest {
  return (manifest) => {
    const own = manifest.metadata.namespace === undefined ? { name: namespace } : { namespace };
    const renamed = { ...manifest, metadata: { ...manifest.metadata, ...own } };
    if (manifest.kind !== "ClusterRoleBinding") return renamed;
    const { subjects, roleRef } = manifest as Manifest & { roleRef: object; subjects: readonly object[] };
    const moved = subjects.map((subject) => ({ ...subject, namespace }));
    return { ...renamed, roleRef: { ...roleRef, name: namespace }, subjects: moved };
  };
}

function describeInstallation(kubeconfig: string): void {
  describe("the installation on a real cluster", () => {
    const signal = AbortSignal.timeout(120_000);
    const home = `orrery-${Date.now().toString(36)}`;
    const installed = installedAs(home);
    const owner: Owner = { appId: `app_${home}`, namespace: `${home}-pay` };
    const folder = mkdtempSync(join(tmpdir(), "orrery-install-"));
    const administrator = new KubernetesCluster({ access: { kubeconfig } });
    const wire = new KubernetesConnection({ kubeconfig });
    let server: KubernetesCluster;

    const metadata = (name: string, namespace = owner.namespace) => ({
      name,
      namespace,
      labels: { [labels.managedBy]: labels.managedByUs, [labels.app]: owner.appId },
    });
    const settings: Manifest = { apiVersion: "v1", kind: "ConfigMap", metadata: metadata("api"), data: { a: "b" } };
    const password: Manifest = { apiVersion: "v1", kind: "Secret", metadata: metadata("api"), stringData: { a: "b" } };
    const deployment: Manifest = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: metadata("api"),
      spec: {
        replicas: 1,
        selector: { matchLabels: { [labels.app]: owner.appId } },
        template: { metadata: metadata("api"), spec: { containers: [{ name: "api", image: "api:1" }] } },
      },
    };

    beforeAll(async () => {
      const rights = ["Namespace", "ServiceAccount", "ClusterRole", "ClusterRoleBinding"].map((kind) =>
        installed(installManifest(kind)),
      );
      await administrator.apply(rights, signal);
      const config = new KubeConfig();
      config.loadFromFile(kubeconfig);
      // What a pod of the Deployment finds mounted: a token of its service account, and nothing else.
      const { status } = await config.makeApiClient(CoreV1Api).createNamespacedServiceAccountToken({
        name: installManifest("ServiceAccount").metadata.name,
        namespace: home,
        body: { spec: { audiences: [], expirationSeconds: 600 } },
      });
      const file = join(folder, "kubeconfig");
      const { users, ...rest } = parse(readFileSync(kubeconfig, "utf8")) as { users: readonly { name: string }[] };
      const asServer = users.map(({ name }) => ({ name, user: { token: status!.token } }));
      writeFileSync(file, stringify({ ...rest, users: asServer }));
      server = new KubernetesCluster({ access: { kubeconfig: file } });
      // RBAC learns of a new binding from a watch.
      await eventually(() => server.namespaces(signal));
    }, 60_000);

    afterAll(async () => {
      const rbac = "/apis/rbac.authorization.k8s.io/v1";
      const paths = [
        `${rbac}/clusterrolebindings/${home}`,
        `${rbac}/clusterroles/${home}`,
        `/api/v1/namespaces/${home}`,
        `/api/v1/namespaces/${owner.namespace}`,
      ];
      for (const path of paths) await (await wire.send({ method: "DELETE", path }, signal)).text();
      wire.forget();
      rmSync(folder, { recursive: true });
    });

    test("is taken whole by the API server", async () => {
      const asServed = await Promise.all(installManifests.map(served));
      const stored = await administrator.dryRun(asServed.map(installed), signal);
      expect(stored.map(({ kind }) => kind)).toEqual(installManifests.map(({ kind }) => kind));
    });

    /** A server before 1.21 knows the same PodDisruptionBudget by an older version alone. */
    async function served(manifest: Manifest): Promise<Manifest> {
      if (manifest.apiVersion !== "policy/v1") return manifest;
      const answer = await wire.send({ path: "/apis/policy/v1" }, signal);
      await answer.text();
      if (answer.ok) return manifest;
      console.warn("This server has no policy/v1; the PodDisruptionBudget is checked as policy/v1beta1.");
      return { ...manifest, apiVersion: "policy/v1beta1" };
    }

    test("lets the server deliver an app, see it run, and take it away", async () => {
      const watching = new AbortController();
      await server.start(watching.signal);
      const namespace: Manifest = { apiVersion: "v1", kind: "Namespace", metadata: { name: owner.namespace } };
      await server.apply([namespace], signal);
      await server.apply([settings, password, deployment], signal);
      await server.dryRun([deployment], signal);
      expect(await server.read({ ...deployment, ...deployment.metadata }, signal)).toMatchObject({
        kind: "Deployment",
      });
      const pod = await eventually(() => {
        expect(server.workload(owner)).toMatchObject({ available: 1 });
        return server.pods(owner)[0]!;
      });
      const { quotas, nodes, hosts } = await server.foresight.surroundings(owner.namespace, signal);
      expect([quotas, nodes, hosts]).toEqual([expect.anything(), expect.anything(), expect.anything()]);
      expect(await server.events({ ...owner, kind: "Pod", name: pod.name }, signal)).not.toEqual([]);
      expect(await server.namespaces(signal)).toContainEqual({
        name: owner.namespace,
        managedByUs: false,
        terminating: false,
      });
      const pruned = await server.prune(owner, [deployment, settings], signal);
      expect(pruned.map(({ kind }) => kind)).toEqual(["Secret"]);
      await eventually(async () => expect(await server.removeAll(owner, signal)).toBe(0), 30_000);
      watching.abort();
    }, 60_000);

    test.each<[string, (cluster: KubernetesCluster) => Promise<unknown>, RegExp]>([
      [
        "read a node",
        (cluster) => cluster.read({ apiVersion: "v1", kind: "Node", name: "any" }, signal),
        /cannot get resource "nodes"/,
      ],
      [
        "give itself rights",
        (cluster) => cluster.apply([installed(installManifest("ClusterRoleBinding"))], signal),
        /cannot patch resource "clusterrolebindings"/,
      ],
      [
        "start a bare pod",
        (cluster) => cluster.apply([{ apiVersion: "v1", kind: "Pod", metadata: metadata("bare", home) }], signal),
        /cannot patch resource "pods"/,
      ],
    ])("does not let the server %s", async (_what, act, words) => {
      await expect(act(server)).rejects.toMatchObject({ status: 403, message: expect.stringMatching(words) });
    });
  });
}
