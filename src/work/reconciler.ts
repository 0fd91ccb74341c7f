import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Lease } from "./work-queue.js";

/** What a reconciler says when it is done looking at a key. */
export type Outcome = { readonly settled: true } | { readonly settled: false; readonly afterMs: number };

/** Nothing is left to do until somebody asks again. */
export const settled: Outcome = { settled: true };

/** Look again in `afterMs`, or as soon as somebody asks. */
export const again = (afterMs: number): Outcome => ({ settled: false, afterMs });

/** One look at one key. */
export interface Look {
  /** Aborted when the process stops or the lease is lost. */
  readonly signal: AbortSignal;
  /** How many looks in a row, this one included, began without a result. */
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
  reconcile(key: string, look: Look): Promise<Outcome>;
}
