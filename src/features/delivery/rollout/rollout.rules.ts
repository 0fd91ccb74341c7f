import type { ClusterEvent, Pod, PodContainer, Workload } from "../../../upstreams/cluster.js";
import {
  conditionAfter,
  type Condition,
  type ConditionCode,
  type ObservedCondition,
} from "../../foundation/condition.js";
import type { PodProgress, Rollout, RolloutPhase, RolloutProgress } from "./rollout.entity.js";

/** The state of a rollout as judged from the cluster. */
interface RolloutStatus {
  readonly phase: Extract<RolloutPhase, "PROGRESSING" | "SUCCEEDED" | "FAILED">;
  readonly progress: RolloutProgress;
  readonly condition: Condition | null;
}

/** The state of the cluster from which a rollout is judged. */
interface RolloutSnapshot {
  readonly releaseId: string;
  readonly workload: Workload | undefined;
  readonly pods: readonly Pod[];
  /** The result of the last reconcile; its condition says since when a code holds. */
  readonly former: Pick<Rollout, "progress" | "condition">;
  readonly now: Date;
  /** A pod that cannot start may recover within this time (say, when a registry was unavailable) before the rollout fails. */
  readonly graceMs: number;
}

/** Conditions that fail the rollout after the grace time; the others wait for the cluster's own deadline. */
const fatalCodes: ReadonlySet<ConditionCode> = new Set([
  "IMAGE_PULL",
  "CONTAINER_CONFIG",
  "CRASH_LOOP",
  "OUT_OF_MEMORY",
  "POD_SECURITY",
]);

/**
 * Judges a rollout from the observed state of the cluster alone. Until the Deployment controller has observed our change,
 * its status (even a failure) belongs to the rollout before this one.
 */
export function judge({ releaseId, workload, pods, former, now, graceMs }: RolloutSnapshot): RolloutStatus {
  const ours =
    workload?.releaseId === releaseId && workload.observedGeneration >= workload.generation ? workload : undefined;
  const shown = pods.map((pod) => podProgress(pod, releaseId));
  const counts = {
    wanted: workload?.desired ?? former.progress.wanted,
    updated: ours?.updated ?? 0,
    ready: shown.filter(({ isNew, ready, leaving }) => isNew && ready && !leaving).length,
    available: ours?.available ?? 0,
    old: shown.filter(({ isNew, leaving }) => !isNew && !leaving).length,
    pods: shown,
  };
  if (ours && ours.updated === ours.desired && ours.available === ours.desired && ours.total === ours.desired) {
    return { phase: "SUCCEEDED", progress: counts, condition: null };
  }
  const found =
    ours &&
    findCondition(
      ours,
      pods.filter((pod) => pod.releaseId === releaseId && !pod.leaving),
    );
  const condition = conditionAfter(former.condition, found && withKnownEvent(found, former.condition), now);
  if (!condition) return { phase: "PROGRESSING", progress: counts, condition };
  const overdue = fatalCodes.has(condition.code) && now.getTime() - Date.parse(condition.since) >= graceMs;
  const failed = overdue || ours?.deadlineExceeded !== undefined;
  return { phase: failed ? "FAILED" : "PROGRESSING", progress: counts, condition };
}

/** The event of the same condition of the same pod is known already. */
const withKnownEvent = (found: ObservedCondition, former: Condition | null | undefined): ObservedCondition =>
  former?.code === found.code && former.evidence && former.evidence.pod === found.evidence?.pod
    ? { ...found, evidence: former.evidence }
    : found;

/** The most severe reason why the new pods do not become ready. */
function findCondition(workload: Workload, pods: readonly Pod[]): ObservedCondition | undefined {
  if (workload.paused && workload.deadlineExceeded === undefined) return paused(workload);
  for (const check of [imagePull, containerConfig, outOfMemory, crashLoop, unschedulable]) {
    for (const pod of pods) {
      const found = check(pod);
      if (found) return { ...found, evidence: { pod: pod.name } };
    }
  }
  if (workload.replicaFailure?.includes("violates PodSecurity")) {
    return {
      code: "POD_SECURITY",
      message: `The namespace does not take such pods; change the spec's \`security\` or the template that asks for it: ${workload.replicaFailure}`,
    };
  }
  if (workload.replicaFailure !== undefined) {
    return { code: "QUOTA", message: `Kubernetes refuses to create pods: ${workload.replicaFailure}` };
  }
  const unready = pods.find((pod) => pod.containers.some(({ phase, ready }) => phase === "RUNNING" && !ready));
  if (workload.deadlineExceeded !== undefined) {
    return unready
      ? {
          code: "PROBE_FAILING",
          message: `The readiness probe did not succeed before the deadline: ${workload.deadlineExceeded}`,
          evidence: { pod: unready.name },
        }
      : { code: "DEADLINE", message: workload.deadlineExceeded };
  }
  return undefined;
}

