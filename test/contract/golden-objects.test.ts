import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { UpstreamRejected } from "../../src/kernel/errors.js";
import { SandboxKubernetes } from "../../src/sandbox/kubernetes/sandbox-kubernetes.js";
import type { Manifest } from "../../src/upstreams/cluster-object.js";
import { KubernetesConnection, type KubernetesAccess } from "../../src/upstreams/kubernetes/kubernetes-connection.js";
import { KubernetesCluster } from "../../src/upstreams/kubernetes/kubernetes-cluster.js";
import { goldenContainers, goldenObjects } from "../support/golden-objects.js";

const realKubeconfig = process.env["REAL_KUBECONFIG"];

/** What the seeds make is what a control plane takes, by a dry run; kinds that it does not serve are skipped, and named. */
function describeGoldenObjects(
  name: string,
  open: () => Promise<{ access: KubernetesAccess; close(): Promise<void> }>,
) {
  describe(`the cluster ${name}`, () => {
    const signal = AbortSignal.timeout(120_000);
    const namespace = `golden-${Date.now().toString(36)}`;
    const unserved = new Set<string>();
    let cluster: KubernetesCluster;
    let otherClient: KubernetesConnection;
    let close: () => Promise<void>;

    beforeAll(async () => {
      const opened = await open();
      close = () => opened.close();
      cluster = new KubernetesCluster({ access: opened.access });
      otherClient = new KubernetesConnection(opened.access);
      await cluster.apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }], signal);
    });
    afterAll(async () => {
      const path = `/api/v1/namespaces/${namespace}`;
      await otherClient.send({ method: "DELETE", path }, signal).then((answer) => answer.text());
      otherClient.forget();
      await close();
      if (unserved.size > 0) console.info(`The cluster ${name} serves no ${[...unserved].join(", ")}: skipped.`);
    });

    /** The object as the cluster would store it, or undefined where it has no such kind. */
    async function tried(object: Manifest): Promise<Manifest | undefined> {
      const { apiVersion, kind, metadata } = object;
      const here = metadata.namespace === undefined ? metadata : { ...metadata, namespace };
      try {
        return (await cluster.dryRun([{ ...object, metadata: here }], signal))[0];
      } catch (error) {
        if (!(error instanceof UpstreamRejected && error.message.includes(`the cluster has no kind ${kind}`)))
          throw error;
        unserved.add(`${apiVersion} ${kind}`);
        return undefined;
      }
    }

    test.each(goldenObjects)("takes $pair, and keeps what it says", async ({ object }) => {
      const stored = await tried(object);
      if (stored) expect(stored).toMatchObject({ kind: object.kind, metadata: { name: object.metadata.name } });
    });

    test.each(goldenContainers)("takes a pod with $pair", async ({ made }) => {
      const container = made as { readonly volumeMounts?: readonly { readonly name: string }[] };
      const volumes = (container.volumeMounts ?? []).map(({ name: volume }) => ({ name: volume, emptyDir: {} }));
      const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "golden", namespace } };
      const stored = await tried({
        ...pod,
        spec: { containers: [container], volumes, automountServiceAccountToken: false },
      });
      expect(stored).toMatchObject({ spec: { containers: [made] } });
    });
  });
}

describeGoldenObjects("in the sandbox", async () => {
  const sandbox = new SandboxKubernetes({ pace: 0.1 });
  const server = await sandbox.listen();
  return { access: { server }, close: () => sandbox.close() };
});

if (realKubeconfig === undefined) describe("the real cluster", () => test.todo("set REAL_KUBECONFIG"));
else
  describeGoldenObjects("that is real", () =>
    Promise.resolve({ access: { kubeconfig: realKubeconfig }, close: () => Promise.resolve() }),
  );
