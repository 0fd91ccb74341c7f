import { randomUUID } from "node:crypto";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Wakeups } from "../kernel/wakeups.js";
import type { Look, Outcome, Reconciler } from "./reconciler.js";
import { LeaseLost, type Lease, type WorkQueue } from "./work-queue.js";

export interface WorkerOptions {
  /** How many keys are worked on at once. */
  readonly concurrency?: number;
  /** How long a worker that died keeps its keys from others. */
  readonly leaseMs?: number;
  /** The longest pause between two tries of a key that fails. */
  readonly maxBackoffMs?: number;
  /** Told of every failed look; what is not a PlatformError is a defect. */
  readonly failed: (lease: Lease, error: unknown) => void;
}

/** The longest sleep between two looks at the table: a lost nudge costs no more than this. */
const safetyPollMs = 1_000;

/** Claims keys that are due and hands them to their reconcilers, until it is stopped. */
export class Worker {
  readonly owner = randomUUID();
  private readonly byKind: ReadonlyMap<string, Reconciler>;
  private readonly kinds: readonly string[];
  private readonly running = new Map<string, { lease: Lease; abort: AbortController; done: Promise<void> }>();
  private readonly concurrency: number;
  private readonly leaseMs: number;
  private readonly maxBackoffMs: number;
  private timer: NodeJS.Timeout | undefined;
  private heart: NodeJS.Timeout | undefined;
  private pumping = false;
  private pumpAgain = false;
  private stopping = false;
  private unlisten: () => void = () => undefined;

  constructor(
    private readonly queue: WorkQueue,
    private readonly fork: () => SqlEntityManager,
    private readonly wakeups: Wakeups,
    reconcilers: readonly Reconciler[],
    private readonly options: WorkerOptions,
  ) {
    this.byKind = new Map(reconcilers.map((reconciler) => [reconciler.kind, reconciler]));
    this.kinds = [...this.byKind.keys()];
    this.concurrency = options.concurrency ?? 16;
    this.leaseMs = options.leaseMs ?? 5_000;
    this.maxBackoffMs = options.maxBackoffMs ?? 30_000;
  }

  start(): void {
    this.unlisten = this.wakeups.on("work", () => void this.pump());
    this.heart = setInterval(() => void this.beat(), this.leaseMs / 3);
    void this.pump();
  }

  /** Lets go at once: running looks are aborted, and their keys are given back so that another worker goes on. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.unlisten();
    clearTimeout(this.timer);
    clearInterval(this.heart);
    const looks = [...this.running.values()];
    for (const { abort } of looks) abort.abort(new Error("The process is stopping."));
    await Promise.all(looks.map(({ done }) => done));
    await this.queue.handBack(this.fork(), this.owner).catch(() => undefined);
  }

  private async pump(): Promise<void> {
    if (this.stopping) return;
    if (this.pumping) {
      this.pumpAgain = true;
      return;
    }
    this.pumping = true;
    clearTimeout(this.timer);
    let sleepMs = safetyPollMs;
    try {
      const limit = this.concurrency - this.running.size;
      if (limit > 0) {
        const em = this.fork();
        const { owner, kinds, leaseMs } = this;
        const leases = await this.queue.claim(em, { owner, kinds, limit, leaseMs });
        for (const lease of leases) this.begin(lease);
        sleepMs = leases.length === limit ? 0 : await this.queue.nextDueMs(em, kinds).then((ms) => ms ?? safetyPollMs);
      }
    } catch {
      // The database is away; leases run out by themselves and the poll finds out when it is back.
    }
    this.pumping = false;
    if (this.stopping) return;
    const wait = this.pumpAgain ? 0 : Math.min(Math.max(sleepMs, 5), safetyPollMs);
    this.pumpAgain = false;
    this.timer = setTimeout(() => void this.pump(), wait);
  }

  private begin(lease: Lease): void {
    const abort = new AbortController();
    const id = `${lease.kind}:${lease.key}`;
    const done = this.look(lease, abort).finally(() => {
      if (this.running.get(id)?.lease === lease) this.running.delete(id);
      void this.pump();
    });
    this.running.set(id, { lease, abort, done });
  }

  private async look(lease: Lease, abort: AbortController): Promise<void> {
    const look: Look = {
      signal: abort.signal,
      attempt: lease.attempt,
      lease,
      commit: (write) =>
        this.fork().transactional(async (em) => {
          await this.queue.guard(em, lease);
          return write(em);
        }),
    };
    try {
      const outcome = await this.byKind.get(lease.kind)!.reconcile(lease.key, look);
      await this.finish(lease, outcome);
    } catch (error) {
      if (error instanceof LeaseLost || abort.signal.aborted) return;
      this.options.failed(lease, error);
      const backoffMs =
        Math.min(this.maxBackoffMs, 250 * 2 ** Math.min(lease.attempt, 10)) * (0.75 + Math.random() / 2);
      const message = error instanceof Error ? error.message : String(error);
      await this.queue.release(this.fork(), lease, backoffMs, message).catch(() => undefined);
    }
  }

  private async finish(lease: Lease, outcome: Outcome): Promise<void> {
    const em = this.fork();
    if (outcome.settled) await this.queue.settle(em, lease);
    else await this.queue.release(em, lease, outcome.afterMs);
  }

  /** Renews the leases; a worker that cannot must assume that they are taken over, and lets go. */
  private async beat(): Promise<void> {
    if (this.running.size === 0) return;
    const held = [...this.running.values()];
    const deadline = setTimeout(() => {
      for (const { abort } of held) abort.abort(new Error("The lease could not be renewed."));
    }, this.leaseMs / 2);
    try {
      await this.queue.renew(this.fork(), this.owner, this.leaseMs);
      clearTimeout(deadline);
    } catch {
      // the deadline speaks
    }
  }
}
