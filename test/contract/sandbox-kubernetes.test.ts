import { setTimeout as sleep } from "node:timers/promises";
import type * as client from "@kubernetes/client-node";
import type {
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  KubernetesObject,
  KubernetesObjectApi,
  V1Deployment,
  V1Status,
} from "@kubernetes/client-node";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { SandboxKubernetes } from "../../src/sandbox/kubernetes/sandbox-kubernetes.js";
import { eventually } from "../support/eventually.js";

let kube: typeof client;
let sandbox: SandboxKubernetes;
let url: string;
let config: KubeConfig;
let core: CoreV1Api;
let apps: AppsV1Api;
let objects: KubernetesObjectApi;
let namespace: string;
let count = 0;

const token = "sesame";

beforeAll(async () => {
  kube = await import("@kubernetes/client-node");
  sandbox = new SandboxKubernetes({ pace: 0.05, token });
  url = await sandbox.listen();
  config = new kube.KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: "sandbox", server: url, skipTLSVerify: true }],
    users: [{ name: "me", token }],
    contexts: [{ name: "sandbox", cluster: "sandbox", user: "me" }],
    currentContext: "sandbox",
  });
  core = config.makeApiClient(kube.CoreV1Api);
  apps = config.makeApiClient(kube.AppsV1Api);
  objects = kube.KubernetesObjectApi.makeApiClient(config);
});

afterAll(async () => {
  await sandbox.close();
});

afterEach(async () => {
  await eventually(() => expect(sandbox.openWatches).toBe(0));
});

async function newNamespace(): Promise<string> {
  namespace = `team-${++count}`;
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  return namespace;
}

/** A Deployment as a template would render it. */
const deployment = (name: string, image: string, spec: object = {}, container: object = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: name } },
    ...spec,
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: "main", image, ports: [{ containerPort: 80 }], ...container }] },
    },
  },
});

const apply = <T extends KubernetesObject>(object: T, manager = "orrery", force = false, dryRun?: string): Promise<T> =>
  objects.patch(object, undefined, dryRun, manager, force, kube.PatchStrategy.ServerSideApply);

const read = (name: string): Promise<V1Deployment> => apps.readNamespacedDeployment({ name, namespace });

async function refusal(attempt: Promise<unknown>): Promise<V1Status> {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof kube.ApiException)) throw new Error(`expected a refusal, got ${String(error)}`);
  const body: unknown = error.body;
  return (typeof body === "string" ? JSON.parse(body) : body) as V1Status;
}

const get = (path: string, signal?: AbortSignal): Promise<Response> =>
  fetch(url + path, { headers: { authorization: `Bearer ${token}` }, ...(signal && { signal }) });

interface WatchEvent {
  readonly type: string;
  readonly object: {
    readonly metadata: { readonly name: string; readonly resourceVersion: string };
    readonly code?: number;
  };
}

/** Opens a watch as raw lines; `events` grows, `ended` resolves with how it ended. */
async function watch(
  path: string,
  query: Record<string, string>,
): Promise<{ events: WatchEvent[]; ended: Promise<"closed" | "broken">; stop(): void }> {
  const abort = new AbortController();
  const response = await get(`${path}?${new URLSearchParams({ watch: "1", ...query }).toString()}`, abort.signal);
  const events: WatchEvent[] = [];
  const drain = async (): Promise<"closed" | "broken"> => {
    let rest = "";
    try {
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop()!;
        for (const line of lines) events.push(JSON.parse(line) as WatchEvent);
      }
      return "closed";
    } catch {
      return "broken";
    }
  };
  return { events, ended: drain(), stop: () => abort.abort() };
}

