import { PlatformError } from "./errors.js";
import { isTemporary } from "./temporary-failure.js";

/** The part of a logger that logs failures. */
export interface FailureSink {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/**
 * Logs retried failures once when they begin and once when they end, however many callers fail and retry in between. A
 * defect is logged as an error, even while temporary failures last.
 */
export class FailureLog {
  private readonly failing = new Map<object, boolean>();

  /** `task` names what fails, in the log. */
  constructor(
    private readonly log: FailureSink,
    private readonly task: string,
  ) {}

  /** `by` fails until it recovers or is forgotten. */
  failed(by: object, error: unknown): void {
    const isDefect = !(error instanceof PlatformError) && !isTemporary(error);
    const isKnown = isDefect ? [...this.failing.values()].includes(true) : this.failing.size > 0;
    this.failing.set(by, isDefect);
    if (isKnown) return;
    const details = { task: this.task, err: error };
    if (isDefect) this.log.error(details, "task failed with a defect; will retry");
    else this.log.warn(details, "task failed; will retry");
  }

  /** `by` no longer fails. */
  recovered(by: object): void {
    if (this.forget(by)) this.log.info({ task: this.task }, "task recovered");
  }

  /** `by` no longer tries. Returns whether it was the last that failed. */
  forget(by: object): boolean {
    return this.failing.delete(by) && this.failing.size === 0;
  }
}
