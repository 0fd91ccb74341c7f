import type { Pod, PodContainer, Workload } from "../../../upstreams/cluster.js";
import type { PodProgress, RolloutPhase, RolloutProgress, Trouble, TroubleCode } from "./rollout.entity.js";

/** The state of a rollout as judged from the cluster. */
interface Verdict {
  readonly phase: Extract<RolloutPhase, "PROGRESSING" | "SUCCEEDED" | "FAILED">;
  readonly progress: RolloutProgress;
}

/** The state of the cluster from which a rollout is judged. */
interface RolloutSnapshot {
  readonly releaseId: string;
  readonly workload: Workload | undefined;
  readonly pods: readonly Pod[];
  /** The progress of the last reconcile, which says since when a condition holds. */
  readonly before: RolloutProgress;
  readonly now: Date;
  /** A pod that cannot start may recover within this time (say, when a registry was unavailable) before the rollout fails. */
  readonly graceMs: number;
}

/** Conditions that fail the rollout after the grace time; the others wait for the cluster's own deadline. */
const fatalCodes: ReadonlySet<TroubleCode> = new Set([
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
export function judge({ releaseId, workload, pods, before, now, graceMs }: RolloutSnapshot): Verdict {
  const ours =
    workload?.releaseId === releaseId && workload.observedGeneration >= workload.generation ? workload : undefined;
  const shown = pods.map((pod) => podProgress(pod, releaseId));
  const counts = {
    wanted: workload?.desired ?? before.wanted,
    updated: ours?.updated ?? 0,
    ready: shown.filter(({ isNew, ready, leaving }) => isNew && ready && !leaving).length,
    available: ours?.available ?? 0,
    old: shown.filter(({ isNew, leaving }) => !isNew && !leaving).length,
    pods: shown,
  };
  if (ours && ours.updated === ours.desired && ours.available === ours.desired && ours.total === ours.desired) {
    return { phase: "SUCCEEDED", progress: counts };
  }
  const found =
    ours &&
    findTrouble(
      ours,
      pods.filter((pod) => pod.releaseId === releaseId && !pod.leaving),
    );
  if (!found) return { phase: "PROGRESSING", progress: counts };
  const lasting = before.trouble?.code === found.code ? before.trouble : undefined;
  const trouble: Trouble = {
    ...found,
    since: lasting?.since ?? now.toISOString(),
    ...(lasting?.lastEvent && { lastEvent: lasting.lastEvent }),
  };
  const overdue = fatalCodes.has(found.code) && now.getTime() - Date.parse(trouble.since) >= graceMs;
  const failed = overdue || found.code === "DEADLINE" || ours?.deadlineExceeded !== undefined;
  return { phase: failed ? "FAILED" : "PROGRESSING", progress: { ...counts, trouble } };
}

type Found = Omit<Trouble, "since" | "lastEvent">;

/** The most severe reason why the new pods do not become ready. */
function findTrouble(workload: Workload, pods: readonly Pod[]): Found | undefined {
  for (const look of [imagePull, containerConfig, outOfMemory, crashLoop, unschedulable]) {
    for (const pod of pods) {
      const found = look(pod);
      if (found) return { ...found, pod: pod.name };
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
          pod: unready.name,
        }
      : { code: "DEADLINE", message: workload.deadlineExceeded };
  }
  return undefined;
}

type PodCheck = (pod: Pod) => Omit<Found, "pod"> | undefined;

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

/** The condition of a running pod whose readiness probe fails; `note` is the message of its event. */
export function probeTrouble(pod: Pod, note: string): Found {
  return { code: "PROBE_FAILING", message: `The pod runs but is not ready: ${note}`, pod: pod.name };
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
