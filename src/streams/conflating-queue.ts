/** Receives one value that was pulled, or the end of the stream, at once or later. */
export interface Observer<T> {
  next(value: T): void;
  complete(): void;
  error(cause: unknown): void;
}

/** The consumer's end of a stream: pull values, or leave. */
export interface Stream<T> extends AsyncIterableIterator<T, undefined, undefined> {
  /**
   * The cursor at which the stream begins, if its first event may take long: a client that is cut off before resumes
   * here.
   */
  readonly startCursor?: string | undefined;
  /**
   * The newest value that arrived after the one that was pulled, in its place; without one, that value itself. Only for
   * states.
   */
  newest?(taken: T): T;
  /** Like `next`, without promises: thousands of readers of one state would each need several. */
  pull?(observer: Observer<T>): void;
}

/**
 * The queue of one subscriber. It holds only the newest value: a slow reader loses old states, but never the last one,
 * and never slows down others.
 *
 * It is not an async generator, because a generator's return() waits for the await at which it is suspended: a reader
 * who left during a silence would keep the upstream open until the next event.
 */
export class ConflatingQueue<T> implements Stream<T> {
  private value: { readonly held: T } | undefined;
  private waiting: Observer<T> | undefined;
  private ended = false;
  private error: { readonly cause: unknown } | undefined;

  /**
   * `left` is called once, when the reader leaves or the stream ends. Values for which `isKnown` is true are skipped,
   * up to the first other one.
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

  /** Ends the stream after the value in the queue. */
  close(): void {
    if (this.ended) return;
    this.ended = true;
    this.left();
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting) this.pull(waiting);
  }

  /** Ends the stream with an error, which the reader receives once, after the value in the queue. */
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
