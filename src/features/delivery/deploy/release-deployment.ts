import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { platformActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import type { ReconcileContext } from "../../../work/reconciler.js";
import { conditionAfter, conditionOf, type ConditionCode, type ObservedCondition } from "../../foundation/condition.js";
import type { Mutations } from "../../foundation/mutations.js";
import type { ObjectPlanner } from "../plan/object-planner.js";
import { Plan } from "../plan/plan.entity.js";
import { Release } from "../release/release.entity.js";
import { endRollout } from "../rollout/end-rollout.js";
import { isInPlace } from "../rollout/find-current-rollout.js";
import { Rollout } from "../rollout/rollout.entity.js";
import type { AppObjects } from "./app-objects.js";
import type { AppPlacement, HostGuard } from "./host-guard.js";

/** Makes the cluster hold the release of an app's current rollout, and no object of earlier releases. */
export class ReleaseDeployment {
  constructor(
    private readonly deps: {
      readonly objects: AppObjects;
      readonly planner: ObjectPlanner;
      readonly hosts: HostGuard;
      readonly mutations: Mutations;
      readonly clock: Clock;
    },
  ) {}

  /** Deploys the release once; later calls create only the objects that are missing. A refusal ends the rollout, anything else that is in the way becomes its condition. */
  async deployRelease(
    em: SqlEntityManager,
    placement: AppPlacement,
    rollout: Rollout,
    context: ReconcileContext,
  ): Promise<void> {
    const { objects, planner, hosts } = this.deps;
    const { app, namespace } = placement;
    const { manifests } = await em.findOneOrFail(Release, rollout.releaseId);
    const plan = rollout.appliedAt ? null : await em.findOne(Plan, { rolloutId: rollout.id });
    const inPlace = await isInPlace(em, rollout);
    try {
      if (!inPlace) await hosts.requireApplicable(placement, manifests, context, rollout.appliedAt !== null);
      if (plan) await planner.apply({ appId: app.id, namespace: namespace.name }, plan, context.signal);
      else if (inPlace) await objects.recreateMissing(placement, manifests, context);
      else await objects.apply(placement, manifests, context);
      if (rollout.cause === "DRIFT_REPAIR" && !rollout.appliedAt)
        await objects.removeAdded(placement, manifests, context);
    } catch (error) {
      const seen = conditionOf(error);
      if (!seen) throw error;
      if (!refusals.has(seen.code)) {
        if (rollout.phase === "PENDING") await this.wait(rollout, seen, context);
      } else if (!rollout.isOver()) {
        await this.fail(rollout, seen, plan !== null, context);
        if (seen.code !== "UPSTREAM_REJECTED") return;
      }
      throw error;
    }
    if (rollout.appliedAt) return hosts.freeUnservedIfAny(em, app, manifests, context);
    await context.commit(async (tx) => {
      const now = await tx.findOneOrFail(Rollout, rollout.id);
      if (now.isOver()) return;
      now.appliedAt = this.deps.clock.now();
      now.phase = "PROGRESSING";
      now.condition = null;
      await tx.flush();
      await hosts.freeUnserved(tx, app, manifests);
      const unit = this.deps.mutations.unitOfWork(tx, platformActor);
      await unit.enqueue({ kind: "rollout", key: now.id });
      await unit.notify("rollout", now.id);
      await unit.notify("app", now.appId);
    });
  }

  /** Records what a rollout waits for that is not in the cluster yet. */
  private async wait({ id }: Rollout, seen: ObservedCondition, context: ReconcileContext): Promise<void> {
    const { mutations, clock } = this.deps;
    await context.commit(async (tx) => {
      const now = await tx.findOneOrFail(Rollout, id);
      if (now.phase !== "PENDING") return;
      const condition = conditionAfter(now.condition, seen, clock.now());
      if (condition === now.condition) return;
      now.condition = condition;
      const unit = mutations.unitOfWork(tx, platformActor);
      await unit.notify("rollout", id);
      await unit.notify("app", now.appId);
    });
  }

  /** Ends the rollout as failed. A rejected rollout is not the current one any more: the one before it is. */
  private async fail(
    { id }: Rollout,
    seen: ObservedCondition,
    isPlanned: boolean,
    context: ReconcileContext,
  ): Promise<void> {
    const { mutations, clock } = this.deps;
    await context.commit(async (tx) => {
      const now = await tx.findOneOrFail(Rollout, id);
      now.condition = conditionAfter(now.condition, seen, clock.now());
      now.isRejected = !now.appliedAt && (isPlanned || seen.code === "HOST_REFUSED");
      const unit = mutations.unitOfWork(tx, platformActor);
      await endRollout(unit, now, "FAILED", clock.now());
      if (now.isRejected) await unit.enqueue({ kind: "app", key: now.appId });
    });
  }
}

/** Conditions that end a rollout before its objects are in the cluster; the others are over by themselves. */
const refusals: ReadonlySet<ConditionCode> = new Set(["UPSTREAM_REJECTED", "PLAN_STALE", "HOST_REFUSED"]);
