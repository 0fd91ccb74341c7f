import type { Job } from "./item.js";
import type { Cause, Parameter } from "./build-request.js";
import type { Run } from "./run.js";

/** A request for a build. Once it has left the queue, it knows its result for a few minutes. */
export class QueueItem {
  readonly since = Date.now();
  stage: "waiting" | "blocked" | "buildable" | "left" = "waiting";
  buildableSince = 0;
  leftAt = 0;
  isCancelled = false;
  run: Run | undefined;

  constructor(
    readonly id: number,
    readonly job: Job,
    readonly parameters: readonly Parameter[],
    readonly causes: Cause[],
    /** When its quiet period ends, in epoch milliseconds. */
    public dueAt: number,
  ) {}

  /** Whether it requests the same build: the same job with equal parameter values. */
  isLike(job: Job, parameters: readonly Parameter[]): boolean {
    const key = (values: readonly Parameter[]) =>
      JSON.stringify(values.map(({ type, name, value }) => `${name} ${type} ${value}`).sort());
    return this.job === job && key(this.parameters) === key(parameters);
  }

  addCause(cause: Cause): void {
    const known = this.causes.find(({ type, userId }) => type === cause.type && userId === cause.userId);
    if (known) known.times++;
    else this.causes.push(cause);
  }

  leave(cancelled: boolean): void {
    this.stage = "left";
    this.leftAt = Date.now();
    this.isCancelled = cancelled;
  }
}
