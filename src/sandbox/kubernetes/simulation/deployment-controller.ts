import { type KubeObject, isFields, same } from "../kube-object.js";
import { contentName } from "../names.js";
import type { Deployment, DeploymentStatus, PodTemplate, ReplicaSet } from "../workload-types.js";
import { type ClusterView, byKey, controlledBy, controllerOf, keyOf, ownedBy } from "./cluster-view.js";
import {
  countedStatus,
  hasProgressed,
  isComplete,
  pausedStatus,
  withDeploymentCondition,
} from "./deployment-status.js";
import { ReconcileLoop } from "./reconcile-loop.js";
import { bounds, newSize, oldSizes } from "./rollout-steps.js";

const manager = "kube-controller-manager";
const revisionKey = "deployment.kubernetes.io/revision";
const hashLabel = "pod-template-hash";

/**
 * Simulates the Deployment controller: a ReplicaSet per template, rolling updates within the strategy's limits, and the
 * status.
 */
export class DeploymentController {
  private readonly loop: ReconcileLoop;
  /** When each Deployment last moved, in milliseconds; its conditions only know seconds. */
  private readonly movedAt = new Map<string, number>();

  constructor(private readonly cluster: ClusterView) {
    this.loop = new ReconcileLoop(cluster.timers, (key) => this.reconcile(key));
  }

  see(object: KubeObject): void {
    if (object.kind === "Deployment") this.loop.touch(keyOf(object));
    const owner = controllerOf(object);
    if (owner?.kind === "Deployment") this.loop.touch(`${object.metadata.namespace}/${owner.name}`);
    const set =
      object.kind === "Pod" && owner
        ? this.cluster.store.get("ReplicaSet", object.metadata.namespace, owner.name)
        : undefined;
    if (set) this.see(set);
  }

  private reconcile(key: string): void {
    const deployment = byKey(this.cluster.store, "Deployment", key);
    if (!deployment) return;
    if (deployment.metadata.deletionTimestamp === undefined && !deployment.spec.paused) this.roll(deployment);
    this.report(deployment);
  }

  private setsOf(deployment: Deployment): {
    readonly current: ReplicaSet | undefined;
    readonly old: readonly ReplicaSet[];
    readonly all: readonly ReplicaSet[];
  } {
    const all = controlledBy(this.cluster.store, "ReplicaSet", deployment).sort(
      (a, b) => revisionOf(a) - revisionOf(b),
    );
    const current = all.find((set) => same(withoutHash(set.spec.template), withoutHash(deployment.spec.template)));
    return { current, old: all.filter((set) => set !== current), all };
  }

  private roll(deployment: Deployment): void {
    const { current: found, old, all } = this.setsOf(deployment);
    const isRecreate = deployment.spec.strategy.type === "Recreate";
    const mustWait = isRecreate && this.hasPods(old);
    if (isRecreate) for (const set of old) this.scale(deployment, set, 0);
    if (!found) {
      if (!mustWait) this.createSet(deployment, old);
      return;
    }
    const current = this.promote(deployment, found, all);
    if (isRecreate) {
      if (!mustWait) this.scale(deployment, current, deployment.spec.replicas);
      return;
    }
    this.scale(deployment, current, newSize(deployment, current, old));
    const { current: grown = current, old: others } = this.setsOf(deployment);
    for (const { set, to } of oldSizes(deployment, grown, others)) this.scale(deployment, set, to);
    this.forgetOldSets(deployment, others);
  }

  private hasPods(sets: readonly ReplicaSet[]): boolean {
    return sets.some((set) => controlledBy(this.cluster.store, "Pod", set).length > 0);
  }

  private createSet(deployment: Deployment, old: readonly ReplicaSet[]): void {
    const { template, selector, minReadySeconds } = deployment.spec;
    const hash = contentName(template);
    const labels = { ...template.metadata?.labels, [hashLabel]: hash };
    const revision = String(Math.max(0, ...old.map(revisionOf)) + 1);
    const draft = {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: {
        name: `${deployment.metadata.name}-${hash}`,
        namespace: deployment.metadata.namespace,
        labels,
        annotations: this.annotations(deployment, revision),
        ownerReferences: [ownedBy(deployment)],
      },
      spec: {
        replicas: 0,
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
        minReadySeconds,
      },
      status: { replicas: 0 },
    } as unknown as ReplicaSet;
    const to =
      deployment.spec.strategy.type === "Recreate" ? deployment.spec.replicas : newSize(deployment, draft, old);
    const set = this.cluster.writer.create({ ...draft, spec: { ...draft.spec, replicas: to } }, { manager });
    if (to > 0) this.note(deployment, `Scaled up replica set ${set.metadata.name} to ${to}`);
    this.announce(deployment, revision, "NewReplicaSetCreated", `Created new replica set "${set.metadata.name}"`);
  }

