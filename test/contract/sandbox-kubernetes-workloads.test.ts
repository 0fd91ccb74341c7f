import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import type { V1Deployment } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../support/eventually.js";
import {
  apply,
  apps,
  close,
  core,
  deployment,
  namespace,
  newNamespace,
  noWatchIsOpen,
  open,
  read,
  refusal,
  sandbox,
  watch,
} from "../support/sandbox-kubernetes.js";

beforeAll(open);
afterAll(close);
afterEach(noWatchIsOpen);

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
