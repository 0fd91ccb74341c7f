import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Actor, MemberActor } from "../../kernel/actor.js";
import type { Clock } from "../../kernel/clock.js";
import { IllegalState, NotFound } from "../../kernel/errors.js";
import type { NewId } from "../../kernel/ids.js";
import type { Policy } from "../access/policy.js";
import { App } from "../app/app.entity.js";
import type { Changed, Changes } from "../change.js";
import { Release } from "../release/release.entity.js";
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
    private readonly fork: () => SqlEntityManager,
    private readonly changes: Changes,
    private readonly policy: Policy,
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
      return startRollout(change, {
        release,
        cause: "ROLL_BACK",
        requestedBy: actor.memberId,
        newId: this.newId,
        now: this.clock.now(),
      });
    });
  }

  async rollout(actor: Actor, id: string): Promise<Rollout | null> {
    const rollout = await this.fork().findOne(Rollout, id);
    return rollout && this.policy.can(actor, "namespace:read", rollout.namespaceId) ? rollout : null;
  }

  /** Rollouts that the actor may see, newest first. */
  async rollouts(
    actor: Actor,
    filter: RolloutFilter,
    { after, limit }: { after?: string | undefined; limit: number },
  ): Promise<Rollout[]> {
    return this.fork().find(
      Rollout,
      { $and: [this.where(actor, filter), after === undefined ? {} : { id: { $lt: after } }] },
      { orderBy: { id: "desc" }, limit },
    );
  }

  async countRollouts(actor: Actor, filter: RolloutFilter): Promise<number> {
    return this.fork().count(Rollout, this.where(actor, filter));
  }

  private where(actor: Actor, { appId, namespaceId, phases }: RolloutFilter): object {
    const visible = this.policy.visibleNamespaces(actor);
    return {
      $and: [
        visible === "ALL" ? {} : { namespaceId: { $in: [...visible] } },
        namespaceId ? { namespaceId } : {},
        appId ? { appId } : {},
        phases && phases.length > 0 ? { phase: { $in: [...phases] } } : {},
      ],
    };
  }
}
