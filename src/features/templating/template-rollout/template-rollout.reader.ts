import { sql } from "kysely";
import type { Actor } from "../../../kernel/actor.js";
import { NotFound } from "../../../kernel/errors.js";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { PubSub } from "../../../kernel/pub-sub.js";
import type { Stream } from "../../../streams/conflating-queue.js";
import type { Policy } from "../../identity/access/policy.js";
import type { ReadModel, KeysetPage } from "../../foundation/read-model.js";
import { EntityStates, statePosition, type StateEvent } from "../../foundation/state-streams.js";
import type { EntityQuery } from "../../foundation/entity-query.js";
import { behind, ifGiven, oneOf, type Filter } from "../../foundation/filter.js";
import {
  openPhases,
  TemplateRollout,
  TemplateRolloutApp,
  type TemplateRolloutAppPhase,
} from "./template-rollout.entity.js";

export interface TemplateRolloutFilter {
  readonly templateId?: string | null;
  readonly open?: boolean | null;
}

/** Reads template rollouts for members who may manage templates, because they name apps of all namespaces. */
export class TemplateRolloutReader {
  private readonly states: EntityStates<TemplateRollout>;

  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly readModel: ReadModel,
    private readonly policy: Policy,
    pubSub: PubSub,
  ) {
    this.states = new EntityStates(fork, pubSub, {
      entity: TemplateRollout,
      topic: "publication",
      isLast: (publication) => publication.isOver(),
    });
  }

  async publication(actor: Actor, id: string): Promise<TemplateRollout | null> {
    return this.readModel.one(TemplateRollout, (all) => all.where("id", "=", id).$call(this.visible(actor)));
  }

  async publications(actor: Actor, filter: TemplateRolloutFilter, slice: KeysetPage): Promise<TemplateRollout[]> {
    return this.readModel.newest(TemplateRollout, this.filter(actor, filter), slice);
  }

  async countPublications(actor: Actor, filter: TemplateRolloutFilter): Promise<number> {
    return this.readModel.count(TemplateRollout, this.filter(actor, filter));
  }

  /** The state of the rollout for each app, in the order of their ids. */
  async apps(
    actor: Actor,
    id: string,
    phases: readonly TemplateRolloutAppPhase[],
    { after, limit }: KeysetPage,
  ): Promise<TemplateRolloutApp[]> {
    return this.readModel.list(TemplateRolloutApp, (apps) =>
      apps
        .$call(this.ofApps(actor, id, phases))
        .$call(behind("appId", after))
        .orderBy("appId")
        .limit(limit),
    );
  }

  async countApps(actor: Actor, id: string, phases: readonly TemplateRolloutAppPhase[]): Promise<number> {
    return this.readModel.count(TemplateRolloutApp, this.ofApps(actor, id, phases));
  }

  /** The template rollout as it is now, or only states newer than `after`, then every change, until it has ended. */
  async changes(actor: Actor, id: string, after?: string | null): Promise<Stream<StateEvent<TemplateRollout>>> {
    this.policy.require(actor, "template:manage");
    const place = statePosition(after);
    const publication = await this.fork().findOne(TemplateRollout, id);
    if (!publication) throw new NotFound("publication", id);
    return this.states.follow(publication, place);
  }

  private filter(actor: Actor, { templateId, open }: TemplateRolloutFilter): Filter<TemplateRollout> {
    return (all) =>
      all
        .$call(this.visible(actor))
        .$call(ifGiven("templateId", templateId))
        .$call(oneOf("phase", open === true ? openPhases : "ALL"));
  }

  private ofApps(actor: Actor, id: string, phases: readonly TemplateRolloutAppPhase[]): Filter<TemplateRolloutApp> {
    return (apps) =>
      apps
        .$call(this.visible(actor))
        .where("publicationId", "=", id)
        .$call(oneOf("phase", phases.length > 0 ? phases : "ALL"));
  }

  private visible(actor: Actor) {
    const all = this.policy.can(actor, "template:manage");
    return <T>(query: EntityQuery<T>): EntityQuery<T> => (all ? query : query.where(sql<boolean>`false`));
  }
}
