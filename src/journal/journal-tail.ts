import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { escapeHidden, escapeHiddenIn } from "../kernel/visible-text.js";
import type { PubSub } from "../kernel/pub-sub.js";
import { conditions, type JournalFilter } from "./journal-filter.js";
import { journalHead, reachedPosition } from "./journal-position.js";

/** A journal entry with its position. */
export interface JournalEntry {
  readonly id: string;
  readonly position: number;
  readonly recordedAt: Date;
  readonly event: string;
  readonly actorKind: "MEMBER" | "PLATFORM";
  readonly actorId: string | null;
  readonly actorName: string;
  readonly namespaceId: string | null;
  readonly appId: string | null;
  readonly subjectId: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface Row {
  id: string;
  position: string;
  recorded_at: Date;
  event: string;
  actor_kind: "MEMBER" | "PLATFORM";
  actor_id: string | null;
  actor_name: string;
  namespace_id: string | null;
  app_id: string | null;
  subject_id: string;
  data: Record<string, unknown>;
}

/** Hidden characters of old entries are escaped, because terminals and chats show them. */
const toJournalEntry = (row: Row): JournalEntry => ({
  id: row.id,
  position: Number(row.position),
  recordedAt: new Date(row.recorded_at),
  event: row.event,
  actorKind: row.actor_kind,
  actorId: row.actor_id,
  actorName: escapeHidden(row.actor_name, "LINE"),
  namespaceId: row.namespace_id,
  appId: row.app_id,
  subjectId: row.subject_id,
  data: escapeHiddenIn(row.data),
});

/** Reads the journal in order: in pages, or as a stream that can be resumed. */
export class JournalTail {
  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly pubSub: PubSub,
  ) {}

  /** The newest assigned position. */
  head(): Promise<number> {
    return journalHead(this.fork());
  }

  /** The position at which a reader with this cursor continues; without a cursor, the newest position. */
  reached(cursor: string | null | undefined): Promise<number> {
    return reachedPosition(this.fork(), cursor);
  }

  /** Up to `limit` entries after (or, `backwards`, before) a position. */
  async read(
    filter: JournalFilter,
    { after, limit, backwards = false }: { after?: number; limit: number; backwards?: boolean },
    em: SqlEntityManager = this.fork(),
  ): Promise<JournalEntry[]> {
    const { where, values } = conditions(filter);
    if (after !== undefined) {
      where.push(backwards ? "position < ?" : "position > ?");
      values.push(after);
    }
    const rows = await em.execute<Row[]>(
      `select * from journal_entry where ${where.join(" and ")} order by position ${backwards ? "desc" : "asc"} limit ?`,
      [...values, limit],
    );
    return rows.map(toJournalEntry);
  }

  async count(filter: JournalFilter): Promise<number> {
    const { where, values } = conditions(filter);
    const [row] = await this.fork().execute<{ count: string }[]>(
      `select count(*) from journal_entry where ${where.join(" and ")}`,
      values,
    );
    return Number(row!.count);
  }

  /** Calls `wake` when there may be new entries. */
  onMore(wake: () => void): () => void {
    return this.pubSub.subscribe("journal", () => wake());
  }
}