test("a Deployment that is applied becomes available, and a watch sees it get there", async () => {
  await newNamespace();
  const watching = await watch("/apis/apps/v1/deployments", { fieldSelector: `metadata.namespace=${namespace}` });
  const created = await apply(deployment("web", "shop/web:1.0"));
  expect(created).toMatchObject({
    metadata: { generation: 1 },
    spec: { progressDeadlineSeconds: 600, strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%" } } },
  });
  await eventually(async () =>
    expect((await read("web")).status).toMatchObject({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
    }),
  );
  const { items } = await core.listNamespacedPod({ namespace, labelSelector: "app=web" });
  expect(items.map(({ status }) => status?.phase)).toEqual(["Running", "Running", "Running"]);
  const reasons = watching.events.map(
    ({ object }) => (object as V1Deployment).status?.conditions?.find(({ type }) => type === "Progressing")?.reason,
  );
  expect([...new Set(reasons)].filter(Boolean)).toEqual([
    "NewReplicaSetCreated",
    "ReplicaSetUpdated",
    "NewReplicaSetAvailable",
  ]);
  const events = await core.listNamespacedEvent({
    namespace,
    fieldSelector: `involvedObject.name=${items[0]!.metadata!.name}`,
  });
  expect(new Set(events.items.map(({ reason }) => reason))).toEqual(
    new Set(["Scheduled", "Pulling", "Pulled", "Created", "Started"]),
  );
  watching.stop();
});

test("a new image rolls over without losing availability, and rolling back reuses the ReplicaSet", async () => {
  await newNamespace();
  await apply(deployment("web", "shop/web:1.0"));
  const isAt = (revision: string, generation: number) => async () => {
    const now = await read("web");
    expect(now.metadata?.annotations?.["deployment.kubernetes.io/revision"]).toBe(revision);
    expect(now.status).toMatchObject({
      observedGeneration: generation,
      replicas: 3,
      updatedReplicas: 3,
      availableReplicas: 3,
    });
  };
  await eventually(isAt("1", 1));
  const watching = await watch("/apis/apps/v1/deployments", { fieldSelector: `metadata.namespace=${namespace}` });
  await apply(deployment("web", "shop/web:2.0"));
  await eventually(isAt("2", 2));
  for (const { object } of watching.events)
    expect((object as V1Deployment).status?.availableReplicas).toBeGreaterThanOrEqual(3);
  watching.stop();
  await apply(deployment("web", "shop/web:1.0"));
  await eventually(isAt("3", 3));
  expect((await apps.listNamespacedReplicaSet({ namespace })).items).toHaveLength(2);
});

test("applying again what is there changes nothing", async () => {
  await newNamespace();
  await apply(deployment("web", "shop/web:1.0"));
  await eventually(async () => expect((await read("web")).status?.availableReplicas).toBe(3));
  const before = await read("web");
  await apply(deployment("web", "shop/web:1.0"));
  expect((await read("web")).metadata).toEqual(before.metadata);
});

test("another manager's field is a conflict unless forced, and what a manager no longer applies goes", async () => {
  await newNamespace();
  const env = {
    env: [
      { name: "A", value: "1" },
      { name: "B", value: "2" },
    ],
  };
  await apply(deployment("web", "shop/web:1.0", {}, env));
  const status = await refusal(apply(deployment("web", "shop/web:2.0"), "intruder"));
  expect(status).toMatchObject({
    code: 409,
    reason: "Conflict",
    details: {
      causes: [
        {
          reason: "FieldManagerConflict",
          message: 'conflict with "orrery"',
          field: '.spec.template.spec.containers[name="main"].image',
        },
      ],
    },
  });
  await apply(deployment("web", "shop/web:2.0"), "intruder", true);
  await apply(deployment("web", "shop/web:2.0", {}, { env: [{ name: "A", value: "1" }] }));
  const { spec } = await read("web");
  expect(spec?.template.spec?.containers).toMatchObject([{ image: "shop/web:2.0", env: [{ name: "A", value: "1" }] }]);
  expect(spec?.template.spec?.containers[0]?.env).toHaveLength(1);
});

test("what someone else set by an update is theirs, and stays", async () => {
  await newNamespace();
  const { replicas: _, ...spec } = deployment("web", "shop/web:1.0").spec;
  await apply({ ...deployment("web", "shop/web:1.0"), spec });
  await apps.patchNamespacedDeploymentScale(
    { name: "web", namespace, body: { spec: { replicas: 2 } }, fieldManager: "autoscaler" },
    kube.setHeaderOptions("Content-Type", kube.PatchStrategy.MergePatch),
  );
  await apply({
    ...deployment("web", "shop/web:1.1"),
    spec: { ...spec, template: deployment("web", "shop/web:1.1").spec.template },
  });
  expect((await read("web")).spec?.replicas).toBe(2);
  expect((await refusal(apply(deployment("web", "shop/web:1.1")))).message).toMatch(
    /^Apply failed with 1 conflict: conflict with "autoscaler" with subresource "scale" using apps\/v1: \.spec\.replicas$/,
  );
});

test("a dry run answers with the object and stores nothing", async () => {
  await newNamespace();
  const shown = (await apply(deployment("web", "shop/web:1.0"), "orrery", false, "All")) as V1Deployment;
  expect(shown.spec?.revisionHistoryLimit).toBe(10);
  expect(await refusal(read("web"))).toMatchObject({
    code: 404,
    reason: "NotFound",
    message: 'deployments.apps "web" not found',
    details: { name: "web", group: "apps", kind: "deployments" },
  });
});

test.each<[string, string, object]>([
  ["missing", "ImagePullBackOff", { restartCount: 0 }],
  ["1.2-crash", "CrashLoopBackOff", { lastState: { terminated: { exitCode: 1, reason: "Error" } } }],
  ["oom.3", "CrashLoopBackOff", { lastState: { terminated: { exitCode: 137, reason: "OOMKilled" } } }],
])("an image tagged %s ends in %s", async (tag, reason, status) => {
  await newNamespace();
  await apply(deployment("web", `shop/web:${tag}`, { replicas: 1, progressDeadlineSeconds: 20 }));
  await eventually(async () => {
    const { items } = await core.listNamespacedPod({ namespace });
    expect(items[0]?.status?.containerStatuses?.[0]).toMatchObject({
      ready: false,
      state: { waiting: { reason } },
      ...status,
    });
  });
  await eventually(async () => {
    const { status: seen } = await read("web");
    expect(seen?.conditions?.find(({ type }) => type === "Progressing")).toMatchObject({
      status: "False",
      reason: "ProgressDeadlineExceeded",
    });
    expect(seen?.unavailableReplicas).toBe(1);
  });
});

test("a paused Deployment replaces no pods and exceeds no deadline, until it is resumed", async () => {
  await newNamespace();
  const wanted = (paused: boolean) =>
    deployment("web", "shop/web:2.0", { replicas: 1, progressDeadlineSeconds: 5, paused });
  const progressing = async (): Promise<object | undefined> =>
    (await read("web")).status?.conditions?.find(({ type }) => type === "Progressing");
  await apply(wanted(true));
  await eventually(async () =>
    expect(await progressing()).toMatchObject({ status: "Unknown", reason: "DeploymentPaused" }),
  );
  // Longer than the deadline, at the sandbox's pace.
  await sleep(600);
  expect(await progressing()).toMatchObject({ reason: "DeploymentPaused" });
  expect((await core.listNamespacedPod({ namespace })).items).toEqual([]);
  await apply(wanted(false));
  await eventually(async () => expect(await progressing()).toMatchObject({ reason: "NewReplicaSetAvailable" }));
});

test("a pod that fits nowhere says so", async () => {
  await newNamespace();
  await apply(deployment("web", "shop/web:1.0", { replicas: 1 }, { resources: { requests: { cpu: "100" } } }));
  await eventually(async () => {
    const { items } = await core.listNamespacedPod({ namespace, fieldSelector: "status.phase=Pending" });
    expect(items[0]?.status?.conditions?.[0]).toMatchObject({
      type: "PodScheduled",
      status: "False",
      reason: "Unschedulable",
      message: expect.stringContaining("Insufficient cpu"),
    });
  });
});

test("a quota stops the ReplicaSet, and the Deployment tells why", async () => {
  await newNamespace();
  await core.createNamespacedResourceQuota({
    namespace,
    body: { metadata: { name: "few" }, spec: { hard: { pods: "2" } } },
  });
  await apply(deployment("web", "shop/web:1.0"));
  await eventually(async () => {
    const failure = (await read("web")).status?.conditions?.find(({ type }) => type === "ReplicaFailure");
    expect(failure).toMatchObject({
      status: "True",
      reason: "FailedCreate",
      message: expect.stringContaining("exceeded quota: few, requested: pods=1, used: pods=2, limited: pods=2"),
    });
  });
});

/** As PodSecurity admission of Kubernetes 1.31 words it. */
test.each<[string, string, object, object, string]>([
  ["host namespaces", "baseline", { hostNetwork: true, hostPID: true }, {}, "host namespaces (hostNetwork=true, hostPID=true)"],
  ["hostPath", "baseline", { volumes: [{ name: "a", hostPath: { path: "/" } }] }, {}, `hostPath volumes (volume "a")`],
  ["privileged", "baseline", {}, { privileged: true }, `privileged (container "main" must not set securityContext.privileged=true)`],
  ["capabilities", "baseline", {}, { capabilities: { add: ["SYS_ADMIN", "CHOWN"] } }, `non-default capabilities (container "main" must not include "SYS_ADMIN" in securityContext.capabilities.add)`],
  ["sysctls", "baseline", { securityContext: { sysctls: [{ name: "kernel.msgmax", value: "1" }] } }, {}, "forbidden sysctls (kernel.msgmax)"],
  ["several at once", "baseline", { hostIPC: true }, { procMount: "Unmasked" }, `host namespaces (hostIPC=true), procMount (container "main" must not set securityContext.procMount to "Unmasked")`],
  ["root", "restricted", {}, { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, seccompProfile: { type: "RuntimeDefault" } }, `runAsNonRoot != true (pod or container "main" must set securityContext.runAsNonRoot=true)`],
])("a namespace that enforces a Pod Security Standard has no pods with %s", async (_what, level, pod, securityContext, why) => {
  await newNamespace();
  const labels = { "pod-security.kubernetes.io/enforce": level };
  await core.patchNamespace({ name: namespace, body: [{ op: "add", path: "/metadata/labels", value: labels }] });
  const wanted = deployment("web", "shop/web:1.0", {}, { securityContext });
  Object.assign(wanted.spec.template.spec, pod);
  await apply(wanted);
  const message = `is forbidden: violates PodSecurity "${level}:latest": ${why}`;
  await eventually(async () => {
    const failure = (await read("web")).status?.conditions?.find(({ type }) => type === "ReplicaFailure");
    expect(failure).toMatchObject({ reason: "FailedCreate", message: expect.stringMatching(/^pods "web-.*" is forbidden/) });
    expect(failure!.message!.endsWith(message)).toBe(true);
  });
}); // prettier-ignore

test("a map that was applied empty keeps what is applied into it", async () => {
  await newNamespace();
  const wanted = (securityContext: object) => deployment("web", "shop/web:1.0", {}, { securityContext });
  await apply(wanted({}));
  await apply(wanted({ runAsUser: 7 }));
  expect((await read("web")).spec?.template.spec?.containers[0]?.securityContext).toEqual({ runAsUser: 7 });
});

test.each<[string, () => KubernetesObject, string]>([
  ["a bad name", () => deployment("web_1", "x"), "metadata.name"],
  [
    "no containers",
    () => ({
      ...deployment("web", "x"),
      spec: {
        selector: { matchLabels: { app: "web" } },
        template: { metadata: { labels: { app: "web" } }, spec: { containers: [] } },
      },
    }),
    "spec.template.spec.containers",
  ],
  [
    "a selector that misses its pods",
    () => deployment("web", "x", { selector: { matchLabels: { app: "other" } } }),
    "spec.template.metadata.labels",
  ],
  [
    "a pull secret that is no JSON",
    () => ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "pull", namespace },
      type: "kubernetes.io/dockerconfigjson",
      data: { ".dockerconfigjson": "eA==" },
    }),
    "data[.dockerconfigjson]",
  ],
])("%s is invalid", async (_what, object, field) => {
  await newNamespace();
  const status = await refusal(apply(object()));
  expect(status).toMatchObject({ code: 422, reason: "Invalid", status: "Failure" });
  expect(status.details?.causes?.map((cause) => cause.field)).toContain(field);
});

