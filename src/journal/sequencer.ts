import { createHash } from "node:crypto";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { PubSub } from "../kernel/pub-sub.js";

interface Unsequenced {
  readonly id: string;
  readonly recorded_at: string;
  readonly event: string;
  readonly actor_kind: string;
  readonly actor_id: string | null;
  readonly actor_name: string;
  readonly namespace_id: string | null;
  readonly app_id: string | null;
  readonly subject_id: string;
  readonly data: string;
}

const batchSize = 500;
const safetyPollMs = 2_000;

/**
 * The hash of an entry, chained to the one before it (SHA-256 in hex). A changed or missing entry breaks all later
 * hashes.
 */
export function chainHash(previous: string, position: number, entry: Unsequenced): string {
  const fields = [
    position,
    entry.id,
    entry.recorded_at,
    entry.event,
    entry.actor_kind,
    entry.actor_id,
    entry.actor_name,
    entry.namespace_id,
    entry.app_id,
    entry.subject_id,
    entry.data,
  ];
  return createHash("sha256").update(previous).update(JSON.stringify(fields)).digest("hex");
}

/** The columns that the hash covers; times and JSON as PostgreSQL prints them, so that the hash can be verified. */
export const hashedColumns = `id, recorded_at::text as recorded_at, event, actor_kind, actor_id, actor_name, namespace_id, app_id, subject_id, data::text as data`;

/**
 * Assigns positions to committed entries, without gaps and in an order that readers can trust. With a plain sequence, 7
 * could be visible before 6 has committed, and a reader that had continued to 7 would never see 6. Every process runs a
 * sequencer; the lock on the head row lets one work at a time.
 */
export class Sequencer {
  private running: Promise<void> | undefined;
  private again = false;
  private timer: NodeJS.Timeout | undefined;
  private unlisten: () => void = () => undefined;

  /** `sequenced` runs in the transaction that assigned the positions up to `position`. */
  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly pubSub: PubSub,
    private readonly sequenced: (em: SqlEntityManager, position: number) => Promise<void>,
    private readonly failed: (error: unknown) => void,
  ) {}

  start(): void {
    this.unlisten = this.pubSub.subscribe("journal-written", () => this.trigger());
    this.timer = setInterval(() => this.trigger(), safetyPollMs);
    this.trigger();
  }

  async stop(): Promise<void> {
    this.unlisten();
    clearInterval(this.timer);
    await this.running;
  }

  private trigger(): void {
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = this.drain()
      .catch(this.failed)
      .finally(() => {
        this.running = undefined;
        if (!this.again) return;
        this.again = false;
        this.trigger();
      });
  }

  private async drain(): Promise<void> {
    while ((await this.sequence()) === batchSize);
  }

  /** Sequences one batch; resolves with its number of entries. */
  async sequence(): Promise<number> {
    const em = this.fork();
    const [waiting] = await em.execute(`select 1 from journal_entry where position is null limit 1`);
    if (!waiting) return 0;
    return em.transactional(async (tx) => {
      const [head] = await tx.execute<{ position: string; hash: string }[]>(
        `select position, hash from journal_head for update`,
      );
      // Read after the lock is held, so that entries of another sequencer have their positions. Ordered by the
      // database's clock, so that a consequence comes after its cause; ids sort by the clocks of the processes.
      const entries = await tx.execute<Unsequenced[]>(
        `select ${hashedColumns} from journal_entry where position is null order by journal_entry.recorded_at, id limit ${batchSize}`,
      );
      if (entries.length === 0) return 0;
      let position = Number(head!.position);
      let hash = head!.hash;
      const placed = entries.map((entry) => {
        hash = chainHash(hash, ++position, entry);
        return { id: entry.id, position, hash };
      });
      await tx.execute(
        `update journal_entry e set position = p.position, hash = p.hash
         from jsonb_to_recordset(?::jsonb) as p (id text, position bigint, hash text) where e.id = p.id`,
        [JSON.stringify(placed)],
      );
      await tx.execute(`update journal_head set position = ?, hash = ?`, [position, hash]);
      await tx.execute(`select pg_notify('orrery', 'journal:')`);
      await this.sequenced(tx, position);
      return entries.length;
    });
  }
}
