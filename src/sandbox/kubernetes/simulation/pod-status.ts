import { type Condition, timestamp } from "../kube-object.js";
import type { Pod } from "../workload-types.js";
import type { ContainerRun } from "./container-run.js";

/** A condition set among others; its transition time moves only when its status does. */
export function withCondition(
  conditions: readonly Condition[] = [],
  next: Omit<Condition, "lastTransitionTime">,
): readonly Condition[] {
  const before = conditions.find(({ type }) => type === next.type);
  const lastTransitionTime = before?.status === next.status ? (before.lastTransitionTime ?? timestamp()) : timestamp();
  const condition: Condition = { ...next, lastTransitionTime };
  return before ? conditions.map((old) => (old === before ? condition : old)) : [...conditions, condition];
}

/** The pod's status as the kubelet reports it for these containers. */
export function podStatus(pod: Pod, runs: readonly ContainerRun[], podIP: string): Pod["status"] {
  const isReady = runs.every(({ ready }) => ready);
  const unready = runs.filter(({ ready }) => !ready).map(({ container }) => container.name);
  const over = runs.every(({ state }) => state.terminated !== undefined) && pod.spec.restartPolicy !== "Always";
  const hasFailed = runs.some(({ state }) => state.terminated !== undefined && state.terminated.exitCode !== 0);
  const hasStarted = runs.every(
    (run) =>
      run.isRunning ||
      run.restartCount > 0 ||
      run.state.terminated !== undefined ||
      run.state.waiting?.reason === "CrashLoopBackOff",
  );
  const readiness = isReady
    ? { status: "True" as const }
    : {
        status: "False" as const,
        reason: over && !hasFailed ? "PodCompleted" : "ContainersNotReady",
        message: `containers with unready status: [${unready.join(" ")}]`,
      };
  let conditions = withCondition(pod.status.conditions, {
    type: "PodReadyToStartContainers",
    status: "True",
    lastProbeTime: null,
  });
  conditions = withCondition(conditions, { type: "Initialized", status: "True", lastProbeTime: null });
  conditions = withCondition(conditions, { type: "Ready", lastProbeTime: null, ...readiness });
  conditions = withCondition(conditions, { type: "ContainersReady", lastProbeTime: null, ...readiness });
  return {
    ...pod.status,
    phase: over ? (hasFailed ? "Failed" : "Succeeded") : hasStarted ? "Running" : "Pending",
    conditions,
    hostIP: "127.0.0.1",
    hostIPs: [{ ip: "127.0.0.1" }],
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: pod.status.startTime ?? timestamp(),
    containerStatuses: runs.map((run) => run.status()),
  };
}