test("a list comes in pages, selected by labels, all of one moment", async () => {
  await newNamespace();
  for (const name of ["a", "b", "c", "d"])
    await core.createNamespacedConfigMap({
      namespace,
      body: { metadata: { name, labels: { tier: name < "c" ? "low" : "high" } } },
    });
  const first = await core.listNamespacedConfigMap({ namespace, limit: 1, labelSelector: "tier in (low,mid)" });
  expect(first.items.map(({ metadata }) => metadata?.name)).toEqual(["a"]);
  const second = await core.listNamespacedConfigMap({
    namespace,
    limit: 1,
    labelSelector: "tier in (low,mid)",
    _continue: first.metadata?._continue,
  });
  expect(second.items.map(({ metadata }) => metadata?.name)).toEqual(["b"]);
  expect(second.metadata).toEqual({ resourceVersion: first.metadata?.resourceVersion });
});

test("an outdated update is a conflict", async () => {
  await newNamespace();
  const body = await core.createNamespacedConfigMap({
    namespace,
    body: { metadata: { name: "settings" }, data: { a: "1" } },
  });
  await core.replaceNamespacedConfigMap({
    name: "settings",
    namespace,
    body: { metadata: body.metadata!, data: { a: "2" } },
  });
  expect(await refusal(core.replaceNamespacedConfigMap({ name: "settings", namespace, body }))).toMatchObject({
    code: 409,
    reason: "Conflict",
  });
});

