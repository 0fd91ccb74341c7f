import { describe, expect, test } from "@jest/globals";
import { toClusterEvent, toPod, toWorkload } from "./translation.js";
import type { WireDeployment, WirePod } from "./wire.js";

const owned = { "orrery.dev/app": "app_1", "orrery.dev/release": "rel_1" };

const deployment: WireDeployment = {
  metadata: { name: "api", namespace: "pay", generation: 4, labels: owned },
  spec: {
    replicas: 3,
    template: {
      spec: {
        containers: [
          { name: "proxy", image: "proxy:9" },
          { name: "api", image: "api:2" },
        ],
      },
    },
  },
  status: { observedGeneration: 4, replicas: 4, updatedReplicas: 3, readyReplicas: 2, availableReplicas: 1 },
};
const withConditions = (...conditions: { type: string; status: string; reason?: string; message?: string }[]) => ({
  ...deployment,
  status: { ...deployment.status, conditions },
});

describe("a workload", () => {
  test("is counted and named in our words", () => {
    expect(toWorkload(deployment)).toEqual({
      namespace: "pay",
      name: "api",
      appId: "app_1",
      releaseId: "rel_1",
      image: "api:2",
      generation: 4,
      observedGeneration: 4,
      desired: 3,
      updated: 3,
      ready: 2,
      available: 1,
      total: 4,
      paused: false,
    });
    expect(toWorkload({ ...deployment, spec: { ...deployment.spec, paused: true } })?.paused).toBe(true);
  });

  test("that the controller has not seen yet counts nothing, and wants one replica by default", () => {
    const { metadata } = deployment;
    expect(toWorkload({ metadata })).toMatchObject({
      image: "",
      observedGeneration: 0,
      desired: 1,
      ready: 0,
      total: 0,
    });
  });

  test("takes its image from the first container when none has its name", () => {
    const template = {
      spec: {
        containers: [
          { name: "main", image: "x:1" },
          { name: "side", image: "y:1" },
        ],
      },
    };
    expect(toWorkload({ ...deployment, spec: { template } })?.image).toBe("x:1");
  });

  test("without an app's label is none of ours", () => {
    expect(toWorkload({ metadata: { name: "api", namespace: "pay" } })).toBeUndefined();
  });

  test.each<[string, WireDeployment, object]>([
    [
      "is overdue",
      withConditions({
        type: "Progressing",
        status: "False",
        reason: "ProgressDeadlineExceeded",
        message: "timed out",
      }),
      { deadlineExceeded: "timed out" },
    ],
    [
      "is paused",
      withConditions({ type: "Progressing", status: "Unknown", reason: "DeploymentPaused", message: "paused" }),
      {},
    ],
    [
      "may not create pods",
      withConditions({ type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: "exceeded quota" }),
      { replicaFailure: "exceeded quota" },
    ],
    ["could not once", withConditions({ type: "ReplicaFailure", status: "False", reason: "FailedCreate" }), {}],
    [
      "says only a reason",
      withConditions({ type: "ReplicaFailure", status: "True", reason: "FailedCreate" }),
      { replicaFailure: "FailedCreate" },
    ],
  ])("that %s", (_what, seen, told) => {
    const { deadlineExceeded, replicaFailure } = toWorkload(seen)!;
    expect({ deadlineExceeded, replicaFailure }).toEqual({
      deadlineExceeded: undefined,
      replicaFailure: undefined,
      ...told,
    });
  });
});

const pod: WirePod = {
  metadata: { name: "api-1", namespace: "pay", uid: "u1", creationTimestamp: "2026-01-02T03:04:05Z", labels: owned },
  spec: { nodeName: "node-1", containers: [{ name: "api", image: "api:2" }] },
  status: {
    phase: "Running",
    startTime: "2026-01-02T03:04:06Z",
    conditions: [{ type: "Ready", status: "True" }],
    containerStatuses: [{ name: "api", ready: true, restartCount: 1, state: { running: {} } }],
  },
};
const withContainer = (status: NonNullable<NonNullable<WirePod["status"]>["containerStatuses"]>[number]): WirePod => ({
  ...pod,
  status: { phase: "Running", containerStatuses: [status] },
});

