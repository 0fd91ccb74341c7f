import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Lease } from "./work-queue.js";

/** The result of a reconcile: the key is done, or it is requeued. */
export type Outcome = { readonly done: true } | { readonly done: false; readonly afterMs: number };

/** Nothing is left to do until the key is enqueued again. */
export const done: Outcome = { done: true };

/** Reconcile the key again in `afterMs`, or as soon as it is enqueued. */
export const requeueAfter = (afterMs: number): Outcome => ({ done: false, afterMs });

/** The arguments of one reconcile, besides its key. */
export interface ReconcileContext {
  /** Aborted when the process stops or the lease is lost. */
  readonly signal: AbortSignal;
  /** The number of consecutive attempts without a result, this one included. */
  readonly attempt: number;
  readonly lease: Lease;
  /**
   * The only way to write: a transaction that fails with LeaseLost when another worker has taken over the key. Its
   * entity manager is new, so fetch again what you change.
   */
  commit<T>(write: (em: SqlEntityManager) => Promise<T>): Promise<T>;
}

/**
 * Reconciles the keys of one kind: fetch, decide, write. It may run at any moment and any number of times, but never
 * twice at once for a key. An error is recorded, and the key is retried with growing delays.
 */
export interface Reconciler {
  readonly kind: string;
  /** SQL that selects, as `id`, the keys to reconcile after a worker has started: what has changed before is not known. */
  readonly resync?: string;
  reconcile(key: string, context: ReconcileContext): Promise<Outcome>;
}
