/** How long after a failed look the next one is tried by itself. */
const retryMs = 1_000;

/** Runs `look` at every nudge, never twice at once, never misses the last nudge, and tries again after a failure. */
export class CoalescedTask {
  private running = false;
  private again = false;
  private stopped = false;
  private retry: NodeJS.Timeout | undefined;

  constructor(private readonly look: () => Promise<void>) {}

  readonly trigger = (): void => {
    if (this.stopped) return;
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    clearTimeout(this.retry);
    this.look()
      .catch(() => {
        // What it reads from is away; the nudges that were missed meanwhile are made up for by this one.
        if (!this.stopped) this.retry = setTimeout(this.trigger, retryMs);
      })
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
  }
}
