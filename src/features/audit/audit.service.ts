import type { Actor } from "../../kernel/actor.js";
import { journalCursor, journalPosition, notOfTheJournal } from "../../journal/journal-place.js";
import type { JournalEntry, JournalFilter, JournalTail } from "../../journal/journal-tail.js";
import type { Stream } from "../../streams/mailbox.js";
import type { StreamEvent } from "../../streams/stream-event.js";
import { Tail } from "../../streams/tail.js";
import type { Policy } from "../access/policy.js";

export interface AuditFilter {
  readonly namespaceId?: string | null;
  readonly appId?: string | null;
  readonly events?: readonly string[] | null;
}

const batchSize = 200;

/** An entry as it arrives. */
export interface JournalEvent extends StreamEvent {
  readonly entry: JournalEntry;
}

/** What happened, as far as the actor may see it: everything, or what concerns its namespaces, and its own deeds. */
export class AuditService {
  constructor(
    private readonly journal: JournalTail,
    private readonly policy: Policy,
  ) {}

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

  /** Every entry after the cursor, or from now on, in the journal's order. */
  async follow(actor: Actor, filter: AuditFilter, after: string | null | undefined): Promise<Stream<JournalEvent>> {
    const head = await this.journal.head();
    let position = journalPosition(after) ?? head;
    // Nothing of this journal is there yet: it is the cursor of another one.
    if (position > head) throw notOfTheJournal();
    const limited = this.limit(actor, filter);
    return new Tail(
      async () => {
        const more = await this.journal.read(limited, { after: position, limit: batchSize });
        position = more.at(-1)?.position ?? position;
        return more.map((entry) => ({ cursor: journalCursor(entry.position), entry }));
      },
      (nudge) => this.journal.onMore(nudge),
    );
  }

  /** One's own deeds stay visible when the place where they were done no longer is. */
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
