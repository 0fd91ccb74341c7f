import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { platformActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import { PlanStale, PlatformError, UpstreamRejected } from "../../../kernel/errors.js";
import type { Seal } from "../../../kernel/seal.js";
import type { BuildServer } from "../../../upstreams/build-server.js";
import { refOf, type Cluster, type Manifest } from "../../../upstreams/cluster.js";
import { RightsMissing } from "../../../upstreams/rights-missing.js";
import { again, settled, type Look, type Outcome, type Reconciler } from "../../../work/reconciler.js";
import { HostRefused } from "../host/host-claims.js";
import { Build } from "../build/build.entity.js";
import { jobOf } from "../build/build.rules.js";
import type { Mutations } from "../../foundation/mutations.js";
import { addedFields } from "../drift/drift.rules.js";
import { Namespace } from "../namespace/namespace.entity.js";
import type { ObjectPlanner } from "../plan/object-planner.js";
import { Plan } from "../plan/plan.entity.js";
import { Release } from "../release/release.entity.js";
import { endRollout } from "../rollout/end-rollout.js";
import { findCurrentRollout, isInPlace } from "../rollout/find-current-rollout.js";
import { Rollout } from "../rollout/rollout.entity.js";
import { decryptSecrets } from "../../foundation/secrets.js";
import type { AppManifests } from "../app/app-manifests.js";
import { App, AppRevision } from "../app/app.entity.js";
import type { HostGuard } from "./host-guard.js";

/**
 * The one writer of everything that an app has upstream: its job on the build server and its objects in the cluster.
 * What the cluster should hold is what the newest rollout says, put there once; before the first one, what can stand without an image;
 * after retirement, nothing. One key per app, so that two rollouts never overwrite each other.
 */
export class AppReconciler implements Reconciler {
  readonly kind = "app";

  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly cluster: Cluster,
    private readonly buildServer: BuildServer,
    private readonly manifests: AppManifests,
    private readonly planner: ObjectPlanner,
    private readonly hosts: HostGuard,
    private readonly mutations: Mutations,
    private readonly seal: Seal,
    private readonly clock: Clock,
  ) {}

  async reconcile(id: string, look: Look): Promise<Outcome> {
    const em = this.fork();
    const app = await em.findOne(App, id);
    if (!app) return settled;
    const namespace = await em.findOneOrFail(Namespace, app.namespaceId);
    try {
      if (app.phase === "RETIRED") return await this.remove(app, namespace, look);
      if (!app.approvedRevisionId) return settled;
      return await this.provide(em, app, namespace, app.approvedRevisionId, look);
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      await this.note(app.id, error.message, look);
      if (error instanceof RightsMissing) await this.requestNamespace(namespace, look);
      if (error instanceof UpstreamRejected || error instanceof HostRefused) return again(30_000);
      throw error;
    }
  }

  private async provide(
    em: SqlEntityManager,
    app: App,
    namespace: Namespace,
    revisionId: string,
    look: Look,
  ): Promise<Outcome> {
    const { spec } = await em.findOneOrFail(AppRevision, revisionId);
    const rollout = await findCurrentRollout(em, app.id);
    const renderer = await this.manifests.of(em, app);
    // Both at once: neither waits for an upstream of the other when that one is down.
    const results = await Promise.allSettled([
      this.buildServer.ensureJob(jobOf(namespace.name, app.name), renderer.job(app, namespace, spec), look.signal),
      rollout
        ? this.putLive(em, app, namespace, rollout, look)
        : this.standBy(em, { app, namespace }, renderer.base(app, namespace, spec), look),
    ]);
    const failed = results.find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
    await look.commit(async (tx) => {
      const now = await tx.findOneOrFail(App, app.id);
      const first = now.providedAt === null;
      if (!first && now.trouble === null) return;
      await tx.nativeUpdate(App, { id: app.id }, { trouble: null, providedAt: now.providedAt ?? this.clock.now() });
      const unit = this.mutations.unitOfWork(tx, platformActor);
      if (first) {
        await unit.record({
          event: "app.provided",
          subjectId: app.id,
          namespaceId: app.namespaceId,
          appId: app.id,
          data: { name: app.name },
        });
        // Builds that were asked for at once wait for the job that is there now.
        const waiting = await tx.find(Build, { appId: app.id, phase: "QUEUED" });
        for (const { id } of waiting) await unit.enqueue({ kind: "build", key: id });
      }
      await unit.notify("app", app.id);
    });
    return settled;
  }

  /** Makes the cluster hold the release of this rollout, and nothing of the releases before it. */
  private async putLive(
    em: SqlEntityManager,
    app: App,
    namespace: Namespace,
    rollout: Rollout,
    look: Look,
  ): Promise<void> {
    const release = await em.findOneOrFail(Release, rollout.releaseId);
    const plan = rollout.appliedAt ? null : await em.findOne(Plan, { rolloutId: rollout.id });
    const inPlace = await isInPlace(em, rollout);
    try {
      if (!inPlace)
        await this.hosts.requireApplicable({ app, namespace }, release.manifests, look, rollout.appliedAt !== null);
      if (plan) await this.planner.apply({ appId: app.id, namespace: namespace.name }, plan, look.signal);
      else if (inPlace) await this.putBack(app, namespace, release.manifests, look);
      else await this.applyObjects(app, namespace, release.manifests, look);
      if (rollout.cause === "DRIFT_REPAIR" && !rollout.appliedAt) await this.removeAdded(release.manifests, look);
    } catch (error) {
      const code = refusals.find(([type]) => error instanceof type)?.[1];
      if (!code || !(error instanceof PlatformError) || rollout.isOver()) throw error;
      await look.commit(async (tx) => {
        const now = await tx.findOneOrFail(Rollout, rollout.id);
        now.progress = {
          ...now.progress,
          trouble: { code, message: error.message, since: this.clock.now().toISOString() },
        };
        now.turnedDown = !now.appliedAt && (plan !== null || code === "HOST_REFUSED");
        const unit = this.mutations.unitOfWork(tx, platformActor);
        await endRollout(unit, now, "FAILED", this.clock.now());
        // What was live before is what the cluster should hold.
        if (now.turnedDown) await unit.enqueue({ kind: "app", key: app.id });
      });
      if (code !== "REFUSED") return;
      throw error;
    }
    if (rollout.appliedAt) return this.hosts.freeUnservedIfAny(em, app, release.manifests, look);
    await look.commit(async (tx) => {
      const now = await tx.findOneOrFail(Rollout, rollout.id);
      if (now.isOver()) return;
      now.appliedAt = this.clock.now();
      now.phase = "PROGRESSING";
      await tx.flush();
      await this.hosts.freeUnserved(tx, app, release.manifests);
      const unit = this.mutations.unitOfWork(tx, platformActor);
      await unit.enqueue({ kind: "rollout", key: now.id });
      await unit.notify("rollout", now.id);
      await unit.notify("app", now.appId);
    });
  }

  /** What is gone is made again. What others have changed is drift: people are told, and say what becomes of it. */
  private async putBack(app: App, namespace: Namespace, manifests: readonly Manifest[], look: Look): Promise<void> {
    const found = await Promise.all(manifests.map((manifest) => this.cluster.read(refOf(manifest), look.signal)));
    const missing = manifests.filter((_manifest, at) => !found[at]);
    await this.hosts.requireApplicable({ app, namespace }, missing, look, true);
    await this.applyObjects(app, namespace, missing, look, manifests);
  }

  /** What can stand before there is an image; of an imported app it stands already, and is left alone until it is taken over. */
  private async standBy(
    em: SqlEntityManager,
    { app, namespace }: { app: App; namespace: Namespace },
    manifests: readonly Manifest[],
    look: Look,
  ): Promise<void> {
    if (app.selector) return;
    await this.hosts.requireApplicable({ app, namespace }, manifests, look);
    await this.applyObjects(app, namespace, manifests, look);
    await this.hosts.freeUnservedIfAny(em, app, manifests, look);
  }

  private async applyObjects(
    app: App,
    namespace: Namespace,
    manifests: readonly Manifest[],
    look: Look,
    keep: readonly Manifest[] = manifests,
  ): Promise<void> {
    try {
      const opened = manifests.map((manifest) => decryptSecrets(manifest, this.seal));
      await this.cluster.apply(opened, look.signal);
    } catch (error) {
      // The namespace is gone or was never made: whoever owns it makes it, and we come again.
      if (error instanceof UpstreamRejected && error.status === 404) await this.requestNamespace(namespace, look);
      throw error;
    }
    await this.cluster.prune({ appId: app.id, namespace: namespace.name }, keep, look.signal);
  }

  /** What others added to the objects is left alone by every apply; here somebody wants it gone. */
  private async removeAdded(manifests: readonly Manifest[], look: Look): Promise<void> {
    for (const manifest of manifests)
      await this.cluster.removeFields(refOf(manifest), (live) => addedFields(manifest, live), look.signal);
  }

  private async remove(app: App, namespace: Namespace, look: Look): Promise<Outcome> {
    if (app.removedAt) return settled;
    const left = await this.cluster.removeAll({ appId: app.id, namespace: namespace.name }, look.signal);
    if (left > 0) return again(1_000);
    await this.buildServer.removeJob(jobOf(namespace.name, app.name), look.signal);
    await look.commit(async (em) => {
      await em.nativeUpdate(App, { id: app.id }, { trouble: null, removedAt: this.clock.now() });
      await this.hosts.freeAll(em, app);
      const unit = this.mutations.unitOfWork(em, platformActor);
      await unit.record({
        event: "app.removed",
        subjectId: app.id,
        namespaceId: app.namespaceId,
        appId: app.id,
        data: { name: app.name },
      });
      await unit.notify("app", app.id);
    });
    return settled;
  }

  private async requestNamespace({ id, phase }: Namespace, look: Look): Promise<void> {
    // A failed one is tried again anyway.
    if (phase === "FAILED") return;
    await look.commit((em) => this.mutations.unitOfWork(em, platformActor).enqueue({ kind: "namespace", key: id }));
  }

  private async note(id: string, trouble: string, look: Look): Promise<void> {
    await look.commit(async (em) => {
      const changed = await em.nativeUpdate(
        App,
        { id, $or: [{ trouble: null }, { trouble: { $ne: trouble } }] },
        { trouble },
      );
      if (changed > 0) await this.mutations.unitOfWork(em, platformActor).notify("app", id);
    });
  }
}

/** What ends a rollout before its objects are in the cluster. */
const refusals = [
  [UpstreamRejected, "REFUSED"],
  [PlanStale, "PLAN_STALE"],
  [HostRefused, "HOST_REFUSED"],
] as const;