describe("a pod", () => {
  test("is shown in our words", () => {
    expect(toPod(pod)).toEqual({
      namespace: "pay",
      name: "api-1",
      uid: "u1",
      appId: "app_1",
      releaseId: "rel_1",
      phase: "RUNNING",
      ready: true,
      leaving: false,
      node: "node-1",
      createdAt: new Date("2026-01-02T03:04:05Z"),
      startedAt: new Date("2026-01-02T03:04:06Z"),
      containers: [{ name: "api", image: "api:2", phase: "RUNNING", ready: true, restarts: 1 }],
    });
  });

  test("that no node takes says why", () => {
    const conditions = [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/3 nodes: cpu" }];
    expect(toPod({ ...pod, status: { phase: "Pending", conditions } })).toMatchObject({
      phase: "PENDING",
      ready: false,
      unschedulable: "0/3 nodes: cpu",
    });
  });

  test("that was asked to go is leaving", () => {
    const metadata = { ...pod.metadata, deletionTimestamp: "2026-01-02T03:05:00Z" };
    expect(toPod({ ...pod, metadata })?.leaving).toBe(true);
  });

  test("of a phase that we do not know is unknown", () => {
    expect(toPod({ ...pod, status: { phase: "Dreaming" } })?.phase).toBe("UNKNOWN");
  });

  test.each<[string, WirePod, object]>([
    ["has no status yet", { ...pod, status: {} }, { phase: "WAITING", ready: false, restarts: 0 }],
    [
      "cannot pull its image",
      withContainer({ name: "api", state: { waiting: { reason: "ImagePullBackOff", message: "no such tag" } } }),
      { phase: "WAITING", reason: "ImagePullBackOff", message: "no such tag" },
    ],
    [
      "crashes again and again",
      withContainer({
        name: "api",
        restartCount: 7,
        state: { waiting: { reason: "CrashLoopBackOff" } },
        lastState: { terminated: { reason: "OOMKilled", exitCode: 137 } },
      }),
      { phase: "WAITING", restarts: 7, reason: "CrashLoopBackOff", lastReason: "OOMKilled", lastExitCode: 137 },
    ],
    [
      "is over",
      withContainer({ name: "api", state: { terminated: { reason: "Completed", exitCode: 0 } } }),
      { phase: "TERMINATED", reason: "Completed", exitCode: 0 },
    ],
    [
      "was evicted before it ran",
      { ...pod, status: { phase: "Failed", reason: "Evicted", message: "low on memory" } },
      { phase: "WAITING", reason: "Evicted", message: "low on memory" },
    ],
  ])("whose container %s", (_what, seen, told) => {
    expect(toPod(seen)?.containers[0]).toMatchObject({ name: "api", image: "api:2", ...told });
  });

  test.each<[string, object, readonly string[]]>([
    ["waits", { waiting: { reason: "ImagePullBackOff" } }, ["migrate", "api"]],
    ["failed", { terminated: { exitCode: 1 } }, ["migrate", "api"]],
    ["is done", { terminated: { exitCode: 0 } }, ["api"]],
  ])("whose init container %s", (_what, state, names) => {
    const spec = { ...pod.spec, initContainers: [{ name: "migrate", image: "m:1" }] };
    const status = { ...pod.status, initContainerStatuses: [{ name: "migrate", state }] };
    expect(toPod({ ...pod, spec, status })?.containers.map(({ name }) => name)).toEqual(names);
  });
});

describe("an event", () => {
  const metadata = { name: "api-1.17", creationTimestamp: "2026-01-01T00:00:00Z" };
  test.each<[string, object, object]>([
    [
      "of the old kind",
      { count: 3, lastTimestamp: "2026-01-01T00:03:00Z" },
      { count: 3, lastSeenAt: new Date("2026-01-01T00:03:00Z") },
    ],
    [
      "of the new kind, repeated",
      {
        lastTimestamp: null,
        eventTime: "2026-01-01T00:00:01.5Z",
        series: { count: 9, lastObservedTime: "2026-01-01T00:09:00Z" },
      },
      { count: 9, lastSeenAt: new Date("2026-01-01T00:09:00Z") },
    ],
    [
      "of the new kind, once",
      { lastTimestamp: null, series: null, eventTime: "2026-01-01T00:00:01.500000Z" },
      { count: 1, lastSeenAt: new Date("2026-01-01T00:00:01.500Z") },
    ],
    ["that says little", {}, { count: 1, lastSeenAt: new Date("2026-01-01T00:00:00Z") }],
  ])("%s", (_what, fields, told) => {
    const seen = toClusterEvent({ metadata, type: "Warning", reason: "BackOff", message: "again", ...fields });
    expect(seen).toEqual({ reason: "BackOff", message: "again", warning: true, ...told });
  });
});
