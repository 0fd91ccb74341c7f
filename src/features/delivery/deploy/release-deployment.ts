import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { platformActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import { PlanStale, PlatformError, UpstreamRejected } from "../../../kernel/errors.js";
import type { ReconcileContext } from "../../../work/reconciler.js";
import type { Mutations } from "../../foundation/mutations.js";
import { HostRefused } from "../host/host-claims.js";
import type { ObjectPlanner } from "../plan/object-planner.js";
import { Plan } from "../plan/plan.entity.js";
import { Release } from "../release/release.entity.js";
import { endRollout } from "../rollout/end-rollout.js";
import { isInPlace } from "../rollout/find-current-rollout.js";
import { Rollout, type TroubleCode } from "../rollout/rollout.entity.js";
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

  /** Deploys the release once; later calls create only the objects that are missing. A refusal ends the rollout. */
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
      if (rollout.cause === "DRIFT_REPAIR" && !rollout.appliedAt) await objects.removeAdded(manifests, context);
    } catch (error) {
      const code = refusalCodes.find(([type]) => error instanceof type)?.[1];
      if (!code || !(error instanceof PlatformError) || rollout.isOver()) throw error;
      await this.fail(rollout, { code, message: error.message, isPlanned: plan !== null }, context);
      if (code !== "REFUSED") return;
      throw error;
    }
    if (rollout.appliedAt) return hosts.freeUnservedIfAny(em, app, manifests, context);
    await context.commit(async (tx) => {
      const now = await tx.findOneOrFail(Rollout, rollout.id);
      if (now.isOver()) return;
      now.appliedAt = this.deps.clock.now();
      now.phase = "PROGRESSING";
      await tx.flush();
      await hosts.freeUnserved(tx, app, manifests);
      const unit = this.deps.mutations.unitOfWork(tx, platformActor);
      await unit.enqueue({ kind: "rollout", key: now.id });
      await unit.notify("rollout", now.id);
      await unit.notify("app", now.appId);
    });
  }

  /** Ends the rollout as failed. A rejected rollout is not the current one any more: the one before it is. */
  private async fail(
    { id }: Rollout,
    { code, message, isPlanned }: { readonly code: TroubleCode; readonly message: string; readonly isPlanned: boolean },
    context: ReconcileContext,
  ): Promise<void> {
    const { mutations, clock } = this.deps;
    await context.commit(async (tx) => {
      const now = await tx.findOneOrFail(Rollout, id);
      now.progress = { ...now.progress, trouble: { code, message, since: clock.now().toISOString() } };
      now.isRejected = !now.appliedAt && (isPlanned || code === "HOST_REFUSED");
      const unit = mutations.unitOfWork(tx, platformActor);
      await endRollout(unit, now, "FAILED", clock.now());
      if (now.isRejected) await unit.enqueue({ kind: "app", key: now.appId });
    });
  }
}

/** The errors that end a rollout before its objects are in the cluster. */
const refusalCodes = [
  [UpstreamRejected, "REFUSED"],
  [PlanStale, "PLAN_STALE"],
  [HostRefused, "HOST_REFUSED"],
] as const;