test("a watch goes on from where a list was, and a compacted place is gone", async () => {
  await newNamespace();
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const { metadata } = await core.listNamespacedConfigMap({ namespace });
  const resourceVersion = metadata!.resourceVersion!;
  await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: "a" } } });
  const watching = await watch(path, { resourceVersion });
  await core.deleteNamespacedConfigMap({ name: "a", namespace });
  await eventually(() => expect(watching.events.map(({ type }) => type)).toEqual(["ADDED", "DELETED"]));
  sandbox.compact();
  expect(await watching.ended).toBe("closed");
  expect(watching.events.at(-1)).toMatchObject({
    type: "ERROR",
    object: { kind: "Status", code: 410, reason: "Expired" },
  });
  const late = await watch(path, { resourceVersion });
  expect(await late.ended).toBe("closed");
  expect(late.events).toMatchObject([{ type: "ERROR", object: { code: 410 } }]);
});

test("watches can be closed, reset and stalled from outside, and are counted", async () => {
  await newNamespace();
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const fault = (name: string) => fetch(`${url}/_sandbox/kubernetes/${name}`, { method: "POST" });
  const closed = await watch(path, {});
  expect(sandbox.openWatches).toBe(1);
  await fault("close-watches");
  expect(await closed.ended).toBe("closed");
  const reset = await watch(path, {});
  await fault("reset-watches");
  expect(await reset.ended).toBe("broken");
  const stalled = await watch(path, {});
  const open = await watch(path, {});
  await fault("stall-watches");
  const fresh = await watch(path, {});
  await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: "a" } } });
  await eventually(() => expect(fresh.events).toHaveLength(1));
  expect([...stalled.events, ...open.events]).toEqual([]);
  for (const one of [stalled, open, fresh]) one.stop();
});

