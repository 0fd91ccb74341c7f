import { labels, type ClusterEvent, type Pod, type PodContainer, type PodPhase, type Workload } from "../cluster.js";
import type { WireCondition, WireContainer, WireContainerStatus, WireDeployment, WireEvent, WirePod } from "./wire.js";

/** The workload of a Deployment; undefined when it belongs to no app. */
export function toWorkload({ metadata, spec, status }: WireDeployment): Workload | undefined {
  const appId = metadata.labels?.[labels.app];
  if (appId === undefined) return undefined;
  const containers = spec?.template?.spec?.containers ?? [];
  // The app's own container has the Deployment's name; there may be sidecars in any order.
  const own = containers.find(({ name }) => name === metadata.name) ?? containers[0];
  const progressing = condition(status?.conditions, "Progressing", "False");
  const overdue = progressing?.reason === "ProgressDeadlineExceeded" ? progressing : undefined;
  const failure = condition(status?.conditions, "ReplicaFailure", "True");
  return {
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    appId,
    ...optional({ releaseId: metadata.labels?.[labels.release] }),
    image: own?.image ?? "",
    generation: metadata.generation ?? 0,
    observedGeneration: status?.observedGeneration ?? 0,
    desired: spec?.replicas ?? 1,
    updated: status?.updatedReplicas ?? 0,
    ready: status?.readyReplicas ?? 0,
    available: status?.availableReplicas ?? 0,
    total: status?.replicas ?? 0,
    paused: spec?.paused ?? false,
    ...optional({ deadlineExceeded: messageOf(overdue), replicaFailure: messageOf(failure) }),
  };
}

/** A pod of an app; undefined when it belongs to none. */
export function toPod({ metadata, spec, status }: WirePod): Pod | undefined {
  const appId = metadata.labels?.[labels.app];
  if (appId === undefined) return undefined;
  const unscheduled = condition(status?.conditions, "PodScheduled", "False");
  return {
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    uid: metadata.uid ?? "",
    appId,
    ...optional({ releaseId: metadata.labels?.[labels.release] }),
    phase: podPhases.get(status?.phase ?? "") ?? "UNKNOWN",
    ready: condition(status?.conditions, "Ready", "True") !== undefined,
    leaving: metadata.deletionTimestamp !== undefined,
    createdAt: new Date(metadata.creationTimestamp ?? 0),
    ...optional({
      node: spec?.nodeName,
      startedAt: status?.startTime === undefined ? undefined : new Date(status.startTime),
      unschedulable: unscheduled?.reason === "Unschedulable" ? messageOf(unscheduled) : undefined,
    }),
    containers: toContainers({ spec, status }),
  };
}

/** An event about an object; the two versions of the events API use different fields. */
export function toClusterEvent(event: WireEvent): ClusterEvent {
  const at =
    event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp;
  return {
    reason: event.reason ?? "",
    message: event.message ?? event.note ?? "",
    warning: event.type === "Warning",
    count: event.series?.count ?? event.count ?? 1,
    lastSeenAt: new Date(at ?? 0),
  };
}

const podPhases: ReadonlyMap<string, PodPhase> = new Map([
  ["Pending", "PENDING"],
  ["Running", "RUNNING"],
  ["Succeeded", "SUCCEEDED"],
  ["Failed", "FAILED"],
]);

/** The pod's containers; an init container comes first until it has ended, because the pod may be stuck in it. */
function toContainers({ spec, status }: Pick<WirePod, "spec" | "status">): readonly PodContainer[] {
  const statuses = new Map<string, WireContainerStatus>();
  for (const each of [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
    statuses.set(each.name, each);
  const isDone = ({ name }: WireContainer) => statuses.get(name)?.state?.terminated?.exitCode === 0;
  const shown = [
    ...(spec?.initContainers ?? []).filter((container) => !isDone(container)),
    ...(spec?.containers ?? []),
  ];
  // An evicted pod has no container statuses: only its own reason is known.
  return shown.map((container) => toContainer(container, statuses.get(container.name), status));
}

function toContainer(
  { name, image }: WireContainer,
  seen: WireContainerStatus | undefined,
  pod: { readonly reason?: string; readonly message?: string } | undefined,
): PodContainer {
  const { waiting, running, terminated } = seen?.state ?? {};
  const shown = seen ? (terminated ?? waiting) : pod;
  const last = seen?.lastState?.terminated;
  return {
    name,
    image: image ?? "",
    phase: terminated ? "TERMINATED" : running ? "RUNNING" : "WAITING",
    ready: seen?.ready ?? false,
    restarts: seen?.restartCount ?? 0,
    ...optional({
      reason: shown?.reason,
      message: shown?.message,
      exitCode: terminated?.exitCode,
      lastReason: last?.reason,
      lastExitCode: last?.exitCode,
    }),
  };
}

const condition = (conditions: readonly WireCondition[] | undefined, type: string, status: string) =>
  conditions?.find((each) => each.type === type && each.status === status);

const messageOf = (condition: WireCondition | undefined): string | undefined =>
  condition && (condition.message || condition.reason || condition.type);

/** Omits undefined fields, so that absent values compare equal. */
function optional<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
