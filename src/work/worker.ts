import { randomUUID } from "node:crypto";
import { DeadlockException, OptimisticLockError, type SqlEntityManager } from "@mikro-orm/postgresql";
import type { FailureLog } from "../kernel/failure-log.js";
import type { PubSub } from "../kernel/pub-sub.js";
import type { ReconcileContext, Outcome, Reconciler } from "./reconciler.js";
import { LeaseLost, type Lease, type WorkQueue } from "./work-queue.js";

export interface WorkerOptions {
  /** The number of keys that are reconciled at the same time. */
  readonly concurrency?: number;
  /** The time for which a worker that died keeps its keys from others. */
  readonly leaseMs?: number;
  /** The longest delay between two attempts of a key that fails. */
  readonly maxBackoffMs?: number;
  /** Called for every failed reconcile. */
  readonly failed: (lease: Lease, error: unknown) => void;
  /** Logs failures of the worker's own statements, which it retries. */
  readonly failures: FailureLog;
}

/** The longest interval between two polls of the table: the delay after a lost notification. */
const safetyPollMs = 1_000;

/** Claims due keys and runs their reconcilers, until it is stopped. */
export class Worker {
  readonly owner = randomUUID();
  private readonly byKind: ReadonlyMap<string, Reconciler>;
  private readonly kinds: readonly string[];
  private readonly running = new Map<string, { lease: Lease; abort: AbortController; done: Promise<void> }>();
  private readonly concurrency: number;
  private readonly leaseMs: number;
  private readonly maxBackoffMs: number;
  private timer: NodeJS.Timeout | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private polling: Promise<void> | undefined;
  private pollAgain = false;
  private stopping = false;
  private unlisten: () => void = () => undefined;

  constructor(
    private readonly queue: WorkQueue,
    private readonly fork: () => SqlEntityManager,
    private readonly pubSub: PubSub,
    reconcilers: readonly Reconciler[],
    private readonly options: WorkerOptions,
  ) {
    this.byKind = new Map(reconcilers.map((reconciler) => [reconciler.kind, reconciler]));
    this.kinds = [...this.byKind.keys()];
    this.concurrency = options.concurrency ?? 16;
    this.leaseMs = options.leaseMs ?? 5_000;
    this.maxBackoffMs = options.maxBackoffMs ?? 30_000;
  }

  /** Enqueues what the reconcilers want to see after a start, and begins to claim. */
  async start(): Promise<void> {
    const resyncs = [...this.byKind.values()].flatMap(({ kind, resync }) => (resync ? [{ kind, resync }] : []));
    if (resyncs.length > 0) {
      await this.fork().transactional(async (em) => {
        for (const { kind, resync } of resyncs) await this.queue.enqueueAll(em, kind, resync);
      });
    }
    this.unlisten = this.pubSub.subscribe("work", () => this.poll());
    this.heartbeat = setInterval(() => void this.renewLeases(), this.leaseMs / 3);
    this.poll();
  }

  /** Stops at once: aborts running reconciles and releases their keys, so that another worker continues. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.unlisten();
    clearTimeout(this.timer);
    clearInterval(this.heartbeat);
    // A claim that is under way begins its keys, which are then aborted with the others.
    await this.polling;
    const calls = [...this.running.values()];
    for (const { abort } of calls) abort.abort(new Error("The process is stopping."));
    await Promise.all(calls.map(({ done }) => done));
    await this.queue.releaseAll(this.fork(), this.owner).catch((error: unknown) => this.leftToExpire(error));
  }

  /** Claims due keys; a call during a poll causes one more poll. */
  private poll(): void {
    if (this.stopping) return;
    if (this.polling) {
      this.pollAgain = true;
      return;
    }
    clearTimeout(this.timer);
    this.pollAgain = false;
    this.polling = this.claim().then((sleepMs) => {
      this.polling = undefined;
      if (this.stopping) return;
      this.timer = setTimeout(() => this.poll(), this.pollAgain ? 0 : sleepMs);
    });
  }

  /** Claims as many due keys as there is capacity for; resolves with the milliseconds until more may be due. */
  private async claim(): Promise<number> {
    const { owner, kinds, leaseMs } = this;
    const limit = this.concurrency - this.running.size;
    if (limit <= 0) return safetyPollMs;
    try {
      const em = this.fork();
      const leases = await this.queue.claim(em, { owner, kinds, limit, leaseMs });
      this.options.failures.recovered(this);
      for (const lease of leases) this.begin(lease);
      if (leases.length === limit) return 0;
      const dueMs = await this.queue.nextDueMs(em, kinds);
      return Math.min(Math.max(dueMs ?? safetyPollMs, 5), safetyPollMs);
    } catch (error) {
      this.options.failures.failed(this, error);
      return safetyPollMs;
    }
  }

  private begin(lease: Lease): void {
    const abort = new AbortController();
    const id = `${lease.kind}:${lease.key}`;
    const done = this.reconcile(lease, abort).finally(() => {
      if (this.running.get(id)?.lease === lease) this.running.delete(id);
      this.poll();
    });
    this.running.set(id, { lease, abort, done });
  }

  private async reconcile(lease: Lease, abort: AbortController): Promise<void> {
    const context: ReconcileContext = {
      signal: abort.signal,
      attempt: lease.attempt,
      lease,
      commit: (write) => this.commit(lease, write),
    };
    try {
      const outcome = await this.byKind.get(lease.kind)!.reconcile(lease.key, context);
      await this.finish(lease, outcome);
    } catch (error) {
      if (error instanceof LeaseLost || abort.signal.aborted) return;
      this.options.failed(lease, error);
      const backoffMs =
        Math.min(this.maxBackoffMs, 250 * 2 ** Math.min(lease.attempt, 10)) * (0.75 + Math.random() / 2);
      const message = error instanceof Error ? error.message : String(error);
      await this.queue
        .release(this.fork(), lease, backoffMs, message)
        .catch((failed: unknown) => this.leftToExpire(failed));
    }
  }

  /** A lease could not be released or renewed, so it will expire. The next successful claim ends the failure. */
  private leftToExpire(error: unknown): void {
    this.options.failures.failed(this, error);
  }

  /** A transaction may collide with another one on the same row; then it is retried on the new state. */
  private async commit<T>(lease: Lease, write: (em: SqlEntityManager) => Promise<T>): Promise<T> {
    for (let left = 3; ; left--) {
      try {
        return await this.fork().transactional(async (em) => {
          await this.queue.guard(em, lease);
          return write(em);
        });
      } catch (error) {
        const met = error instanceof OptimisticLockError || error instanceof DeadlockException;
        if (!met || left === 0) throw error;
      }
    }
  }

  private async finish(lease: Lease, outcome: Outcome): Promise<void> {
    const em = this.fork();
    if (outcome.done) await this.queue.complete(em, lease);
    else await this.queue.release(em, lease, outcome.afterMs);
  }

  /** Renews the leases. A worker that cannot renew them assumes that they are taken over and aborts. */
  private async renewLeases(): Promise<void> {
    if (this.running.size === 0) return;
    const held = [...this.running.values()];
    const deadline = setTimeout(() => {
      for (const { abort } of held) abort.abort(new Error("The lease could not be renewed."));
    }, this.leaseMs / 2);
    try {
      const leases = held.map(({ lease }) => lease);
      const kept = await this.queue.renew(this.fork(), leases, this.leaseMs);
      clearTimeout(deadline);
      for (const { lease, abort } of held) if (!kept.has(lease)) abort.abort(new LeaseLost(lease));
    } catch (error) {
      // The timeout aborts the reconciles.
      this.leftToExpire(error);
    }
  }
}
