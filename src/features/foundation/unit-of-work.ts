import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Actor } from "../../kernel/actor.js";
import type { JournalEvent, Journal } from "../../journal/journal.js";
import type { WorkKey, WorkQueue } from "../../work/work-queue.js";
import type { JournalEventName, TopicName, WorkKind } from "./registry.js";

/** One transaction: what changes, the journal events that tell of it, and the work that follows from it. */
export class UnitOfWork {
  constructor(
    readonly em: SqlEntityManager,
    private readonly actor: Actor,
    private readonly journal: Journal,
    private readonly work: WorkQueue,
  ) {}

  record(event: JournalEvent & { readonly event: JournalEventName }): Promise<string> {
    return this.journal.record(this.em, this.actor, event);
  }

  enqueue(key: WorkKey & { readonly kind: WorkKind }, afterMs = 0): Promise<void> {
    return this.work.enqueue(this.em, key, afterMs);
  }

  /** Enqueues every key that the query selects. */
  enqueueAll(kind: WorkKind, select: string, values: readonly unknown[]): Promise<void> {
    return this.work.enqueueAll(this.em, kind, select, values);
  }

  /** Notifies the subscribers of a topic, in every process, when the transaction commits. */
  async notify(topic: TopicName, key: string): Promise<void> {
    await this.em.execute(`select pg_notify('orrery', ?)`, [`${topic}:${key}`]);
  }
}
