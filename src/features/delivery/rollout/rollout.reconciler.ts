import { isDeepStrictEqual } from "node:util";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { platformActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import type { NewId } from "../../../kernel/ids.js";
import type { Cluster } from "../../../upstreams/cluster.js";
import type { Clusters } from "../../../upstreams/clusters.js";
import type { AppRef } from "../../../upstreams/cluster-object.js";
import { requeueAfter, done, type ReconcileContext, type Outcome, type Reconciler } from "../../../work/reconciler.js";
import type { Mutations } from "../../foundation/mutations.js";
import { Namespace } from "../namespace/namespace.entity.js";
import { rollBackAutomatically } from "./auto-roll-back.js";
import { endRollout } from "./end-rollout.js";
import type { RolloutExplanation } from "./rollout-explanation.js";
import { Rollout } from "./rollout.entity.js";
import { judge } from "./rollout.rules.js";

interface RolloutReconcilerDependencies {
  readonly fork: () => SqlEntityManager;
  readonly clusters: Clusters<Pick<Cluster, "pods" | "workload">>;
  readonly explanation: RolloutExplanation;
  readonly mutations: Mutations;
  readonly newId: NewId;
  readonly clock: Clock;
  /** A pod that cannot start may recover within this time before the rollout has failed. */
  readonly graceMs: number;
}

/** Follows one rollout until it is over. The state comes from the cluster's cache; only a stuck pod costs an upstream call. */
export class RolloutReconciler implements Reconciler {
  readonly kind = "rollout";
  readonly resync = `select id from rollout where phase in ('PENDING', 'PROGRESSING')`;

  constructor(private readonly deps: RolloutReconcilerDependencies) {}

  async reconcile(id: string, context: ReconcileContext): Promise<Outcome> {
    const { fork, clusters, explanation, mutations, newId, clock, graceMs } = this.deps;
    const em = fork();
    const rollout = await em.findOne(Rollout, id);
    if (!rollout || rollout.isOver() || !rollout.appliedAt) return done;
    const namespace = await em.findOneOrFail(Namespace, rollout.namespaceId);
    const owner: AppRef = { appId: rollout.appId, namespace: namespace.name };
    const cluster = clusters.of(namespace.name);
    const pods = cluster.pods(owner);
    const {
      phase,
      progress,
      condition: judged,
    } = judge({
      releaseId: rollout.releaseId,
      workload: cluster.workload(owner),
      pods,
      former: rollout,
      now: clock.now(),
      graceMs,
    });
    const condition =
      phase === "SUCCEEDED" ? null : await explanation.explain(judged, rollout, pods, namespace.name, context.signal);
    const isUnchanged = isDeepStrictEqual([progress, condition], [rollout.progress, rollout.condition ?? null]);
    if (phase === "PROGRESSING" && isUnchanged) return requeueAfter(1_000);
    await context.commit(async (tx) => {
      const current = await tx.findOneOrFail(Rollout, id);
      if (current.isOver()) return;
      current.progress = progress;
      current.condition = condition;
      const unit = mutations.unitOfWork(tx, platformActor);
      if (phase === "PROGRESSING") return unit.notify("rollout", id);
      await endRollout(unit, current, phase, clock.now());
      if (phase === "FAILED" && namespace.autoRollBack)
        await rollBackAutomatically(unit, current, { newId, now: clock.now() });
    });
    return phase === "PROGRESSING" ? requeueAfter(1_000) : done;
  }
}
