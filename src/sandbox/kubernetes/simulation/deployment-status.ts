import { type Condition, timestamp } from "../kube-object.js";
import type { Deployment, DeploymentStatus, ReplicaSet } from "../workload-types.js";
import { counted } from "./replica-set-controller.js";
import { bounds } from "./rollout-steps.js";

/** A condition as the deployment controller sets it: both times move with the status, the update time with every change. */
export function withDeploymentCondition(
  conditions: readonly Condition[],
  { refresh, ...next }: Omit<Condition, "lastTransitionTime" | "lastUpdateTime"> & { readonly refresh?: boolean },
): readonly Condition[] {
  const before = conditions.find(({ type }) => type === next.type);
  if (before?.status === next.status && before.reason === next.reason && !refresh) return conditions;
  const lastTransitionTime = before?.status === next.status ? before.lastTransitionTime : timestamp();
  return [
    ...conditions.filter((condition) => condition !== before),
    { ...next, lastUpdateTime: timestamp(), lastTransitionTime },
  ];
}

const sum = (sets: readonly ReplicaSet[], count: (status: ReplicaSet["status"]) => number | undefined): number =>
  sets.reduce((total, { status }) => total + (count(status) ?? 0), 0);

/** The counts of all ReplicaSets together, and what they say about availability and failure. */
export function countedStatus(
  deployment: Deployment,
  current: ReplicaSet | undefined,
  all: readonly ReplicaSet[],
): DeploymentStatus {
  const available = sum(all, ({ availableReplicas }) => availableReplicas);
  const wanted = all.reduce((total, { spec }) => total + spec.replicas, 0);
  const isAvailable = available >= deployment.spec.replicas - bounds(deployment).unavailable;
  let conditions = withDeploymentCondition(
    deployment.status.conditions ?? [],
    isAvailable
      ? {
          type: "Available",
          status: "True",
          reason: "MinimumReplicasAvailable",
          message: "Deployment has minimum availability.",
        }
      : {
          type: "Available",
          status: "False",
          reason: "MinimumReplicasUnavailable",
          message: "Deployment does not have minimum availability.",
        },
  );
  const failure = all.flatMap(({ status }) => status.conditions ?? []).find(({ type }) => type === "ReplicaFailure");
  conditions = failure
    ? withDeploymentCondition(conditions, {
        type: "ReplicaFailure",
        status: failure.status,
        reason: failure.reason ?? "",
        message: failure.message ?? "",
      })
    : conditions.filter(({ type }) => type !== "ReplicaFailure");
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...counted(
      "replicas",
      sum(all, ({ replicas }) => replicas),
    ),
    ...counted("updatedReplicas", current?.status.replicas ?? 0),
    ...counted(
      "readyReplicas",
      sum(all, ({ readyReplicas }) => readyReplicas),
    ),
    ...counted("availableReplicas", available),
    ...counted("unavailableReplicas", Math.max(wanted - available, 0)),
    conditions,
  };
}

/** Every replica is new and available, and no old one is left. */
export function isComplete({ spec: { replicas } }: Deployment, status: DeploymentStatus): boolean {
  return (
    (status.updatedReplicas ?? 0) === replicas &&
    (status.replicas ?? 0) === replicas &&
    (status.availableReplicas ?? 0) === replicas
  );
}

/** Something moved since the last status: more new pods, fewer old ones, more ready or available ones. */
export function hasProgressed(before: DeploymentStatus, now: DeploymentStatus): boolean {
  const old = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus): number => replicas - updatedReplicas;
  const grew = (["updatedReplicas", "readyReplicas", "availableReplicas"] as const).some(
    (count) => (now[count] ?? 0) > (before[count] ?? 0),
  );
  return grew || old(now) < old(before);
}

/** The status of a paused Deployment: its progress deadline does not run. One that was exceeded before stays so. */
export function pausedStatus(status: DeploymentStatus): DeploymentStatus {
  const { conditions = [] } = status;
  if (conditions.some(({ reason }) => reason === "ProgressDeadlineExceeded")) return status;
  const paused = {
    type: "Progressing",
    status: "Unknown",
    reason: "DeploymentPaused",
    message: "Deployment is paused",
  };
  return { ...status, conditions: withDeploymentCondition(conditions, paused as Condition) };
}
