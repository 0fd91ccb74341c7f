import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Actor } from "../../kernel/actor.js";
import { NotFound } from "../../kernel/errors.js";
import type { Wakeups } from "../../kernel/wakeups.js";
import type { Stream } from "../../streams/mailbox.js";
import type { SharedSource } from "../../streams/shared-source.js";
import type { Policy } from "../access/policy.js";
import { App } from "../app/app.entity.js";
import { entityStates } from "../state-streams.js";
import { Rollout } from "./rollout.entity.js";

/** How rollouts go, live. */
export class RolloutStreams {
  private readonly states: SharedSource<Rollout>;

  constructor(
    private readonly fork: () => SqlEntityManager,
    wakeups: Wakeups,
    private readonly policy: Policy,
  ) {
    this.states = entityStates(fork, wakeups, {
      entity: Rollout,
      topic: "rollout",
      isLast: (rollout) => rollout.isOver(),
    });
  }

  /** The rollout as it is now, then every change, until it is over. Of an app: its newest rollout. */
  async progress(
    actor: Actor,
    of: { readonly rolloutId?: string | null; readonly appId?: string | null },
  ): Promise<Stream<Rollout>> {
    const em = this.fork();
    const rollout = of.rolloutId
      ? await em.findOne(Rollout, of.rolloutId)
      : await em.findOne(Rollout, { appId: of.appId! }, { orderBy: { id: "desc" } });
    if (rollout) {
      this.policy.require(actor, "namespace:read", {
        namespaceId: rollout.namespaceId,
        kind: "rollout",
        id: rollout.id,
      });
      return this.states.subscribe(rollout.id);
    }
    const app = of.appId ? await em.findOne(App, of.appId) : null;
    if (!app) throw new NotFound(of.appId ? "app" : "rollout", of.appId ?? of.rolloutId ?? "");
    this.policy.require(actor, "namespace:read", { namespaceId: app.namespaceId, kind: "app", id: app.id });
    throw new NotFound("rollout of app", app.id);
  }
}
