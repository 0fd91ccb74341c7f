import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { SandboxKubernetes } from "../../src/sandbox/kubernetes/sandbox-kubernetes.js";
import { KubernetesConnection, type KubernetesAccess } from "../../src/upstreams/kubernetes/kubernetes-connection.js";
import { KubernetesCluster } from "../../src/upstreams/kubernetes/kubernetes-cluster.js";
import type { PodLogLine } from "../../src/upstreams/cluster.js";
import { eventually } from "../support/eventually.js";
import { describePodLogs, type OpenPrinter } from "./pod-log.contract.js";

const realKubeconfig = process.env["REAL_KUBECONFIG"];

function open(access: KubernetesAccess, close: () => Promise<void>): OpenPrinter {
  const cluster = new KubernetesCluster({ access });
  const otherClient = new KubernetesConnection(access);
  const signal = AbortSignal.timeout(120_000);
  return {
    cluster,
    createNamespace: (name) => cluster.apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name } }], signal),
    removeNamespace: async (name) => {
      await (await otherClient.send({ method: "DELETE", path: `/api/v1/namespaces/${name}` }, signal)).text();
      otherClient.forget();
    },
    close,
  };
}

describePodLogs("in the sandbox", async () => {
  const sandbox = new SandboxKubernetes({ pace: 0.1 });
  const server = await sandbox.listen();
  return open({ server }, async () => {
    expect(sandbox.server.unknown).toEqual([]);
    await eventually(() => expect(sandbox.openLogFollows).toBe(0));
    await sandbox.close();
  });
});

if (realKubeconfig === undefined) describe("the log of a real pod", () => test.todo("set REAL_KUBECONFIG"));
else
  describePodLogs(
    "that is real",
    () => Promise.resolve(open({ kubeconfig: realKubeconfig }, () => Promise.resolve())),
    { hollowNode: true },
  );

describe("the log of a pod on a bad day", () => {
  const signal = AbortSignal.timeout(60_000);
  const wanted = { namespace: "pay", pod: "api", container: "api" };
  let sandbox: SandboxKubernetes;
  let cluster: KubernetesCluster;

  beforeAll(async () => {
    sandbox = new SandboxKubernetes({ pace: 0.01 });
    cluster = new KubernetesCluster({ access: { server: await sandbox.listen() } });
    const annotations = { "hollow.node/log-lines": "0", "hollow.node/log-interval-ms": "0" };
    sandbox.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "pay" } } as never);
    sandbox.create({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "api", namespace: "pay", annotations },
      spec: { containers: [{ name: "api", image: "registry.local/api:1" }] },
    } as never);
    await eventually(() => sandbox.printLine("pay", "api", "api", "first"));
  });
  afterAll(() => sandbox.close());

  test.each(["refuse", "reset", "html"] as const)("rejects a log that ends with %s", async (kind) => {
    sandbox.server.addFault({ match: "/log", kind, times: 1, bytes: 10 });
    await expect(cluster.readPodLog({ ...wanted, follow: true }, () => undefined, signal)).rejects.toMatchObject({
      code: "UPSTREAM_UNAVAILABLE",
    });
    await eventually(() => expect(sandbox.openLogFollows).toBe(0));
  });

  test("never hands over half a line as a whole one", async () => {
    sandbox.printLine("pay", "api", "api", "second");
    for (let bytes = 1; bytes < 80; bytes += 3) {
      sandbox.server.addFault({ match: "/log", kind: "reset", times: 1, bytes });
      const lines: PodLogLine[] = [];
      await cluster.readPodLog(wanted, (line) => void lines.push(line), signal).catch(() => undefined);
      expect(["first", "second"].slice(0, lines.length)).toEqual(lines.map(({ text }) => text));
    }
  });

  test("leaves the circuit of people's calls alone", async () => {
    for (let n = 0; n < 10; n++) {
      sandbox.server.addFault({ match: "/log", kind: "html", times: 1 });
      await cluster.readPodLog(wanted, () => undefined, signal).catch(() => undefined);
    }
    expect(await cluster.namespaces(signal)).not.toEqual([]);
  });
});
