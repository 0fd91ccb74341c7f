/** Timers that end together. */
export class Timers {
  private readonly running = new Set<NodeJS.Timeout>();
  private isStopped = false;

  after(ms: number, run: () => void): () => void {
    if (this.isStopped) return () => undefined;
    const timer = setTimeout(() => {
      this.running.delete(timer);
      run();
    }, ms);
    this.running.add(timer);
    return () => {
      clearTimeout(timer);
      this.running.delete(timer);
    };
  }

  stop(): void {
    this.isStopped = true;
    for (const timer of this.running) clearTimeout(timer);
    this.running.clear();
  }
}

/** Looks at keys that something happened to, each once per turn however often it was touched. */
export class ReconcileLoop {
  private readonly due = new Map<string, { readonly at: number; cancel(): void }>();

  constructor(
    private readonly timers: Timers,
    private readonly reconcile: (key: string) => void,
  ) {}

  /** Has the key looked at after this long, or sooner when it is due sooner already. */
  touch(key: string, afterMs = 1): void {
    const at = Date.now() + afterMs;
    const waiting = this.due.get(key);
    if (waiting && waiting.at <= at) return;
    waiting?.cancel();
    const cancel = this.timers.after(afterMs, () => {
      this.due.delete(key);
      this.reconcile(key);
    });
    this.due.set(key, { at, cancel });
  }
}
