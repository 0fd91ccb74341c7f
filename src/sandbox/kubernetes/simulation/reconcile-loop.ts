/** Timers that are cleared together. */
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

/** Reconciles keys, each once per turn, however often it was enqueued. */
export class ReconcileLoop {
  private readonly due = new Map<string, { readonly at: number; cancel(): void }>();

  constructor(
    private readonly timers: Timers,
    private readonly reconcile: (key: string) => void,
  ) {}

  /** Enqueues the key after this time; an earlier due time is kept. */
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
