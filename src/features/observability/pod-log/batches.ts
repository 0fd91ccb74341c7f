/**
 * Passes items from a source that pushes to a reader that pulls, in batches. The source waits for the reader, so at
 * most one batch is held in memory. Closing takes effect at once, also while the reader waits.
 */
export class Batches<T> {
  private held: T[] = [];
  private weight = 0;
  private end: { readonly error?: unknown } | undefined;
  private filled: () => void = () => undefined;
  private drained: () => void = () => undefined;
  private readonly closing = new AbortController();

  constructor(
    source: (take: (item: T) => void | Promise<void>, signal: AbortSignal) => Promise<void>,
    private readonly weightOf: (item: T) => number,
    private readonly fullWeight = 256 * 1024,
  ) {
    source((item) => this.take(item), this.closing.signal).then(
      () => this.finish({}),
      (error: unknown) => this.finish({ error }),
    );
  }

  /** The next items; undefined when there are no more. Throws the error of the source after its last item. */
  async next(): Promise<readonly T[] | undefined> {
    if (this.held.length === 0 && !this.end) await new Promise<void>((resolve) => (this.filled = resolve));
    const batch = this.held;
    this.held = [];
    this.weight = 0;
    this.drained();
    if (batch.length > 0) return batch;
    if (this.end && "error" in this.end) throw this.end.error;
    return undefined;
  }

  close(): void {
    this.held = [];
    this.finish({});
    this.closing.abort();
    this.drained();
  }

  private take(item: T): void | Promise<void> {
    if (this.end) return;
    this.held.push(item);
    this.weight += this.weightOf(item);
    this.filled();
    if (this.weight >= this.fullWeight) return new Promise((resolve) => (this.drained = resolve));
  }

  private finish(end: { readonly error?: unknown }): void {
    this.end ??= end;
    this.filled();
  }
}
