import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Actor } from "../../../kernel/actor.js";
import { NotFound } from "../../../kernel/errors.js";
import type { PubSub } from "../../../kernel/pub-sub.js";
import type { Stream } from "../../../streams/conflating-queue.js";
import type { Policy } from "../../identity/access/policy.js";
import { App, scopeOf } from "../app/app.entity.js";
import { EntityStates, notOfThisStream, statePosition, type StateEvent } from "../../foundation/state-streams.js";
import { Rollout } from "./rollout.entity.js";

/** Subscriptions to the progress of rollouts. */
export class RolloutStreams {
  private readonly states: EntityStates<Rollout>;

  constructor(
    private readonly fork: () => SqlEntityManager,
    pubSub: PubSub,
    private readonly policy: Policy,
  ) {
    this.states = new EntityStates(fork, pubSub, {
      entity: Rollout,
      topic: "rollout",
      isLast: (rollout) => rollout.isOver(),
    });
  }

  /**
   * The rollout as it is now, or only what is newer than `after`, then every change, until it is over. Of an app: the
   * rollout that `after` names, else its newest one, so that a resumed subscription stays with its rollout.
   */
  async progress(
    actor: Actor,
    of: { readonly rolloutId?: string | null; readonly appId?: string | null },
    after?: string | null,
  ): Promise<Stream<StateEvent<Rollout>>> {
    const position = statePosition(after);
    const rollout = of.rolloutId
      ? await this.rollout(actor, of.rolloutId)
      : await this.rolloutOf(actor, of.appId!, position?.id);
    return this.states.follow(rollout, position);
  }

  private async rollout(actor: Actor, id: string): Promise<Rollout> {
    const rollout = await this.fork().findOne(Rollout, id);
    if (!rollout) throw new NotFound("rollout", id);
    this.policy.require(actor, "namespace:read", { namespaceId: rollout.namespaceId, kind: "rollout", id });
    return rollout;
  }

  /** The app's newest rollout, or the one of this id. */
  private async rolloutOf(actor: Actor, appId: string, id: string | undefined): Promise<Rollout> {
    const em = this.fork();
    const app = await em.findOne(App, appId);
    if (!app) throw new NotFound("app", appId);
    this.policy.require(actor, "namespace:read", scopeOf(app));
    const rollout = await em.findOne(Rollout, { appId, ...(id !== undefined && { id }) }, { orderBy: { id: "desc" } });
    if (rollout) return rollout;
    if (id !== undefined) throw notOfThisStream();
    throw new NotFound("rollout of app", appId);
  }
}
