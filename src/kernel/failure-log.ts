import { PlatformError } from "./errors.js";
import { isTemporary } from "./temporary-failure.js";

/** The part of a logger that writes about failures. */
export interface FailureSink {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/**
 * Logs failures that are retried once when they begin and once when they are over, however often and by however many
 * they are retried meanwhile. A defect is an error in the log, also when temporary failures have begun.
 */
export class FailureLog {
  private readonly failing = new Map<object, boolean>();

  /** `what` names in the log what fails. */
  constructor(
    private readonly log: FailureSink,
    private readonly what: string,
  ) {}

  /** `by` fails, until it succeeds or leaves. */
  failed(by: object, error: unknown): void {
    const isDefect = !(error instanceof PlatformError) && !isTemporary(error);
    const isKnown = isDefect ? [...this.failing.values()].includes(true) : this.failing.size > 0;
    this.failing.set(by, isDefect);
    if (isKnown) return;
    const details = { what: this.what, err: error };
    if (isDefect) this.log.error(details, "failed with a defect; it is retried");
    else this.log.warn(details, "failed; it is retried");
  }

  /** `by` does not fail any more. */
  recovered(by: object): void {
    if (this.forget(by)) this.log.info({ what: this.what }, "recovered");
  }

  /** `by` does not try any more. Returns whether it was the last that failed. */
  forget(by: object): boolean {
    return this.failing.delete(by) && this.failing.size === 0;
  }
}
