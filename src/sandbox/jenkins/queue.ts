import type { Job } from "./item.js";
import { QueueItem } from "./queue-item.js";
import type { Cause, Parameter } from "./build-request.js";
import type { Run } from "./run.js";

export interface QueueOptions {
  readonly executors: number;
  /** How long an item that has left can still be read. */
  readonly leftItemMs: number;
  /** The time between leaving the queue and being a build. */
  readonly instantMs: number;
  /** Creates the build of an item; `over` resolves when it has ended completely. */
  readonly begin: (item: QueueItem) => { readonly run: Run; readonly over: Promise<void> };
}

/** Jenkins' build queue and the executors that empty it. */
export class Queue {
  isQuietingDown = false;
  /** Nothing leaves the queue, for instance while Jenkins starts. */
  private isPaused = false;
  private nextId = 1;
  private readonly live: QueueItem[] = [];
  private readonly left = new Map<number, QueueItem>();
  /** Those in the gap between the queue and their build. */
  private readonly starting = new Set<QueueItem>();
  private busy = 0;
  /** Counts restarts, so that operations from before a restart have no effect. */
  private era = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: QueueOptions) {}

  /** The items still in it; those closest to running last. */
  get items(): readonly QueueItem[] {
    const rank = { waiting: 0, blocked: 1, buildable: 2, left: 3 };
    return [...this.live].sort((one, other) => rank[one.stage] - rank[other.stage]);
  }

  /** Adds a request to build, or folds it into an equal one that still waits. */
  schedule(
    job: Job,
    parameters: readonly Parameter[],
    cause: Cause,
    quietMs: number,
  ): { readonly item: QueueItem; readonly folded: boolean } {
    const dueAt = Date.now() + quietMs;
    const equal = this.live.find((item) => item.isLike(job, parameters));
    if (equal) {
      equal.addCause(cause);
      equal.dueAt = Math.min(equal.dueAt, dueAt);
    } else {
      this.live.push(new QueueItem(this.nextId++, job, parameters, [cause], dueAt));
    }
    const item = equal ?? this.live.at(-1)!;
    this.maintain();
    return { item, folded: equal !== undefined };
  }

  /** The item, also for some time after it has left. */
  find(id: number): QueueItem | undefined {
    const left = this.left.get(id);
    if (left && Date.now() - left.leftAt > this.options.leftItemMs) this.left.delete(id);
    return this.live.find((item) => item.id === id) ?? this.left.get(id);
  }

  ofJob(job: Job): QueueItem | undefined {
    return this.live.find((item) => item.job === job);
  }

  /** Takes the item out before it runs; false when it has left already. */
  cancel(item: QueueItem): boolean {
    if (item.stage === "left") return false;
    this.remove(item, true);
    return true;
  }

  expireLeftItems(): void {
    this.left.clear();
  }

  /** A restart: queued items keep their ids, others are forgotten, executors are free. */
  restart(): void {
    this.era++;
    this.busy = 0;
    this.starting.clear();
    this.left.clear();
    this.isQuietingDown = false;
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    this.maintain();
  }

  close(): void {
    this.era++;
    this.isPaused = true;
    clearTimeout(this.timer);
  }

  /** Moves every item as far as possible, and continues when the next quiet period ends. */
  maintain(): void {
    clearTimeout(this.timer);
    if (this.isPaused) return;
    const now = Date.now();
    for (const item of this.live.slice()) {
      if (item.stage === "waiting" && item.dueAt > now) continue;
      const isBlocked = item.job.isBlocked || this.isTaken(item.job);
      if (isBlocked) item.stage = "blocked";
      else if (item.stage !== "buildable") {
        item.stage = "buildable";
        item.buildableSince = now;
      }
      if (item.stage === "buildable" && this.busy < this.options.executors && !this.isQuietingDown) this.start(item);
    }
    const due = this.live.filter(({ stage }) => stage === "waiting").map(({ dueAt }) => dueAt);
    if (due.length > 0) this.timer = setTimeout(() => this.maintain(), Math.max(1, Math.min(...due) - now)).unref();
  }

  /** Whether an item of this job is in the gap between the queue and its build. */
  private isTaken(job: Job): boolean {
    return !job.config.concurrent && [...this.starting].some((item) => item.job === job);
  }

  private start(item: QueueItem): void {
    this.remove(item, false);
    this.starting.add(item);
    this.busy++;
    const { era } = this;
    const free = () => {
      if (era !== this.era) return;
      this.busy--;
      this.maintain();
    };
    setTimeout(() => {
      if (era !== this.era) return;
      this.starting.delete(item);
      // Its job was removed or switched off meanwhile: it stays an item without a build.
      if (item.job.doomed || !item.job.isBuildable) return free();
      const { run, over } = this.options.begin(item);
      item.run = run;
      void over.finally(free);
    }, this.options.instantMs).unref();
  }

  private remove(item: QueueItem, cancelled: boolean): void {
    this.live.splice(this.live.indexOf(item), 1);
    item.leave(cancelled);
    this.left.set(item.id, item);
  }
}
