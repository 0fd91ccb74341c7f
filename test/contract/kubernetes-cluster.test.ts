import { describe, test } from "@jest/globals";
import type { Manifest } from "../../src/upstreams/cluster.js";
import { KubernetesConnection, type KubernetesAccess } from "../../src/upstreams/kubernetes/kubernetes-connection.js";
import { KubernetesCluster } from "../../src/upstreams/kubernetes/kubernetes-cluster.js";
import { describeCluster, type OpenCluster } from "./cluster.contract.js";

const realKubeconfig = process.env["REAL_KUBECONFIG"];

/** Opens an API server as two parties: the platform, and a stranger who works there too. */
async function open(access: KubernetesAccess, close: () => Promise<void>): Promise<OpenCluster> {
  const cluster = new KubernetesCluster({ access });
  const stranger = new KubernetesConnection(access);
  const signal = AbortSignal.timeout(120_000);
  const sent = async (response: Promise<Awaited<ReturnType<KubernetesConnection["send"]>>>) => {
    const { ok, status } = await response.then(async (answer) => (await answer.text(), answer));
    if (!ok && status !== 404) throw new Error(`HTTP ${status}`);
  };
  const applyAs = (fieldManager: string, manifest: Manifest) =>
    new KubernetesCluster({ access, fieldManager }).apply([manifest], signal);
  return {
    cluster,
    applyAs,
    createNamespace: (name) => applyAs("contract", { apiVersion: "v1", kind: "Namespace", metadata: { name } }),
    removeNamespace: (name) => sent(stranger.send({ method: "DELETE", path: `/api/v1/namespaces/${name}` }, signal)),
    close: async () => {
      stranger.forget();
      await close();
    },
  };
}

if (realKubeconfig === undefined) describe("the real cluster", () => test.todo("set REAL_KUBECONFIG"));
else describeCluster("that is real", () => open({ kubeconfig: realKubeconfig }, async () => {}));
