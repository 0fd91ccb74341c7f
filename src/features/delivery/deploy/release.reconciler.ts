import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { platformActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import type { NewId } from "../../../kernel/ids.js";
import { done, type ReconcileContext, type Outcome, type Reconciler } from "../../../work/reconciler.js";
import type { AppManifests } from "../app/app-manifests.js";
import { nextNumber } from "../app/app-numbers.js";
import { App, AppRevision } from "../app/app.entity.js";
import { Build } from "../build/build.entity.js";
import type { Mutations } from "../../foundation/mutations.js";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";
import { Namespace } from "../namespace/namespace.entity.js";
import { findCurrentRollout } from "../rollout/find-current-rollout.js";
import { Rollout, type RolloutCause } from "../rollout/rollout.entity.js";
import { startRollout } from "../rollout/start-rollout.js";
import { recordRelease } from "../release/record-release.js";
import { Release } from "../release/release.entity.js";

/** An app of a template rollout that waits for a release by the new version of the template. */
interface WaitingForRelease {
  readonly formerReleaseId?: string | null;
  releaseId?: string | null;
  wantsRelease: boolean;
}

/** The port to template rollouts, which templating implements: the entry that waits for a release of the app, if any. */
export type FindWaitingForRelease = (em: SqlEntityManager, appId: string) => Promise<WaitingForRelease | null>;

/**
 * Creates the missing releases of an app: one for each successful build, and one of the live image for a newly approved
 * spec or a template rollout. The newest new release is deployed, unless automatic deployment is suspended.
 */
export class ReleaseReconciler implements Reconciler {
  readonly kind = "release";

  constructor(
    private readonly manifests: AppManifests,
    private readonly mutations: Mutations,
    private readonly findWaiting: FindWaitingForRelease,
    private readonly newId: NewId,
    private readonly clock: Clock,
  ) {}

  async reconcile(appId: string, context: ReconcileContext): Promise<Outcome> {
    await context.commit(async (em) => {
      // Locks the app until the commit: a concurrent roll-back comes after the releases that are created here.
      await em.execute(`select 1 from app where id = ? for update`, [appId]);
      const app = await em.findOne(App, appId);
      if (!app?.approvedRevisionId || app.phase === "RETIRED") return;
      const unit = this.mutations.unitOfWork(em, platformActor);
      const made =
        (await this.fromBuilds(em, unit, app)).at(-1) ??
        (await this.fromApproval(em, unit, app)) ??
        (await this.fromTemplateRollout(em, unit, app));
      if (!made) return;
      await em.flush();
      await startRollout(unit, { ...made, newId: this.newId, now: this.clock.now() });
    });
    return done;
  }

  /** Creates the releases of builds, and resolves with those that are deployed automatically. */
  private async fromBuilds(em: SqlEntityManager, unit: UnitOfWork, app: App): Promise<NewRelease[]> {
    const rows = await em.execute<{ id: string }[]>(
      `select id from build b where app_id = ? and phase = 'SUCCEEDED' and not exists (select 1 from release r where r.build_id = b.id) order by number`,
      [app.id],
    );
    const made: NewRelease[] = [];
    for (const { id } of rows) {
      const build = await em.findOneOrFail(Build, id);
      const isHeld = app.heldByRolloutId !== null || build.number <= app.heldBuildNumber;
      const release = await this.createRelease(em, unit, app, { build, image: build.image }, isHeld);
      if (!isHeld) made.push({ release, cause: "BUILD", requestedBy: build.requestedBy });
    }
    return made;
  }

  private async fromApproval(em: SqlEntityManager, unit: UnitOfWork, app: App): Promise<NewRelease | undefined> {
    if (app.heldByRolloutId !== null) return undefined;
    const live = (await findCurrentRollout(em, app.id)) ?? (await newestRejectedRollout(em, app.id));
    // A release that was not deployed has no rollout, and does not count.
    const [known] = await em.execute(
      `select 1 from release r join rollout on release_id = r.id where r.app_id = ? and revision_id = ? limit 1`,
      [app.id, app.approvedRevisionId],
    );
    if (!live || known) return undefined;
    const { buildId, image } = await em.findOneOrFail(Release, live.releaseId);
    const build = buildId ? await em.findOneOrFail(Build, buildId) : null;
    return {
      release: await this.createRelease(em, unit, app, { build, image }, false),
      cause: "APPROVAL",
      requestedBy: null,
    };
  }

  /** Renders the live release again by the effective templates. A release that was created meanwhile has them already. */
  private async fromTemplateRollout(em: SqlEntityManager, unit: UnitOfWork, app: App): Promise<NewRelease | undefined> {
    if (app.heldByRolloutId !== null) return undefined;
    const waiting = await this.findWaiting(em, app.id);
    const live = waiting && (await findLiveRelease(em, app.id));
    if (!waiting || !live || (live.id !== waiting.formerReleaseId && live.id !== waiting.releaseId)) return undefined;
    const build = live.buildId ? await em.findOneOrFail(Build, live.buildId) : null;
    const release = await this.createRelease(em, unit, app, { build, image: live.image }, false, live.revisionId);
    waiting.wantsRelease = false;
    waiting.releaseId = release.id;
    return { release, cause: "PUBLICATION", requestedBy: null };
  }

  private async createRelease(
    em: SqlEntityManager,
    unit: UnitOfWork,
    app: App,
    { build, image }: { readonly build: Build | null; readonly image: string },
    isHeld: boolean,
    revisionId = app.approvedRevisionId!,
  ): Promise<Release> {
    const namespace = await em.findOneOrFail(Namespace, app.namespaceId);
    const { spec } = await em.findOneOrFail(AppRevision, revisionId);
    const id = this.newId("Release");
    const number = await nextNumber(em, app.id, "release");
    const renderer = await this.manifests.of(em, app);
    const content = {
      id,
      number,
      revisionId,
      image,
      templateVersions: renderer.versions(spec),
      manifests: renderer.all(app, namespace, spec, { id, number, image }),
    };
    return recordRelease(unit, app, build, content, isHeld);
  }
}

/** The newest rollout of an app whose rollouts were all rejected because of their hosts: a new spec may name another host. */
const newestRejectedRollout = (em: SqlEntityManager, appId: string): Promise<Rollout | null> =>
  em.findOne(Rollout, { appId, cause: { $nin: ["PLAN", "IMPORT"] } }, { orderBy: { id: "desc" } });

async function findLiveRelease(em: SqlEntityManager, appId: string): Promise<Release | undefined> {
  const live = await findCurrentRollout(em, appId);
  return live ? em.findOneOrFail(Release, live.releaseId) : undefined;
}

interface NewRelease {
  readonly release: Release;
  readonly cause: RolloutCause;
  readonly requestedBy: string | null;
}
