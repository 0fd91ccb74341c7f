/** Runs `look` now and after every nudge, never twice at once, and never misses the last nudge. */
export class Latest {
  private running = false;
  private again = false;
  private stopped = false;

  constructor(
    private readonly look: () => Promise<void>,
    private readonly failed: (error: unknown) => void,
  ) {}

  readonly nudge = (): void => {
    if (this.stopped) return;
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    this.look()
      .catch((error: unknown) => {
        if (!this.stopped) this.failed(error);
      })
      .finally(() => {
        this.running = false;
        if (!this.again) return;
        this.again = false;
        this.nudge();
      });
  };

  stop(): void {
    this.stopped = true;
  }
}
