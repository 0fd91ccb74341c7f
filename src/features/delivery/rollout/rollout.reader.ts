import type { Actor } from "../../../kernel/actor.js";
import { ifGiven, oneOf, type Filter } from "../../foundation/filter.js";
import type { ListOfApps, ReadModel, KeysetPage } from "../../foundation/read-model.js";
import type { Policy } from "../../identity/access/policy.js";
import { Rollout, type RolloutPhase } from "./rollout.entity.js";

interface RolloutFilter {
  readonly appId?: string | null;
  readonly namespaceId?: string | null;
  readonly phases?: readonly RolloutPhase[] | null;
}

/** Reads rollouts for those who may see them. */
export class RolloutReader {
  constructor(
    private readonly readModel: ReadModel,
    private readonly policy: Policy,
  ) {}

  async rollout(actor: Actor, id: string): Promise<Rollout | null> {
    const rollout = await this.readModel.byId(Rollout, id);
    return rollout && this.policy.can(actor, "namespace:read", rollout.namespaceId) ? rollout : null;
  }

  /** Rollouts that the actor may see, newest first. */
  async rollouts(actor: Actor, filter: RolloutFilter, slice: KeysetPage): Promise<Rollout[]> {
    return this.readModel.newest(Rollout, this.filter(actor, filter), slice);
  }

  async countRollouts(actor: Actor, filter: RolloutFilter): Promise<number> {
    return this.readModel.count(Rollout, this.filter(actor, filter));
  }

  /** The rollouts of each app. */
  rolloutsOf(actor: Actor): ListOfApps<Rollout> {
    return this.readModel.ofApps(Rollout, this.filter(actor, {}));
  }

  private filter(actor: Actor, { appId, namespaceId, phases }: RolloutFilter): Filter<Rollout> {
    return (rollouts) =>
      rollouts
        .$call(oneOf("namespaceId", this.policy.visibleNamespaces(actor)))
        .$call(ifGiven("namespaceId", namespaceId))
        .$call(ifGiven("appId", appId))
        .$call(oneOf("phase", phases && phases.length > 0 ? phases : "ALL"));
  }
}
