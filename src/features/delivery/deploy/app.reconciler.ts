import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { platformActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import type { BuildServers } from "../../../upstreams/build-servers.js";
import { requeueAfter, done, type ReconcileContext, type Outcome, type Reconciler } from "../../../work/reconciler.js";
import { conditionOf, type ConditionCode, type ObservedCondition } from "../../foundation/condition.js";
import type { Mutations } from "../../foundation/mutations.js";
import type { AppManifests } from "../app/app-manifests.js";
import { App, AppRevision, journalSubject, provisionedSql } from "../app/app.entity.js";
import { Build } from "../build/build.entity.js";
import { jobOf } from "../build/build.rules.js";
import { Namespace } from "../namespace/namespace.entity.js";
import { findCurrentRollout } from "../rollout/find-current-rollout.js";
import type { AppConditions } from "./app-conditions.js";
import type { AppObjects } from "./app-objects.js";
import type { AppRemoval } from "./app-removal.js";
import type { AppPlacement } from "./host-guard.js";
import type { ReleaseDeployment } from "./release-deployment.js";
import { requestNamespace } from "./request-namespace.js";

interface AppReconcilerDependencies {
  readonly fork: () => SqlEntityManager;
  readonly buildServers: BuildServers;
  readonly manifests: AppManifests;
  readonly objects: AppObjects;
  readonly deployment: ReleaseDeployment;
  readonly removal: AppRemoval;
  readonly conditions: AppConditions;
  readonly mutations: Mutations;
  readonly clock: Clock;
}

/**
 * The one writer of an app's upstream state: its job on the build server and its objects in the cluster. The cluster holds
 * the release of the current rollout; before the first rollout, the objects that need no image; after retirement, nothing.
 * The work queue has one key per app, so two rollouts never overwrite each other.
 */
export class AppReconciler implements Reconciler {
  readonly kind = "app";
  readonly resync = `select id from app where ${provisionedSql}`;

  constructor(private readonly deps: AppReconcilerDependencies) {}

  async reconcile(id: string, context: ReconcileContext): Promise<Outcome> {
    const em = this.deps.fork();
    const app = await em.findOne(App, id);
    if (!app) return done;
    const namespace = await em.findOneOrFail(Namespace, app.namespaceId);
    try {
      if (app.phase === "RETIRED") return await this.deps.removal.remove({ app, namespace }, context);
      if (!app.approvedRevisionId) return done;
      await this.reconcileUpstream(em, { app, namespace }, app.approvedRevisionId, context);
      await this.recordSuccess(app, context);
      return done;
    } catch (error) {
      const errors = error instanceof AggregateError ? error.errors : [error];
      const seen = errors.map(conditionOf);
      const conditions = seen.filter((each) => each !== undefined);
      if (conditions.length < errors.length) throw errors[seen.indexOf(undefined)];
      await this.deps.conditions.record(app.id, together(conditions), context);
      if (conditions.some(({ code }) => code === "WAITING_FOR_NAMESPACE"))
        await requestNamespace(this.deps.mutations, namespace, context);
      const retried = seen.findIndex((each) => !pollMs(each!.code));
      if (retried < 0) return requeueAfter(Math.min(...conditions.map(({ code }) => pollMs(code)!)));
      throw errors[retried];
    }
  }

  private async reconcileUpstream(
    em: SqlEntityManager,
    placement: AppPlacement,
    revisionId: string,
    context: ReconcileContext,
  ): Promise<void> {
    const { buildServers, manifests, objects, deployment } = this.deps;
    const { app, namespace } = placement;
    const { spec } = await em.findOneOrFail(AppRevision, revisionId);
    const rollout = await findCurrentRollout(em, app.id);
    const renderer = await manifests.of(em, app);
    // In parallel: an unavailable build server does not delay the objects, nor the cluster the job.
    const results = await Promise.allSettled([
      buildServers
        .of(app.id)
        .ensureJob(jobOf(namespace.name, app.name), renderer.job(app, namespace, spec), context.signal),
      rollout
        ? deployment.deployRelease(em, placement, rollout, context)
        : objects.applyBase(em, placement, renderer.base(app, namespace, spec), context),
    ]);
    const errors = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
    if (errors.length > 0) throw new AggregateError(errors);
  }

  private async recordSuccess({ id }: App, context: ReconcileContext): Promise<void> {
    await context.commit(async (tx) => {
      const app = await tx.findOneOrFail(App, id);
      const isFirst = app.providedAt === null;
      if (!isFirst && app.condition === null) return;
      await tx.nativeUpdate(App, { id }, { condition: null, providedAt: app.providedAt ?? this.deps.clock.now() });
      const unit = this.deps.mutations.unitOfWork(tx, platformActor);
      if (isFirst) {
        await unit.record({ event: "app.provided", ...journalSubject(app), data: { name: app.name } });
        // Builds that were requested before the job existed can start now.
        const waiting = await tx.find(Build, { appId: id, phase: "QUEUED" });
        for (const build of waiting) await unit.enqueue({ kind: "build", key: build.id });
      }
      await unit.notify("app", id);
    });
  }
}

/** Conditions that somebody has to end by changing something. */
const refusals: ReadonlySet<ConditionCode> = new Set(["UPSTREAM_REJECTED", "HOST_REFUSED"]);

/** How long to wait for the end of what is no failure; undefined for failures, which are retried ever later. */
const pollMs = (code: ConditionCode): number | undefined =>
  refusals.has(code) ? 30_000 : code === "OBJECT_TERMINATING" ? 2_000 : undefined;

/** One condition that names every failure; a refusal gives it its code. */
const together = (seen: readonly ObservedCondition[]): ObservedCondition => ({
  code: (seen.find(({ code }) => refusals.has(code)) ?? seen[0]!).code,
  message: seen.map(({ message }) => message).join(" "),
});
