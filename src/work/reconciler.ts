import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Lease } from "./work-queue.js";

/** What a reconciler resolves with: the key is done, or it is requeued. */
export type Outcome = { readonly done: true } | { readonly done: false; readonly afterMs: number };

/** Nothing is left to do until the key is enqueued again. */
export const done: Outcome = { done: true };

/** Reconcile the key again in `afterMs`, or as soon as it is enqueued. */
export const requeueAfter = (afterMs: number): Outcome => ({ done: false, afterMs });

/** What one call of a reconciler is given beside its key. */
export interface ReconcileContext {
  /** Aborted when the process stops or the lease is lost. */
  readonly signal: AbortSignal;
  /** How many calls in a row, this one included, began without a result. */
  readonly attempt: number;
  readonly lease: Lease;
  /** The only way to write: a transaction that fails with LeaseLost when another worker has taken over. Its entity manager is fresh, so fetch again what you change. */
  commit<T>(write: (em: SqlEntityManager) => Promise<T>): Promise<T>;
}

/**
 * Brings the keys of one kind to their end: fetch, judge, write. It may run at any moment any number of times,
 * never twice at once for a key. What it throws is recorded and tried again, ever later.
 */
export interface Reconciler {
  readonly kind: string;
  /** SQL that selects, as `id`, the keys to reconcile after a worker has started: what has changed before is not known. */
  readonly resync?: string;
  reconcile(key: string, context: ReconcileContext): Promise<Outcome>;
}
