import type { Actor } from "../../../kernel/actor.js";
import type { JournalFilter } from "../../../journal/journal-filter.js";
import { journalPosition } from "../../../journal/journal-position.js";
import type { JournalEntry, JournalTail } from "../../../journal/journal-tail.js";
import type { Stream } from "../../../streams/conflating-queue.js";
import type { Policy } from "../../identity/access/policy.js";
import { JournalStreams, type JournalStreamEvent } from "./journal-streams.js";

export interface AuditFilter {
  readonly namespaceId?: string | null;
  readonly appId?: string | null;
  readonly events?: readonly string[] | null;
}

/** What happened, as far as the actor may see it: everything, or what concerns its namespaces, and its own deeds. */
export class AuditReader {
  private readonly events: JournalStreams;

  constructor(
    private readonly journal: JournalTail,
    private readonly policy: Policy,
  ) {
    this.events = new JournalStreams(journal);
  }

  /** Newest first. */
  async entries(
    actor: Actor,
    filter: AuditFilter,
    { after, limit }: { after?: string | null | undefined; limit: number },
  ): Promise<JournalEntry[]> {
    const position = journalPosition(after);
    return this.journal.read(this.limit(actor, filter), {
      limit,
      backwards: true,
      ...(position !== undefined && { after: position }),
    });
  }

  async entry(actor: Actor, id: string): Promise<JournalEntry | null> {
    const [entry] = await this.journal.read({ ...this.limit(actor, {}), id }, { limit: 1 });
    return entry ?? null;
  }

  async count(actor: Actor, filter: AuditFilter): Promise<number> {
    return this.journal.count(this.limit(actor, filter));
  }

  /** All entries after the cursor, or only new ones, in the order of the journal. */
  async follow(
    actor: Actor,
    filter: AuditFilter,
    after: string | null | undefined,
  ): Promise<Stream<JournalStreamEvent>> {
    return this.events.follow(this.limit(actor, filter), await this.journal.reached(after));
  }

  /** The actor's own actions stay visible after it loses access to their namespace. */
  maySee(actor: Actor, namespaceId: string): boolean {
    return this.policy.can(actor, "namespace:read", namespaceId);
  }

  private limit(actor: Actor, { namespaceId, appId, events }: AuditFilter): JournalFilter {
    const visible = this.policy.visibleNamespaces(actor);
    const all = visible === "ALL" && this.policy.can(actor, "journal:read");
    return {
      visible: all || actor.kind === "PLATFORM" ? "ALL" : { namespaceIds: visible, actorId: actor.memberId },
      ...(namespaceId && { namespaceId }),
      ...(appId && { appId }),
      ...(events && { events }),
    };
  }
}
