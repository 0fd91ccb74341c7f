import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { labels, refOf, type Manifest, type Owner } from "../../src/upstreams/cluster.js";
import { KubernetesCluster } from "../../src/upstreams/kubernetes/kubernetes-cluster.js";
import { KubernetesConnection, type WireRequest } from "../../src/upstreams/kubernetes/kubernetes-connection.js";
import { RightsMissing } from "../../src/upstreams/rights-missing.js";
import { installManifests } from "../support/install-manifests.js";
import { eventually } from "./eventually.js";
import { installAccount, type InstalledAccount } from "./installed-account.js";

const realKubeconfig = process.env["REAL_KUBECONFIG"];

if (realKubeconfig === undefined)
  describe("the installation on a real cluster", () => test.todo("set REAL_KUBECONFIG"));
else describeInstallation(realKubeconfig);

function describeInstallation(kubeconfig: string): void {
  describe("the installation on a real cluster", () => {
    const signal = AbortSignal.timeout(180_000);
    const owner: Owner = { appId: "app_of-the-install", namespace: `installed-${Date.now().toString(36)}` };
    const administrator = new KubernetesCluster({ access: { kubeconfig } });
    const wire = new KubernetesConnection({ kubeconfig });
    let account: InstalledAccount;
    let server: KubernetesCluster;

    const metadata = (name: string, namespace = owner.namespace) => ({
      name,
      namespace,
      labels: { [labels.managedBy]: labels.managedByUs, [labels.app]: owner.appId },
    });
    const namespace: Manifest = { apiVersion: "v1", kind: "Namespace", metadata: { name: owner.namespace } };
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
      account = await installAccount(kubeconfig);
      const { namespaceRole } = account;
      server = new KubernetesCluster({ access: { kubeconfig: account.kubeconfig }, namespaceRole });
    }, 60_000);

    afterAll(async () => {
      await account.remove(owner.namespace);
      wire.forget();
    });

    test("is taken whole by the API server", async () => {
      const asServed = (await Promise.all(installManifests.map(served))).flat();
      const unserved = installManifests.filter(({ kind }) => !asServed.some((each) => each.kind === kind));
      if (unserved.length > 0) console.warn("This server has no", ...new Set(unserved.map(({ kind }) => kind)));
      const stored = await administrator.dryRun(asServed.map(account.installed), signal);
      expect(stored.map(({ kind }) => kind)).toEqual(asServed.map(({ kind }) => kind));
    });

    /** A server before 1.21 knows the same PodDisruptionBudget by an older version alone; one before 1.30 has no admission policies. */
    async function served(manifest: Manifest): Promise<readonly Manifest[]> {
      if (!/^(?:policy|admissionregistration\.k8s\.io)\//.test(manifest.apiVersion)) return [manifest];
      const answer = await wire.send({ path: `/apis/${manifest.apiVersion}` }, signal);
      if ((await answer.text()).includes(`"${manifest.kind}"`) && answer.ok) return [manifest];
      return manifest.kind === "PodDisruptionBudget" ? [{ ...manifest, apiVersion: "policy/v1beta1" }] : [];
    }

    test("lets the server deliver an app, see it run, and take it away", async () => {
      const watching = new AbortController();
      await server.start(watching.signal);
      await server.claim(namespace, signal);
      await server.apply([settings, password, deployment], signal);
      await server.dryRun([deployment], signal);
      expect(await server.read({ ...deployment, ...deployment.metadata }, signal)).toMatchObject({
        kind: "Deployment",
      });
      await eventually(() => expect(server.hasAll(refOf(password))).toBe(true));
      expect(server.objects(owner).map(({ kind }) => kind)).toContain("Secret");
      const pod = await eventually(() => {
        expect(server.workload(owner)).toMatchObject({ available: 1 });
        return server.pods(owner)[0]!;
      });
      const { quotas, nodes, hosts } = await server.foresight.surroundings(owner.namespace, signal);
      expect([quotas, nodes, hosts]).toEqual([expect.anything(), expect.anything(), expect.anything()]);
      expect(await server.events({ ...owner, kind: "Pod", name: pod.name }, signal)).not.toEqual([]);
      expect(await server.namespaces(signal)).toContainEqual({
        name: owner.namespace,
        managedByUs: true,
        terminating: false,
      });
      const pruned = await server.prune(owner, [deployment, settings], signal);
      expect(pruned.map(({ kind }) => kind)).toEqual(["Secret"]);
      await eventually(async () => expect(await server.removeAll(owner, signal)).toBe(0), 30_000);
      watching.abort();
    }, 60_000);

    test("waits where its rights were taken away, and gives them back to itself", async () => {
      await server.claim(namespace, signal);
      const { namespaceRole } = account;
      const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${owner.namespace}/rolebindings/${namespaceRole}`;
      await (await wire.send({ method: "DELETE", path }, signal)).text();
      await eventually(async () => {
        await expect(server.apply([settings], signal)).rejects.toThrow(RightsMissing);
      });
      await server.claim(namespace, signal);
      await server.apply([settings], signal);
    }, 30_000);

    test("does not let the server take the namespace that it runs in for apps", async () => {
      const own: Manifest = { apiVersion: "v1", kind: "Namespace", metadata: { name: account.home } };
      await expect(server.claim(own, signal)).rejects.toMatchObject({
        code: "UPSTREAM_REJECTED",
        message: expect.stringMatching(/the platform itself runs there/),
      });
      expect(await administrator.namespaces(signal)).toContainEqual(
        expect.objectContaining({ name: account.home, managedByUs: false }),
      );
    });

    const rbac = "/apis/rbac.authorization.k8s.io/v1";
    const apply = (path: string, kind: string, content: object = {}): WireRequest => ({
      method: "PATCH",
      path,
      query: { fieldManager: "orrery", force: "true" },
      headers: { "content-type": "application/apply-patch+yaml" },
      body: JSON.stringify({
        apiVersion: path.replace(/^\/apis?\//, "").replace(/\/(?:namespaces|cluster).*/, ""),
        kind,
        metadata: { name: path.split("/").at(-1) },
        ...content,
      }),
    });
    const clusterAdmin = {
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ kind: "ServiceAccount", name: "default", namespace: "default" }],
    };

    test.each<[string, () => WireRequest, RegExp]>([
      ["read a node", () => ({ path: "/api/v1/nodes/any" }), /cannot get resource "nodes"/],
      ["list all Secrets", () => ({ path: "/api/v1/secrets" }), /cannot list resource "secrets"/],
      [
        "list the Secrets of another namespace",
        () => ({ path: "/api/v1/namespaces/kube-system/secrets" }),
        /cannot list resource "secrets"/,
      ],
      [
        "read a Secret of the namespace that it runs in",
        () => ({ path: `/api/v1/namespaces/${account.home}/secrets/orrery` }),
        /cannot get resource "secrets"/,
      ],
      [
        "write in another namespace",
        () => apply("/api/v1/namespaces/default/configmaps/a", "ConfigMap"),
        /cannot patch resource "configmaps"/,
      ],
      [
        "run something in another namespace",
        () => apply("/apis/apps/v1/namespaces/default/deployments/a", "Deployment"),
        /cannot patch resource "deployments"/,
      ],
      [
        "bind somebody to cluster-admin in a namespace of its own",
        () => apply(`${rbac}/namespaces/${owner.namespace}/rolebindings/a`, "RoleBinding", clusterAdmin),
        /cannot patch resource "rolebindings"/,
      ],
      [
        "bind somebody to cluster-admin under the name that it may use",
        () => {
          const path = `${rbac}/namespaces/default/rolebindings/${account.namespaceRole}`;
          return apply(path, "RoleBinding", clusterAdmin);
        },
        /attempting to grant RBAC permissions not currently held/,
      ],
      [
        "bind somebody to cluster-admin everywhere",
        () => apply(`${rbac}/clusterrolebindings/a`, "ClusterRoleBinding", clusterAdmin),
        /cannot patch resource "clusterrolebindings"/,
      ],
      [
        "change its own ClusterRole",
        () => apply(`${rbac}/clusterroles/${account.namespaceRole}`, "ClusterRole", { rules: [] }),
        /cannot patch resource "clusterroles"/,
      ],
      [
        "enter a pod",
        () => ({ path: `/api/v1/namespaces/${owner.namespace}/pods/a/exec`, query: { command: "id" } }),
        /cannot get resource "pods\/exec"/,
      ],
      [
        "start a bare pod",
        () => apply(`/api/v1/namespaces/${owner.namespace}/pods/a`, "Pod"),
        /cannot patch resource "pods"/,
      ],
      [
        "delete a namespace",
        () => ({ method: "DELETE", path: `/api/v1/namespaces/${owner.namespace}` }),
        /cannot delete resource "namespaces"/,
      ],
    ])("does not let the server %s", async (_what, request, words) => {
      const itself = new KubernetesConnection({ kubeconfig: account.kubeconfig });
      const answer = await itself.send(request(), signal);
      const { message } = (await answer.json()) as { readonly message: string };
      itself.forget();
      expect([answer.status, message]).toEqual([403, expect.stringMatching(words)]);
    });
  });
}
