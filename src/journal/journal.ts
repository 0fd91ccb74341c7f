import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Actor } from "../kernel/actor.js";
import type { NewId } from "../kernel/ids.js";

/** A journal event as a use-case records it: its name `noun.pastTense`, its subject, and what changed. */
export interface JournalEvent {
  readonly event: string;
  /** The id of the object that changed. */
  readonly subjectId: string;
  readonly namespaceId?: string | null;
  readonly appId?: string | null;
  /** Details for readers: before and after, the reason, names. Never a secret. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The append-only audit log. An entry is inserted in the transaction of the change that it records. */
export class Journal {
  constructor(private readonly newId: NewId) {}

  async record(em: SqlEntityManager, actor: Actor, event: JournalEvent): Promise<string> {
    const id = this.newId("JournalEntry");
    const by = actor.kind === "MEMBER" ? actor : { memberId: null, name: "Orrery" };
    await em.execute(
      `insert into journal_entry (id, event, actor_kind, actor_id, actor_name, namespace_id, app_id, subject_id, data)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb)`,
      [
        id,
        event.event,
        actor.kind,
        by.memberId,
        by.name,
        event.namespaceId ?? null,
        event.appId ?? null,
        event.subjectId,
        JSON.stringify(event.data ?? {}),
      ],
    );
    await em.execute(`select pg_notify('orrery', 'journal-written:')`);
    return id;
  }
}
