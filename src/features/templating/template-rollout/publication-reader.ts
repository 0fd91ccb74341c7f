import type { Actor } from "../../../kernel/actor.js";
import { NotFound } from "../../../kernel/errors.js";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Wakeups } from "../../../kernel/wakeups.js";
import type { Stream } from "../../../streams/mailbox.js";
import type { Policy } from "../../identity/access/policy.js";
import type { Rows, Slice } from "../../foundation/rows.js";
import { EntityStates, statePlace, type StateEvent } from "../../foundation/state-streams.js";
import { Where } from "../../foundation/where.js";
import { openPhases, Publication, PublicationApp, type PublicationAppPhase } from "./publication.entity.js";

export interface PublicationFilter {
  readonly templateId?: string | null;
  readonly open?: boolean | null;
}

/** Finds publications for those who may make them: what they tell of names apps of every namespace. */
export class PublicationReader {
  private readonly states: EntityStates<Publication>;

  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly rows: Rows,
    private readonly policy: Policy,
    wakeups: Wakeups,
  ) {
    this.states = new EntityStates(fork, wakeups, {
      entity: Publication,
      topic: "publication",
      isLast: (publication) => publication.isOver(),
    });
  }

  async publication(actor: Actor, id: string): Promise<Publication | null> {
    return this.rows.one(Publication, this.visible(actor).is("id", id));
  }

  async publications(actor: Actor, filter: PublicationFilter, slice: Slice): Promise<Publication[]> {
    return this.rows.newest(Publication, this.where(actor, filter), slice);
  }

  async countPublications(actor: Actor, filter: PublicationFilter): Promise<number> {
    return this.rows.count(Publication, this.where(actor, filter));
  }

  /** How far it is with each app, in the order of their ids. */
  async apps(
    actor: Actor,
    id: string,
    phases: readonly PublicationAppPhase[],
    { after, limit }: Slice,
  ): Promise<PublicationApp[]> {
    const where = this.ofApps(actor, id, phases).after("app_id", ">", after);
    return this.rows.list(PublicationApp, where, { order: "app_id", limit });
  }

  async countApps(actor: Actor, id: string, phases: readonly PublicationAppPhase[]): Promise<number> {
    return this.rows.count(PublicationApp, this.ofApps(actor, id, phases));
  }

  /** The publication as it is now, or only what is newer than `after`, then every change, until it is over. */
  async changes(actor: Actor, id: string, after?: string | null): Promise<Stream<StateEvent<Publication>>> {
    this.policy.require(actor, "template:manage");
    const place = statePlace(after);
    const publication = await this.fork().findOne(Publication, id);
    if (!publication) throw new NotFound("publication", id);
    return this.states.follow(publication, place);
  }

  private where(actor: Actor, { templateId, open }: PublicationFilter): Where {
    const where = this.visible(actor).isGiven("template_id", templateId);
    return open === true ? where.in("phase", openPhases) : where;
  }

  private ofApps(actor: Actor, id: string, phases: readonly PublicationAppPhase[]): Where {
    return this.visible(actor)
      .is("publication_id", id)
      .in("phase", phases.length > 0 ? phases : "ALL");
  }

  private visible(actor: Actor): Where {
    const where = new Where();
    return this.policy.can(actor, "template:manage") ? where : where.and("false");
  }
}
