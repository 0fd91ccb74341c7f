import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { KubeObject } from "../../src/sandbox/kubernetes/kube-object.js";
import { SandboxKubernetes } from "../../src/sandbox/kubernetes/sandbox-kubernetes.js";
import { labels } from "../../src/upstreams/cluster.js";
import type { Manifest, AppRef } from "../../src/upstreams/cluster-object.js";
import { KubernetesCluster } from "../../src/upstreams/kubernetes/kubernetes-cluster.js";
import { eventually } from "../support/eventually.js";

const signal = AbortSignal.timeout(120_000);
const owner: AppRef = { appId: "app_1", namespace: "default" };
const timing = { openMs: 500, idleMs: 1_000, pauseMs: 20, maxPauseMs: 100, graceMs: 300 };
const watches = 13;

const ours = { [labels.managedBy]: labels.managedByUs, [labels.app]: owner.appId };
const deployment = (image: string): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: owner.namespace, labels: ours },
  spec: {
    replicas: 1,
    selector: { matchLabels: { [labels.app]: owner.appId } },
    template: { metadata: { labels: ours }, spec: { containers: [{ name: "web", image }] } },
  },
});

let sandbox: SandboxKubernetes;
let server: string;
let cluster: KubernetesCluster;
let watching: AbortController;
let serial = 1;

beforeEach(async () => {
  sandbox = new SandboxKubernetes({ pace: 0.1 });
  server = await sandbox.listen();
  watching = new AbortController();
  cluster = new KubernetesCluster({ access: { server }, calls: { deadlineMs: 1_000, retryAfterMs: 10 }, timing });
});
afterEach(async () => {
  watching.abort();
  // Whatever a test did to the watches: none may stay open behind a cluster that was let go.
  await eventually(() => expect(sandbox.openWatches).toBe(0), 2_000);
  await sandbox.close();
});

const start = () => cluster.start(watching.signal);
/** A change made now arrives in the cache; it is made by someone whose calls suffer no fault that was left behind. */
async function expectFed(): Promise<void> {
  sandbox.server.clearFaults();
  const image = `x:${++serial}`;
  await new KubernetesCluster({ access: { server } }).apply([deployment(image)], signal);
  await eventually(() => expect(cluster.workload(owner)).toMatchObject({ image, ready: 1 }), 10_000);
  await eventually(
    () => expect(cluster.pods(owner).map(({ containers }) => containers[0]!.image)).toEqual([image]),
    10_000,
  );
  expect(cluster.health()).toMatchObject({ reachable: true });
}

test("a server that is down at the start is found when it comes up", async () => {
  const port = Number(new URL(server).port);
  await sandbox.server.close();
  const started = start();
  await eventually(() =>
    expect(cluster.health()).toMatchObject({ reachable: false, error: "Kubernetes cannot be reached." }),
  );
  await sandbox.server.listen(port);
  await started;
  await expectFed();
});

test("a server that restarts is found again, and what changed meanwhile is told", async () => {
  await start();
  await expectFed();
  const changes: unknown[] = [];
  const port = Number(new URL(server).port);
  await sandbox.server.close();
  await eventually(() => expect(cluster.health().reachable).toBe(false));
  expect(cluster.workload(owner)?.image).toBe(`x:${serial}`);
  cluster.onChange((changed) => changes.push(changed));
  await sandbox.server.listen(port);
  await expectFed();
  expect(changes).toContainEqual(owner);
});

test.each<[string, () => void]>([
  ["ended", () => sandbox.closeWatches()],
  ["reset", () => sandbox.resetWatches()],
  ["stalled", () => sandbox.stallWatches()],
  ["gone (410)", () => sandbox.compact()],
])("a watch that is %s is taken up again", async (_what, happen) => {
  await start();
  await expectFed();
  await eventually(() => expect(sandbox.openWatches).toBe(watches));
  happen();
  await expectFed();
  await eventually(() => expect(sandbox.openWatches).toBe(watches));
});

test("what happened while the watch was gone is neither lost nor kept for dead", async () => {
  await start();
  await expectFed();
  sandbox.server.addFault({ kind: "refuse", match: "watch=true" });
  sandbox.resetWatches();
  await new KubernetesCluster({ access: { server } }).removeAll(owner, signal);
  sandbox.compact();
  sandbox.server.clearFaults();
  await eventually(() => {
    expect(cluster.workload(owner)).toBeUndefined();
    expect(cluster.pods(owner)).toEqual([]);
  });
});

test.each([
  ["a page of HTML", { kind: "html" }],
  ["a list that breaks off", { kind: "reset", bytes: 40 }],
  ["a list that falls silent", { kind: "stall", bytes: 40 }],
  ["no answer", { kind: "refuse" }],
  ["an internal error", { kind: "status", status: 500, body: "boom" }],
] as const)("%s, twice, delays the first list and does not end it", async (_what, fault) => {
  sandbox.server.addFault({ ...fault, times: 2 });
  await start();
  await expectFed();
});

test.each([
  ["a page of HTML", { kind: "html" }, /not Kubernetes/],
  ["silence", { kind: "stall" }, /did not answer within 1 s/],
  ["a late answer", { kind: "delay", ms: 1_500 }, /did not answer within 1 s/],
  ["a closed socket", { kind: "refuse" }, /broke the connection off/],
  ["half an answer", { kind: "reset", bytes: 20 }, /broke the connection off/],
] as const)("a call that gets %s says so within its deadline", async (_what, fault, words) => {
  sandbox.server.addFault(fault);
  const startedAt = Date.now();
  const call = cluster.apply([deployment("x:1")], signal);
  await expect(call).rejects.toMatchObject({ code: "UPSTREAM_UNAVAILABLE", message: expect.stringMatching(words) });
  expect(Date.now() - startedAt).toBeLessThan(2_000);
});

test("a call survives one bad answer", async () => {
  sandbox.server.addFault({ kind: "html", times: 1 });
  await cluster.apply([deployment("x:1")], signal);
});

test("a caller who leaves is let go at once", async () => {
  sandbox.server.addFault({ kind: "stall" });
  const leaving = new AbortController();
  const startedAt = Date.now();
  setTimeout(() => leaving.abort(new Error("left")), 50);
  await expect(cluster.namespaces(leaving.signal)).rejects.toThrow("left");
  expect(Date.now() - startedAt).toBeLessThan(1_000);
});

test("a list longer than a page is read to its end", async () => {
  const longer = 1_100;
  for (let i = 0; i < longer; i++)
    sandbox.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: `n-${i}` } } as KubeObject);
  const names = (await cluster.namespaces(signal)).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["n-0", "n-499", "n-500", `n-${longer - 1}`]));
  expect(new Set(names).size).toBe(names.length);
  expect(cluster.calls.count).toBeGreaterThan(1);
});

test("reading the cache asks the server nothing", async () => {
  await start();
  await expectFed();
  const before = cluster.calls.count;
  for (let i = 0; i < 100; i++) {
    expect(cluster.workload(owner)).toBeDefined();
    expect(cluster.pods(owner)).toHaveLength(1);
    expect(cluster.health().reachable).toBe(true);
  }
  expect(cluster.calls.count).toBe(before);
});

test("a start that is called off before the first list ends, and leaves nothing open", async () => {
  sandbox.server.addFault({ kind: "stall" });
  const started = start();
  watching.abort();
  await started;
  expect(cluster.health().reachable).toBe(false);
});
