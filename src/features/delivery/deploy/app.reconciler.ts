import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { platformActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import { PlatformError, UpstreamRejected } from "../../../kernel/errors.js";
import type { BuildServer } from "../../../upstreams/build-server.js";
import { RightsMissing } from "../../../upstreams/rights-missing.js";
import { requeueAfter, done, type ReconcileContext, type Outcome, type Reconciler } from "../../../work/reconciler.js";
import type { Mutations } from "../../foundation/mutations.js";
import type { AppManifests } from "../app/app-manifests.js";
import { App, AppRevision, journalSubject } from "../app/app.entity.js";
import { Build } from "../build/build.entity.js";
import { jobOf } from "../build/build.rules.js";
import { HostRefused } from "../host/host-claims.js";
import { Namespace } from "../namespace/namespace.entity.js";
import { findCurrentRollout } from "../rollout/find-current-rollout.js";
import type { AppObjects } from "./app-objects.js";
import type { AppRemoval } from "./app-removal.js";
import type { AppPlacement } from "./host-guard.js";
import type { ReleaseDeployment } from "./release-deployment.js";
import { requestNamespace } from "./request-namespace.js";

interface AppReconcilerDependencies {
  readonly fork: () => SqlEntityManager;
  readonly buildServer: BuildServer;
  readonly manifests: AppManifests;
  readonly objects: AppObjects;
  readonly deployment: ReleaseDeployment;
  readonly removal: AppRemoval;
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
      if (!(error instanceof PlatformError)) throw error;
      await this.recordFailure(app.id, error.message, context);
      if (error instanceof RightsMissing) await requestNamespace(this.deps.mutations, namespace, context);
      if (error instanceof UpstreamRejected || error instanceof HostRefused) return requeueAfter(30_000);
      throw error;
    }
  }

  private async reconcileUpstream(
    em: SqlEntityManager,
    placement: AppPlacement,
    revisionId: string,
    context: ReconcileContext,
  ): Promise<void> {
    const { buildServer, manifests, objects, deployment } = this.deps;
    const { app, namespace } = placement;
    const { spec } = await em.findOneOrFail(AppRevision, revisionId);
    const rollout = await findCurrentRollout(em, app.id);
    const renderer = await manifests.of(em, app);
    // In parallel: an unavailable build server does not delay the objects, nor the cluster the job.
    const results = await Promise.allSettled([
      buildServer.ensureJob(jobOf(namespace.name, app.name), renderer.job(app, namespace, spec), context.signal),
      rollout
        ? deployment.deployRelease(em, placement, rollout, context)
        : objects.applyBase(em, placement, renderer.base(app, namespace, spec), context),
    ]);
    const failed = results.find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
  }

  private async recordSuccess({ id }: App, context: ReconcileContext): Promise<void> {
    await context.commit(async (tx) => {
      const app = await tx.findOneOrFail(App, id);
      const isFirst = app.providedAt === null;
      if (!isFirst && app.trouble === null) return;
      await tx.nativeUpdate(App, { id }, { trouble: null, providedAt: app.providedAt ?? this.deps.clock.now() });
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

  private async recordFailure(id: string, trouble: string, context: ReconcileContext): Promise<void> {
    await context.commit(async (em) => {
      const changed = await em.nativeUpdate(
        App,
        { id, $or: [{ trouble: null }, { trouble: { $ne: trouble } }] },
        { trouble },
      );
      if (changed > 0) await this.deps.mutations.unitOfWork(em, platformActor).notify("app", id);
    });
  }
}