const paused = ({ name, namespace }: Workload): ObservedCondition => ({
  code: "PAUSED",
  message: `The Deployment is paused, so no pods are replaced until somebody resumes it: kubectl rollout resume deployment/${name} -n ${namespace}`,
});

type PodCheck = (pod: Pod) => ObservedCondition | undefined;

const imagePullReasons = new Set([
  "ImagePullBackOff",
  "ErrImagePull",
  "InvalidImageName",
  "ErrImageNeverPull",
  "RegistryUnavailable",
]);

const imagePull: PodCheck = ({ containers }) => {
  const stuck = containers.find(({ phase, reason }) => phase === "WAITING" && imagePullReasons.has(reason ?? ""));
  return (
    stuck && {
      code: "IMAGE_PULL",
      message: `The image ${stuck.image} cannot be pulled: ${stuck.message ?? stuck.reason}`,
    }
  );
};

const containerConfig: PodCheck = ({ containers }) => {
  const stuck = containers.find(
    ({ phase, reason }) =>
      phase === "WAITING" && (reason === "CreateContainerConfigError" || reason === "CreateContainerError"),
  );
  if (!stuck) return undefined;
  const message = stuck.message ?? stuck.reason!;
  // Messages of the kubelet since Kubernetes 1.5, for an image without a user or with a named one.
  const isRoot = /runAsNonRoot|breaks non-root policy/.test(message);
  return {
    code: "CONTAINER_CONFIG",
    message: isRoot
      ? `The container ${stuck.name} must not run as root: ${message}. End its Dockerfile with a numeric \`USER\`, or give the spec's \`security.runAsUser\`; \`security.runAsRoot\` lets it, and needs \`app:privilege\`.`
      : `The container ${stuck.name} cannot be made: ${message}`,
  };
};

const outOfMemory: PodCheck = ({ containers }) => {
  const killed = containers.find(
    ({ reason, lastReason, ready }) => reason === "OOMKilled" || (lastReason === "OOMKilled" && !ready),
  );
  return (
    killed && {
      code: "OUT_OF_MEMORY",
      message: `The container ${killed.name} used more memory than its limit and was killed.`,
    }
  );
};

const crashLoop: PodCheck = ({ containers }) => {
  const crashed = containers.find(
    ({ reason, restarts, ready, lastExitCode }) =>
      reason === "CrashLoopBackOff" || (restarts >= 2 && !ready && lastExitCode !== undefined),
  );
  return (
    crashed && {
      code: "CRASH_LOOP",
      message: `The container ${crashed.name} keeps ending${exit(crashed)} after it was started ${crashed.restarts + 1} times.`,
    }
  );
};

const unschedulable: PodCheck = (pod) =>
  pod.unschedulable === undefined
    ? undefined
    : { code: "UNSCHEDULABLE", message: `No node takes the pod: ${pod.unschedulable}` };

const exit = ({ lastExitCode, exitCode }: PodContainer): string => {
  const code = lastExitCode ?? exitCode;
  return code === undefined ? "" : ` with exit code ${code}`;
};

/** The condition of a running pod whose readiness probe fails, by its event. */
export function probeFailing(pod: Pod, { reason, message }: ClusterEvent): ObservedCondition {
  return {
    code: "PROBE_FAILING",
    message: `The pod runs but is not ready: ${message}`,
    evidence: { pod: pod.name, event: `${reason}: ${message}` },
  };
}

function podProgress(pod: Pod, releaseId: string): PodProgress {
  const stuck = pod.containers.find(({ phase, reason }) => phase !== "RUNNING" && reason);
  const phase = {
    PENDING: "Pending",
    RUNNING: "Running",
    SUCCEEDED: "Completed",
    FAILED: "Failed",
    UNKNOWN: "Unknown",
  }[pod.phase];
  return {
    name: pod.name,
    ready: pod.ready,
    isNew: pod.releaseId === releaseId,
    leaving: pod.leaving,
    status: pod.leaving ? "Terminating" : pod.unschedulable !== undefined ? "Unschedulable" : (stuck?.reason ?? phase),
    restarts: pod.containers.reduce((sum, { restarts }) => sum + restarts, 0),
  };
}
