import { kindOf } from "./kinds.js";
import type { ObjectStore } from "./object-store.js";
import { quantity, quantityText } from "./quantity.js";
import { forbidden } from "./status-error.js";
import type { Container, Pod, ResourceQuota } from "./workload-types.js";

type Amounts = Readonly<Record<string, number>>;

/** What a pod counts for, in the words of a quota's `hard`. */
function usageOf(pod: Pod): Amounts {
  const sum = (side: "requests" | "limits", resource: string): number =>
    pod.spec.containers.reduce(
      (total, { resources }: Container) => total + (quantity(resources?.[side]?.[resource]) ?? 0),
      0,
    );
  const [cpu, memory] = [sum("requests", "cpu"), sum("requests", "memory")];
  return {
    pods: 1,
    "count/pods": 1,
    cpu,
    memory,
    "requests.cpu": cpu,
    "requests.memory": memory,
    "limits.cpu": sum("limits", "cpu"),
    "limits.memory": sum("limits", "memory"),
  };
}

/** What is used of each `hard` limit that the sandbox counts: pods, cpu and memory. */
export function usedOf(store: ObjectStore, quota: ResourceQuota): Amounts {
  const pods = store
    .list("Pod", quota.metadata.namespace)
    .filter(({ status }) => !["Succeeded", "Failed"].includes(status.phase));
  const usages = pods.map(usageOf);
  return Object.fromEntries(
    Object.keys(quota.spec.hard ?? {}).map((name) => [
      name,
      usages.reduce((total, usage) => total + (usage[name] ?? 0), 0),
    ]),
  );
}

/** Throws 403 when a new pod would exceed a quota of its namespace, or does not say what the quota must know. */
export function admitPod(store: ObjectStore, pod: Pod): void {
  for (const quota of store.list("ResourceQuota", pod.metadata.namespace)) {
    const { hard = {} } = quota.spec;
    const asked = usageOf(pod);
    const unsaid = Object.keys(hard).filter((name) => {
      const [side, resource] = name.includes(".")
        ? (name.split(".") as ["requests" | "limits", string])
        : (["requests", name] as const);
      return (
        (resource === "cpu" || resource === "memory") &&
        pod.spec.containers.some(({ resources }) => resources?.[side]?.[resource] === undefined)
      );
    });
    const name = pod.metadata.name;
    if (unsaid.length > 0)
      throw forbidden(kindOf("Pod"), name, `failed quota: ${quota.metadata.name}: must specify ${unsaid.join(",")}`);
    const used = usedOf(store, quota);
    const exceeded = Object.keys(hard)
      .filter(
        (resource) =>
          (asked[resource] ?? 0) > 0 &&
          (used[resource] ?? 0) + (asked[resource] ?? 0) > (quantity(hard[resource]) ?? Infinity),
      )
      .sort();
    if (exceeded.length === 0) continue;
    const each = (amount: (resource: string) => string): string =>
      exceeded.map((resource) => `${resource}=${amount(resource)}`).join(",");
    throw forbidden(
      kindOf("Pod"),
      name,
      `exceeded quota: ${quota.metadata.name}, requested: ${each((resource) => quantityText(asked[resource] ?? 0))}, used: ${each((resource) => quantityText(used[resource] ?? 0))}, limited: ${each((resource) => hard[resource] ?? "")}`,
    );
  }
}
