import type { Deployment, ReplicaSet } from "../workload-types.js";

/** A ReplicaSet and the size it should have. */
export interface Resize {
  readonly set: ReplicaSet;
  readonly to: number;
}

/** What `maxSurge` and `maxUnavailable` come to for this many replicas; never both zero. */
export function bounds({ spec: { replicas, strategy } }: Deployment): {
  readonly surge: number;
  readonly unavailable: number;
} {
  if (strategy.type === "Recreate") return { surge: 0, unavailable: replicas };
  const { maxSurge = "25%", maxUnavailable = "25%" } = strategy.rollingUpdate ?? {};
  const share = (value: number | string, round: (n: number) => number): number =>
    typeof value === "number"
      ? value
      : value.endsWith("%")
        ? round((Number.parseFloat(value) / 100) * replicas)
        : Number(value);
  const surge = share(maxSurge, Math.ceil);
  const unavailable = Math.min(share(maxUnavailable, Math.floor), replicas);
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

const wantedOf = (sets: readonly ReplicaSet[]): number => sets.reduce((sum, { spec }) => sum + spec.replicas, 0);
const availableOf = (sets: readonly ReplicaSet[]): number =>
  sets.reduce((sum, { status }) => sum + (status.availableReplicas ?? 0), 0);

/** How large the new ReplicaSet may be now: the surge bounds all pods together. */
export function newSize(deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): number {
  const { replicas } = deployment.spec;
  if (current.spec.replicas >= replicas) return replicas;
  const scaleUp = replicas + bounds(deployment).surge - wantedOf([current, ...old]);
  return scaleUp <= 0
    ? current.spec.replicas
    : current.spec.replicas + Math.min(scaleUp, replicas - current.spec.replicas);
}

/** Which old ReplicaSets may shrink now: first the pods that do not work anyway, then as many as availability allows. */
export function oldSizes(deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): Resize[] {
  const minAvailable = deployment.spec.replicas - bounds(deployment).unavailable;
  const newUnavailable = current.spec.replicas - (current.status.availableReplicas ?? 0);
  let spare = wantedOf([current, ...old]) - minAvailable - newUnavailable;
  const sizes = new Map(old.map((set) => [set, set.spec.replicas]));
  const shrink = (set: ReplicaSet, by: number): void => void sizes.set(set, (sizes.get(set) ?? 0) - by);
  for (const set of old) {
    const broken = Math.min(
      Math.max(spare, 0),
      set.spec.replicas - Math.min(set.status.availableReplicas ?? 0, set.spec.replicas),
    );
    shrink(set, broken);
    spare -= broken;
  }
  let surplus = spare <= 0 ? 0 : Math.max(availableOf([current, ...old]) - minAvailable, 0);
  for (const set of old) {
    const by = Math.min(surplus, sizes.get(set) ?? 0);
    shrink(set, by);
    surplus -= by;
  }
  return [...sizes].filter(([set, to]) => to !== set.spec.replicas).map(([set, to]) => ({ set, to }));
}
