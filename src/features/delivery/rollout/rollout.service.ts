import type { Actor, MemberActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import { IllegalState, NotFound } from "../../../kernel/errors.js";
import type { NewId } from "../../../kernel/ids.js";
import type { Policy } from "../../identity/access/policy.js";
import type { HostClaims } from "../host/host-claims.js";
import { hostsOf } from "../host/ingress-hosts.js";
import { App, scopeOf } from "../app/app.entity.js";
import type { Changed, Changes } from "../../foundation/change.js";
import { Namespace } from "../namespace/namespace.entity.js";
import { Release } from "../release/release.entity.js";
import type { Rows, Slice } from "../../foundation/rows.js";
import { Where } from "../../foundation/where.js";
import { resetAutoDeploy } from "../app/auto-deploy.js";
import { Rollout, type RolloutPhase } from "./rollout.entity.js";
import { startRollout } from "./start-rollout.js";

export interface RolloutFilter {
  readonly appId?: string | null;
  readonly namespaceId?: string | null;
  readonly phases?: readonly RolloutPhase[] | null;
}

/** Going back, and reading what was put live. */
export class RolloutService {
  constructor(
    private readonly rows: Rows,
    private readonly changes: Changes,
    private readonly policy: Policy,
    private readonly claims: HostClaims,
    private readonly newId: NewId,
    private readonly clock: Clock,
  ) {}

  /** Puts an old release live again, whole: image, spec and objects as they were then. */
  async rollBack(
    actor: MemberActor,
    input: { toReleaseId: string; idempotencyKey?: string | null },
  ): Promise<Changed<Rollout>> {
    return this.changes.make(actor, { mutation: "rollBack", input }, Rollout, async (change) => {
      const release = await change.em.findOne(Release, input.toReleaseId);
      const app = release && (await change.em.findOne(App, release.appId));
      if (!release || !app) throw new NotFound("release", input.toReleaseId);
      this.policy.require(actor, "release:rollBack", { namespaceId: app.namespaceId, kind: "release", id: release.id });
      if (app.phase === "RETIRED")
        throw new IllegalState("The app is retired; nothing of it can be put live.", { phase: app.phase });
      const newest = await change.em.findOne(Rollout, { appId: app.id }, { orderBy: { id: "desc" } });
      if (newest?.releaseId === release.id && newest.phase !== "FAILED") {
        throw new IllegalState(`Release ${release.number} is the one that is live, or on its way there.`, {
          phase: newest.phase,
        });
      }
      const namespace = await change.em.findOneOrFail(Namespace, app.namespaceId);
      const hosts = hostsOf(release.manifests);
      await this.claims.require(change.em, actor, { app, namespace }, hosts, "input.toReleaseId");
      return startRollout(change, {
        release,
        cause: "ROLL_BACK",
        requestedBy: actor.memberId,
        newId: this.newId,
        now: this.clock.now(),
      });
    });
  }

  /** Ends what a roll-back began: releases are put live by themselves again. */
  async resumeReleases(
    actor: MemberActor,
    input: { appId: string; idempotencyKey?: string | null },
  ): Promise<Changed<App>> {
    return this.changes.make(actor, { mutation: "resumeReleases", input }, App, async (change) => {
      const app = await change.em.findOne(App, input.appId);
      if (!app) throw new NotFound("app", input.appId);
      this.policy.require(actor, "release:rollBack", scopeOf(app));
      if (!(await resetAutoDeploy(change, app)))
        throw new IllegalState("Releases of this app are put live by themselves already.", { phase: app.phase });
      // What was approved meanwhile, or just before, was held too.
      await change.request({ kind: "release", key: app.id });
      return app;
    });
  }

  async rollout(actor: Actor, id: string): Promise<Rollout | null> {
    const rollout = await this.rows.one(Rollout, new Where().is("id", id));
    return rollout && this.policy.can(actor, "namespace:read", rollout.namespaceId) ? rollout : null;
  }

  /** Rollouts that the actor may see, newest first. */
  async rollouts(actor: Actor, filter: RolloutFilter, slice: Slice): Promise<Rollout[]> {
    return this.rows.newest(Rollout, this.where(actor, filter), slice);
  }

  async countRollouts(actor: Actor, filter: RolloutFilter): Promise<number> {
    return this.rows.count(Rollout, this.where(actor, filter));
  }

  /** The same slice of each app's rollouts. */
  async rolloutsOf(actor: Actor, appIds: readonly string[], slice: Slice): Promise<Map<string, Rollout[]>> {
    return this.rows.newestOfApps(Rollout, appIds, this.where(actor, {}), slice);
  }

  async countRolloutsOf(actor: Actor, appIds: readonly string[]): Promise<Map<string, number>> {
    return this.rows.countOfApps(Rollout, appIds, this.where(actor, {}));
  }

  private where(actor: Actor, { appId, namespaceId, phases }: RolloutFilter): Where {
    return new Where()
      .in("namespace_id", this.policy.visibleNamespaces(actor))
      .isGiven("namespace_id", namespaceId)
      .isGiven("app_id", appId)
      .in("phase", phases && phases.length > 0 ? phases : "ALL");
  }
}