test("a log is followed, without repeating or missing a line", async () => {
  await newNamespace();
  await core.createNamespacedPod({
    namespace,
    body: {
      metadata: { name: "solo", annotations: { "hollow.node/log-interval-ms": "0", "hollow.node/log-lines": "2" } },
      spec: { containers: [{ name: "main", image: "x:1" }] },
    },
  });
  await eventually(async () =>
    expect((await core.readNamespacedPod({ name: "solo", namespace })).status?.phase).toBe("Running"),
  );
  const response = await get(`/api/v1/namespaces/${namespace}/pods/solo/log?follow=true&timestamps=true&tailLines=1`);
  const text = response.text();
  const moment = BigInt(Date.now() + 1000) * 1_000_000n;
  sandbox.printLine(namespace, "solo", "main", "twin 1", moment);
  sandbox.printLine(namespace, "solo", "main", "twin 2", moment);
  await core.deleteNamespacedPod({ name: "solo", namespace, gracePeriodSeconds: 0 });
  const lines = (await text).trimEnd().split("\n");
  expect(lines.map((line) => line.replace(/^\S{10}T\d\d:\d\d:\d\d\.\d{9}Z /, ""))).toEqual([
    "solo/main line 2: 服务 ready — ok",
    "twin 1",
    "twin 2",
  ]);
});

test("deleting a namespace takes everything in it away, and lets nothing new in", async () => {
  await newNamespace();
  await apply(deployment("web", "shop/web:1.0"));
  await eventually(async () => expect((await read("web")).status?.availableReplicas).toBe(3));
  await core.deleteNamespace({ name: namespace });
  expect(
    await refusal(core.createNamespacedConfigMap({ namespace, body: { metadata: { name: "late" } } })),
  ).toMatchObject({ code: 403, reason: "Forbidden", details: { causes: [{ reason: "NamespaceTerminating" }] } });
  await eventually(async () => expect((await refusal(core.readNamespace({ name: namespace }))).code).toBe(404));
  for (const kind of ["Pod", "ReplicaSet", "Deployment", "ServiceAccount", "Event"])
    expect(sandbox.objects(kind, namespace)).toEqual([]);
});

test("a Deployment's pods leave after it, in the foreground or behind it", async () => {
  await newNamespace();
  for (const propagationPolicy of ["Background", "Foreground"] as const) {
    await apply(deployment("web", "shop/web:1.0"));
    await eventually(async () => expect((await read("web")).status?.availableReplicas).toBe(3));
    await apps.deleteNamespacedDeployment({ name: "web", namespace, propagationPolicy });
    await eventually(async () => expect((await refusal(read("web"))).code).toBe(404));
    await eventually(() =>
      expect([...sandbox.objects("Pod", namespace), ...sandbox.objects("ReplicaSet", namespace)]).toEqual([]),
    );
  }
});

test("without the token nothing is told", async () => {
  const response = await fetch(`${url}/api/v1/pods`);
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ kind: "Status", reason: "Unauthorized", code: 401 });
});