  /** Makes a ReplicaSet of an earlier revision the newest one: a rollback. */
  private promote(deployment: Deployment, current: ReplicaSet, all: readonly ReplicaSet[]): ReplicaSet {
    const newest = Math.max(...all.map(revisionOf));
    const revision = String(revisionOf(current) < newest ? newest + 1 : newest);
    if (deployment.metadata.annotations?.[revisionKey] === revision && revisionOf(current) === Number(revision))
      return current;
    this.announce(deployment, revision, "FoundNewReplicaSet", `Found existing replica set "${current.metadata.name}"`);
    return (
      this.cluster.writer.update(current, (now) => withAnnotations(now, { [revisionKey]: revision }), { manager }) ??
      current
    );
  }

  private announce(deployment: Deployment, revision: string, reason: string, message: string): void {
    this.movedAt.set(deployment.metadata.uid, Date.now());
    this.cluster.writer.update(deployment, (now) => withAnnotations(now, { [revisionKey]: revision }), { manager });
    const conditions = (now: Deployment) =>
      withDeploymentCondition(now.status.conditions ?? [], {
        type: "Progressing",
        status: "True",
        reason,
        message,
        refresh: true,
      });
    this.cluster.writer.update(
      deployment,
      (now) => ({ ...now, status: { ...now.status, conditions: conditions(now) } }),
      { manager, subresource: "status" },
    );
  }

  private scale(deployment: Deployment, set: ReplicaSet, to: number): void {
    const from = set.spec.replicas;
    const annotations = this.annotations(deployment, String(revisionOf(set)));
    this.cluster.writer.update(
      set,
      (now) => withAnnotations({ ...now, spec: { ...now.spec, replicas: to } }, annotations),
      { manager },
    );
    if (from !== to)
      this.note(
        deployment,
        `Scaled ${to > from ? "up" : "down"} replica set ${set.metadata.name} to ${to} from ${from}`,
      );
  }

  private annotations(deployment: Deployment, revision: string): Record<string, string> {
    const { replicas } = deployment.spec;
    return {
      "deployment.kubernetes.io/desired-replicas": String(replicas),
      "deployment.kubernetes.io/max-replicas": String(replicas + bounds(deployment).surge),
      [revisionKey]: revision,
    };
  }

  private forgetOldSets(deployment: Deployment, old: readonly ReplicaSet[]): void {
    const idle = old.filter(({ spec, status }) => spec.replicas === 0 && status.replicas === 0);
    for (const set of idle.slice(0, Math.max(0, idle.length - deployment.spec.revisionHistoryLimit)))
      this.cluster.remover.remove(set);
  }

  private report(seen: Deployment): void {
    const deployment = byKey(this.cluster.store, "Deployment", keyOf(seen));
    if (!deployment || deployment.metadata.uid !== seen.metadata.uid) return;
    const { current, all } = this.setsOf(deployment);
    const counts = { ...countedStatus(deployment, current, all), observedGeneration: seen.metadata.generation ?? 0 };
    const status = deployment.spec.paused
      ? pausedStatus(counts)
      : current
        ? this.withProgress(deployment, current, counts)
        : counts;
    this.cluster.writer.update(deployment, (now) => ({ ...now, status }), { manager, subresource: "status" });
  }

  private withProgress(deployment: Deployment, current: ReplicaSet, status: DeploymentStatus): DeploymentStatus {
    const conditions = status.conditions ?? [];
    const before = conditions.find(({ type }) => type === "Progressing");
    const name = `ReplicaSet "${current.metadata.name}"`;
    const set = (
      is: "True" | "False" | "Unknown",
      reason: string,
      message: string,
      refresh = false,
    ): DeploymentStatus => ({
      ...status,
      conditions: withDeploymentCondition(conditions, { type: "Progressing", status: is, reason, message, refresh }),
    });
    if (isComplete(deployment, status))
      return set("True", "NewReplicaSetAvailable", `${name} has successfully progressed.`);
    if (hasProgressed(deployment.status, status)) {
      this.movedAt.set(deployment.metadata.uid, Date.now());
      return set("True", "ReplicaSetUpdated", `${name} is progressing.`, true);
    }
    if (before?.reason === "DeploymentPaused") {
      this.movedAt.set(deployment.metadata.uid, Date.now());
      return set("Unknown", "DeploymentResumed", "Deployment is resumed");
    }
    if (before?.reason === "NewReplicaSetAvailable" || before?.reason === "ProgressDeadlineExceeded") return status;
    const deadline =
      (this.movedAt.get(deployment.metadata.uid) ?? Date.now()) +
      deployment.spec.progressDeadlineSeconds * 1000 * this.cluster.pace;
    if (Date.now() >= deadline) return set("False", "ProgressDeadlineExceeded", `${name} has timed out progressing.`);
    this.loop.touch(keyOf(deployment), deadline - Date.now() + 1);
    return status;
  }

  private note(deployment: Deployment, message: string): void {
    this.cluster.events.record(deployment, {
      reason: "ScalingReplicaSet",
      message,
      component: "deployment-controller",
    });
  }
}

const revisionOf = ({ metadata }: ReplicaSet): number => Number(metadata.annotations?.[revisionKey] ?? 0);

function withoutHash(template: PodTemplate): unknown {
  const { [hashLabel]: _hash, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

function withAnnotations<T extends KubeObject>(object: T, annotations: Readonly<Record<string, string>>): T {
  const before = object.metadata.annotations;
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...(isFields(before) ? before : {}), ...annotations } },
  };
}
