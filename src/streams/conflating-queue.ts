/** Who asks for one value at a time, and is told of it, or how the stream ended, at once or later. */
export interface Observer<T> {
  next(value: T): void;
  complete(): void;
  error(cause: unknown): void;
}

/** An end that a reader holds: what arrives, and a way to leave. */
export interface Stream<T> extends AsyncIterableIterator<T, undefined, undefined> {
  /** Where it begins, as a cursor, if what comes may be long in coming: who is cut before goes on from here. */
  readonly place?: string | undefined;
  /** The newest value that has come behind the one that was taken, which it replaces; else that one. Only for states. */
  newest?(taken: T): T;
  /** As `next`, without promises: thousands who hear of the same state would each need several. */
  pull?(observer: Observer<T>): void;
}

/**
 * One subscriber's letterbox. It holds the newest value only: a slow reader loses old states,
 * never the last one, and never slows anyone else down.
 *
 * Written by hand, not as an async generator: a generator's return() waits for the await it is
 * suspended in, so a reader who left during a silence would keep the upstream open until the next event.
 */
export class ConflatingQueue<T> implements Stream<T> {
  private value: { readonly held: T } | undefined;
  private waiting: Observer<T> | undefined;
  private ended = false;
  private error: { readonly cause: unknown } | undefined;

  /**
   * `left` is called once, when the reader leaves or the stream ends. What `isKnown` to the reader already is skipped, up
   * to the first value that is not.
   */
  constructor(
    private readonly left: () => void = () => undefined,
    private isKnown?: (value: T) => boolean,
  ) {}

  put(value: T): void {
    if (this.ended || this.isKnown?.(value)) return;
    this.isKnown = undefined;
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting) waiting.next(value);
    else this.value = { held: value };
  }

  /** No more values; what is held is still delivered. */
  close(): void {
    if (this.ended) return;
    this.ended = true;
    this.left();
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting) this.pull(waiting);
  }

  /** Ends with an error, which the reader sees once, after what is held. */
  fail(cause: unknown): void {
    if (this.ended) return;
    this.error = { cause };
    this.close();
  }

  newest(taken: T): T {
    const { value } = this;
    this.value = undefined;
    return value ? value.held : taken;
  }

  pull(observer: Observer<T>): void {
    const { value, error } = this;
    this.value = undefined;
    if (value) return observer.next(value.held);
    this.error = undefined;
    if (error) observer.error(error.cause);
    else if (this.ended) observer.complete();
    else this.waiting = observer;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) =>
      this.pull({
        next: (value) => resolve({ done: false, value }),
        complete: () => resolve({ done: true, value: undefined }),
        error: (cause) => reject(cause instanceof Error ? cause : new Error(String(cause))),
      }),
    );
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.value = undefined;
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
