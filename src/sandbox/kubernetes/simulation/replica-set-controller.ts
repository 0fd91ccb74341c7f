import { type Condition, type KubeObject, timestamp } from "../kube-object.js";
import { StatusError } from "../status-error.js";
import type { Pod, ReplicaSet } from "../workload-types.js";
import { type ClusterView, byKey, controlledBy, controllerOf, keyOf, ownedBy } from "./cluster-view.js";
import { ReconcileLoop } from "./reconcile-loop.js";

const retriesAfterMs = 1_000;
const manager = "kube-controller-manager";

/** Simulates the ReplicaSet controller: the desired number of pods, and their counts. */
export class ReplicaSetController {
  private readonly loop: ReconcileLoop;
  private readonly readySince = new Map<string, number>();

  constructor(private readonly cluster: ClusterView) {
    this.loop = new ReconcileLoop(cluster.timers, (key) => this.reconcile(key));
  }

  see(object: KubeObject, isGone: boolean): void {
    if (object.kind === "ReplicaSet") this.loop.touch(keyOf(object));
    if (object.kind !== "Pod") return;
    this.noteReadiness(object as Pod, isGone);
    const owner = controllerOf(object);
    if (owner?.kind === "ReplicaSet") this.loop.touch(`${object.metadata.namespace}/${owner.name}`);
  }

  private noteReadiness(pod: Pod, isGone: boolean): void {
    const { uid } = pod.metadata;
    if (isGone || !isReady(pod)) this.readySince.delete(uid);
    else if (!this.readySince.has(uid)) this.readySince.set(uid, Date.now());
  }

  private reconcile(key: string): void {
    const set = byKey(this.cluster.store, "ReplicaSet", key);
    if (!set) return;
    const active = controlledBy(this.cluster.store, "Pod", set).filter(isActive);
    const missing = set.spec.replicas - active.length;
    const isTerminating = set.metadata.deletionTimestamp !== undefined;
    const failure = missing > 0 && !isTerminating ? this.create(set, missing) : undefined;
    if (missing < 0 && !isTerminating)
      for (const pod of [...active].sort(byUselessness).slice(0, -missing)) this.delete(set, pod);
    if (failure) this.loop.touch(key, retriesAfterMs * this.cluster.pace);
    this.report(set, failure);
  }

  /** Creates pods until one is refused; returns the reason. */
  private create(set: ReplicaSet, count: number): string | undefined {
    const { template } = set.spec;
    for (let n = 0; n < count; n++) {
      const metadata = {
        ...template.metadata,
        generateName: `${set.metadata.name}-`,
        namespace: set.metadata.namespace,
        ownerReferences: [ownedBy(set)],
      };
      try {
        const pod = this.cluster.writer.create(
          { apiVersion: "v1", kind: "Pod", metadata, spec: template.spec } as unknown as Pod,
          { manager },
        );
        this.note(set, "SuccessfulCreate", `Created pod: ${pod.metadata.name}`);
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        this.note(set, "FailedCreate", `Error creating: ${error.message}`, "Warning");
        return error.message;
      }
    }
    return undefined;
  }

  private delete(set: ReplicaSet, pod: Pod): void {
    this.cluster.remover.remove(pod);
    this.note(set, "SuccessfulDelete", `Deleted pod: ${pod.metadata.name}`);
  }

  private note(set: ReplicaSet, reason: string, message: string, type: "Normal" | "Warning" = "Normal"): void {
    this.cluster.events.record(set, { reason, message, type, component: "replicaset-controller" });
  }

  private report(set: ReplicaSet, failure: string | undefined): void {
    const pods = controlledBy(this.cluster.store, "Pod", set).filter(isActive);
    const ready = pods.filter(isReady);
    const available = ready.filter((pod) => this.isAvailable(set, pod));
    const status = {
      replicas: pods.length,
      ...counted("fullyLabeledReplicas", pods.length),
      ...counted("readyReplicas", ready.length),
      ...counted("availableReplicas", available.length),
      observedGeneration: set.metadata.generation,
      ...(failure !== undefined && { conditions: [failureCondition(set, failure)] }),
    };
    this.cluster.writer.update(set, (now) => ({ ...now, status }), { manager, subresource: "status" });
  }

  private isAvailable(set: ReplicaSet, pod: Pod): boolean {
    const needed = (set.spec.minReadySeconds ?? 0) * 1000 * this.cluster.pace;
    const left = (this.readySince.get(pod.metadata.uid) ?? Date.now()) + needed - Date.now();
    if (left > 0) this.loop.touch(keyOf(set), left);
    return left <= 0;
  }
}

/** A count, which the API omits when it is zero. */
export const counted = <K extends string>(name: K, count: number): { readonly [key in K]?: number } =>
  count === 0 ? {} : ({ [name]: count } as { [key in K]: number });

const isReady = ({ status }: Pod): boolean =>
  status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;
const isActive = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined && !["Succeeded", "Failed"].includes(status.phase);

/** The order of deletion: unbound before bound, unready before ready, young before old. */
function byUselessness(a: Pod, b: Pod): number {
  const rank = (pod: Pod): number => (pod.spec.nodeName === undefined ? 0 : isReady(pod) ? 2 : 1);
  return rank(a) - rank(b) || Number(b.metadata.resourceVersion) - Number(a.metadata.resourceVersion);
}

function failureCondition(set: ReplicaSet, message: string): Condition {
  const before = set.status.conditions?.find(({ type }) => type === "ReplicaFailure");
  return (
    before ?? {
      type: "ReplicaFailure",
      status: "True",
      reason: "FailedCreate",
      message,
      lastTransitionTime: timestamp(),
    }
  );
}
