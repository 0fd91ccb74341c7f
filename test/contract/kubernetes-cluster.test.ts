import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { SandboxKubernetes } from "../../src/sandbox/kubernetes/sandbox-kubernetes.js";
import type { Manifest } from "../../src/upstreams/cluster-object.js";
import { KubernetesConnection, type KubernetesAccess } from "../../src/upstreams/kubernetes/kubernetes-connection.js";
import { KubernetesCluster } from "../../src/upstreams/kubernetes/kubernetes-cluster.js";
import { describeCluster } from "./cluster.contract.js";
import { describeClusterObjects } from "./cluster-objects.contract.js";
import type { OpenCluster } from "../support/contract-cluster.js";
import { eventually } from "../support/eventually.js";
import { describeDryRun } from "./dry-run.contract.js";

const realKubeconfig = process.env["REAL_KUBECONFIG"];

/** Opens an API server by two clients: the platform, and another one that works there too. */
async function open(access: KubernetesAccess, close: () => Promise<void>): Promise<OpenCluster> {
  const cluster = new KubernetesCluster({ access });
  const otherClient = new KubernetesConnection(access);
  const signal = AbortSignal.timeout(120_000);
  const sent = async (response: Promise<Awaited<ReturnType<KubernetesConnection["send"]>>>) => {
    const { ok, status } = await response.then(async (answer) => (await answer.text(), answer));
    if (!ok && status !== 404) throw new Error(`HTTP ${status}`);
  };
  const applyAs = (fieldManager: string, manifest: Manifest) =>
    new KubernetesCluster({ access, fieldManager }).apply([manifest], signal);
  const paths: Readonly<Record<string, string>> = { Deployment: "apis/apps/v1", ConfigMap: "api/v1" };
  return {
    cluster,
    applyAs,
    editAs: async (fieldManager, { kind, metadata: { namespace, name } }, change) => {
      const path = `/${paths[kind]}/namespaces/${namespace}/${kind.toLowerCase()}s/${name}`;
      // A controller may write in between.
      for (let left = 5; ; left--) {
        const found = (await (await otherClient.send({ path }, signal)).json()) as object;
        change(found);
        const headers = { "content-type": "application/merge-patch+json" };
        const request = {
          method: "PATCH",
          path,
          query: { fieldManager },
          headers,
          body: JSON.stringify(found),
        } as const;
        const { status } = await otherClient
          .send(request, signal)
          .then(async (answer) => (await answer.text(), answer));
        if (status === 200) return;
        if (status !== 409 || left === 0) throw new Error(`HTTP ${status}`);
      }
    },
    createNamespace: (name) =>
      cluster.claim({ apiVersion: "v1", kind: "Namespace", metadata: { name } }, AbortSignal.timeout(30_000)),
    removeNamespace: (name) => sent(otherClient.send({ method: "DELETE", path: `/api/v1/namespaces/${name}` }, signal)),
    close: async () => {
      otherClient.forget();
      await close();
    },
  };
}

async function openSandbox(): Promise<OpenCluster> {
  const sandbox = new SandboxKubernetes({ pace: 0.1 });
  const server = await sandbox.listen();
  return open({ server }, async () => {
    expect(sandbox.server.unknown).toEqual([]);
    await eventually(() => expect(sandbox.openWatches).toBe(0));
    await sandbox.close();
  });
}

describeCluster("in the sandbox", openSandbox);
describeClusterObjects("in the sandbox", openSandbox);
describeDryRun("in the sandbox", openSandbox);

if (realKubeconfig === undefined) describe("the real cluster", () => test.todo("set REAL_KUBECONFIG"));
else {
  const openReal = () => open({ kubeconfig: realKubeconfig }, async () => {});
  describeCluster("that is real", openReal);
  describeClusterObjects("that is real", openReal);
  describeDryRun("that is real", openReal);
  describeRealOnly(realKubeconfig);
}

/** What only a real control plane can show: its TLS, its rights, its custom kinds. */
function describeRealOnly(kubeconfig: string): void {
  const signal = AbortSignal.timeout(60_000);
  const config = readFileSync(kubeconfig, "utf8");
  const address = /server: "?(https:[^"}\s]+)/.exec(config)![1]!;
  const folder = mkdtempSync(join(tmpdir(), "orrery-contract-"));
  const withToken = (token: string): KubernetesCluster => {
    const file = join(folder, token);
    writeFileSync(file, config.replace(/token: [^}\s]+/, `token: ${token}`));
    return new KubernetesCluster({ access: { kubeconfig: file } });
  };
  const settings: Manifest = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "settings", namespace: "default" },
  };

  describe("the real cluster", () => {
    afterAll(() => rmSync(folder, { recursive: true }));

    test("refuses whoever lacks the right, and says which", async () => {
      await expect(withToken("viewer-token").apply([settings], signal)).rejects.toMatchObject({
        code: "UPSTREAM_REJECTED",
        status: 403,
        message: expect.stringMatching(/ConfigMap default\/settings: .*cannot patch resource "configmaps"/),
      });
    });

    test("refuses a token that it does not know", async () => {
      const unauthorized = withToken("nobody");
      await expect(unauthorized.namespaces(signal)).rejects.toMatchObject({ code: "UPSTREAM_REJECTED", status: 401 });
    });

    test("is not trusted without its certificate", async () => {
      const trusting = new KubernetesCluster({ access: { server: address, token: "admin-token" } });
      await expect(trusting.namespaces(signal)).rejects.toMatchObject({
        code: "UPSTREAM_UNAVAILABLE",
        message: "Kubernetes shows a certificate that is not trusted.",
      });
    });

    test("takes objects of a kind that was installed a moment ago", async () => {
      const cluster = new KubernetesCluster({ access: { kubeconfig } });
      const group = `t${Date.now().toString(36)}.example.org`;
      const definition: Manifest = {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: `teapots.${group}` },
        spec: {
          group,
          scope: "Namespaced",
          names: { plural: "teapots", singular: "teapot", kind: "Teapot", listKind: "TeapotList" },
          versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
        },
      };
      const teapot: Manifest = {
        apiVersion: `${group}/v1`,
        kind: "Teapot",
        metadata: { name: "t", namespace: "default" },
      };
      await cluster.apply([definition], signal);
      await eventually(() => cluster.apply([teapot], signal));
      expect(await cluster.read({ ...teapot, ...teapot.metadata }, signal)).toMatchObject({ metadata: { name: "t" } });
    });
  });
}
