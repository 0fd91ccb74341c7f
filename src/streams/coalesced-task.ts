import { isTemporary } from "../kernel/temporary-failure.js";
import { ReadFailures } from "./read-failures.js";

/** How long after a failed run the next one begins by itself. */
const retryMs = 1_000;

/**
 * Runs a task after every trigger, never twice at once, and once more for triggers during a run. A temporary failure is
 * retried; any other stops it, and is told.
 */
export class CoalescedTask {
  private running = false;
  private again = false;
  private stopped = false;
  private retry: NodeJS.Timeout | undefined;

  private readonly failures = new ReadFailures();

  constructor(
    private readonly run: () => Promise<void>,
    private readonly failed: (cause: unknown) => void,
  ) {}

  readonly trigger = (): void => {
    if (this.stopped) return;
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    clearTimeout(this.retry);
    this.run()
      .then(() => this.failures.recovered())
      .catch((error: unknown) => this.retryOrStop(error))
      .finally(() => {
        this.running = false;
        if (!this.again) return;
        this.again = false;
        this.trigger();
      });
  };

  stop(): void {
    this.stopped = true;
    clearTimeout(this.retry);
    this.failures.over();
  }

  private retryOrStop(error: unknown): void {
    if (this.stopped) return;
    if (isTemporary(error)) {
      this.failures.failed(error);
      this.retry = setTimeout(this.trigger, retryMs);
    } else {
      this.stop();
      this.failed(error);
    }
  }
}
