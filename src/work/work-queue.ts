import type { SqlEntityManager } from "@mikro-orm/postgresql";

/** What is to be reconciled: the kind of a thing, and its id. */
export interface WorkKey {
  readonly kind: string;
  readonly key: string;
}

/** A claim on a key until `lease_until`; `fence` tells this claim from every later one. */
export interface Lease extends WorkKey {
  readonly owner: string;
  readonly fence: number;
  readonly revision: number;
  readonly attempt: number;
}

/** Another worker has taken over the key, so this worker's writes are refused. */
export class LeaseLost extends Error {
  constructor({ kind, key }: WorkKey) {
    super(`The lease on ${kind}:${key} was lost.`);
    this.name = "LeaseLost";
  }
}

/**
 * The keys that are to be reconciled. One row per key, however often it is enqueued: enqueuing a key
 * that is claimed bumps `revision`, and a claim completes only if the key was not enqueued
 * since it was taken. Every method runs in the caller's transaction, if it has one.
 */
export class WorkQueue {
  /** Makes the key due `afterMs` from now; an earlier due time is kept. */
  async enqueue(em: SqlEntityManager, { kind, key }: WorkKey, afterMs = 0): Promise<void> {
    await em.execute(
      `insert into work_item (kind, key, run_at) values (?, ?, now() + ? * interval '1 ms')
       on conflict (kind, key) do update
         set revision = work_item.revision + 1, run_at = least(work_item.run_at, excluded.run_at), attempt = 0`,
      [kind, key, afterMs],
    );
    await em.execute(`select pg_notify('orrery', 'work:')`);
  }

  /** Makes every key that the query selects due now; a key that is claimed is reconciled once more. */
  async enqueueAll(em: SqlEntityManager, kind: string, select: string, values: readonly unknown[] = []): Promise<void> {
    const rows = await em.execute(
      `insert into work_item (kind, key) select ?, wanted.id from (${select}) wanted
       on conflict (kind, key) do update
         set revision = work_item.revision + 1, run_at = least(work_item.run_at, excluded.run_at)
       returning 1`,
      [kind, ...values],
    );
    if (rows.length > 0) await em.execute(`select pg_notify('orrery', 'work:')`);
  }

  /** Claims up to `limit` due keys of these kinds for `leaseMs`, the most overdue first. */
  async claim(
    em: SqlEntityManager,
    { owner, kinds, limit, leaseMs }: { owner: string; kinds: readonly string[]; limit: number; leaseMs: number },
  ): Promise<Lease[]> {
    const rows = await em.execute<
      { kind: string; key: string; fence: string; taken_revision: string; attempt: number }[]
    >(
      `with due as (
         select kind, key from work_item
         where kind in (${kinds.map(() => "?").join(", ")}) and run_at <= now() and (lease_until is null or lease_until < now())
         order by run_at limit ? for update skip locked
       )
       update work_item w
         set owner = ?, lease_until = now() + ? * interval '1 ms', fence = w.fence + 1, taken_revision = w.revision, attempt = w.attempt + 1
         from due where w.kind = due.kind and w.key = due.key
         returning w.kind, w.key, w.fence, w.taken_revision, w.attempt`,
      [...kinds, limit, owner, leaseMs],
    );
    return rows.map(({ kind, key, fence, taken_revision, attempt }) => ({
      kind,
      key,
      owner,
      fence: Number(fence),
      revision: Number(taken_revision),
      attempt,
    }));
  }

  /** Milliseconds until the next key of these kinds is due, or undefined when there is none. */
  async nextDueMs(em: SqlEntityManager, kinds: readonly string[]): Promise<number | undefined> {
    const [row] = await em.execute<{ ms: string | null }[]>(
      `select extract(epoch from min(greatest(run_at, coalesce(lease_until, run_at))) - now()) * 1000 as ms
       from work_item where kind in (${kinds.map(() => "?").join(", ")})`,
      [...kinds],
    );
    return row?.ms === null || row?.ms === undefined ? undefined : Number(row.ms);
  }

  /**
   * Renews these leases, and only these, for `leaseMs`; resolves with those that their owner still holds. A row that is
   * locked at this moment is skipped and renewed the next time, because waiting for it could be a deadlock.
   */
  async renew(em: SqlEntityManager, leases: readonly Lease[], leaseMs: number): Promise<ReadonlySet<Lease>> {
    const rows = await em.execute<{ index: number }[]>(
      `with held as (
         select w.kind, w.key, h.index
         from jsonb_to_recordset(?::jsonb) as h (index integer, kind text, key text, owner text, fence bigint)
         join work_item w using (kind, key, owner, fence)
       ), free as (
         select w.kind, w.key from work_item w join held using (kind, key) for update of w skip locked
       ), renewed as (
         update work_item w set lease_until = now() + ? * interval '1 ms' from free where w.kind = free.kind and w.key = free.key
       )
       select index from held`,
      [
        JSON.stringify(leases.map(({ kind, key, owner, fence }, index) => ({ index, kind, key, owner, fence }))),
        leaseMs,
      ],
    );
    return new Set(rows.map(({ index }) => leases[index]!));
  }

  /** Throws when the lease is no longer held. Inside a transaction, nobody can take the key over before the commit. */
  async guard(em: SqlEntityManager, lease: Lease): Promise<void> {
    const rows = await em.execute(
      `select 1 from work_item where kind = ? and key = ? and owner = ? and fence = ? for update`,
      [lease.kind, lease.key, lease.owner, lease.fence],
    );
    if (rows.length === 0) throw new LeaseLost(lease);
  }

  /** Removes the key, unless it was enqueued again since the claim: then it is due at once. */
  async complete(em: SqlEntityManager, lease: Lease): Promise<void> {
    await em.execute(
      `with gone as (
         delete from work_item where kind = ? and key = ? and owner = ? and fence = ? and revision = ? returning 1
       )
       update work_item set owner = null, lease_until = null, attempt = 0, last_error = null, run_at = now()
       where kind = ? and key = ? and owner = ? and fence = ? and not exists (select 1 from gone)`,
      [
        lease.kind,
        lease.key,
        lease.owner,
        lease.fence,
        lease.revision,
        lease.kind,
        lease.key,
        lease.owner,
        lease.fence,
      ],
    );
  }

  /** Requeues the key in `afterMs`, or at once when it was enqueued since the claim. With an error, attempts keep counting. */
  async release(em: SqlEntityManager, lease: Lease, afterMs: number, error?: string): Promise<void> {
    await em.execute(
      `update work_item
         set owner = null, lease_until = null, last_error = ?, attempt = case when ? then attempt else 0 end,
             run_at = case when revision > ? then least(run_at, now()) else now() + ? * interval '1 ms' end
       where kind = ? and key = ? and owner = ? and fence = ?`,
      [error ?? null, error !== undefined, lease.revision, afterMs, lease.kind, lease.key, lease.owner, lease.fence],
    );
  }

  /** Releases all leases of the owner, due at once: for an orderly shutdown. */
  async releaseAll(em: SqlEntityManager, owner: string): Promise<void> {
    await em.execute(
      `update work_item set owner = null, lease_until = null, run_at = least(run_at, now()) where owner = ?`,
      [owner],
    );
    await em.execute(`select pg_notify('orrery', 'work:')`);
  }
}
