import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { labels } from "../../src/upstreams/cluster.js";
import { refOf, type Manifest, type AppRef } from "../../src/upstreams/cluster-object.js";
import { KubernetesCluster } from "../../src/upstreams/kubernetes/kubernetes-cluster.js";
import { KubernetesConnection } from "../../src/upstreams/kubernetes/kubernetes-connection.js";
import { RightsMissing } from "../../src/upstreams/rights-missing.js";
import { installManifests } from "../support/install-manifests.js";
import { eventually } from "../support/eventually.js";
import { installAccount, type InstalledAccount } from "./installed-account.js";
import { describeRights } from "./rights.contract.js";

const realKubeconfig = process.env["REAL_KUBECONFIG"];

if (realKubeconfig === undefined)
  describe("the installation on a real cluster", () => test.todo("set REAL_KUBECONFIG"));
else {
  describeInstallation(realKubeconfig);
  describeRights("on a real cluster", async () => {
    const account = await installAccount(realKubeconfig);
    const { kubeconfig, home, namespaceRole } = account;
    return { access: { kubeconfig }, home, namespaceRole, close: (namespace) => account.remove(namespace) };
  });
}

function describeInstallation(kubeconfig: string): void {
  describe("the installation on a real cluster", () => {
    const signal = AbortSignal.timeout(180_000);
    const owner: AppRef = { appId: "app_of-the-install", namespace: `installed-${Date.now().toString(36)}` };
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
      const { quotas, nodes, hosts } = await server.dryRuns.clusterContext(owner.namespace, signal);
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
  });
}
