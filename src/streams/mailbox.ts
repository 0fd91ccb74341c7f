/** An end that a reader holds: what arrives, and a way to leave. */
export type Stream<T> = AsyncIterableIterator<T, undefined, undefined>;

/**
 * One subscriber's letterbox. It holds the newest value only: a slow reader loses old states,
 * never the last one, and never slows anyone else down.
 *
 * Written by hand, not as an async generator: a generator's return() waits for the await it is
 * suspended in, so a reader who left during a silence would keep the upstream open until the next event.
 */
export class Mailbox<T> implements Stream<T> {
  private value: { readonly held: T } | undefined;
  private waiting: ((result: IteratorResult<T, undefined>) => void) | undefined;
  private refuse: ((error: unknown) => void) | undefined;
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
    if (this.waiting) this.settle({ done: false, value });
    else this.value = { held: value };
  }

  /** No more values; what is held is still delivered. */
  close(): void {
    if (this.ended) return;
    this.ended = true;
    if (this.waiting) this.settle({ done: true, value: undefined });
    this.left();
  }

  /** Ends with an error, which the reader sees once, after what is held. */
  fail(cause: unknown): void {
    if (this.ended) return;
    this.error = { cause };
    if (this.refuse) {
      const refuse = this.refuse;
      this.waiting = this.refuse = undefined;
      this.error = undefined;
      refuse(cause);
    }
    this.close();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.value) {
      const value = this.value.held;
      this.value = undefined;
      return Promise.resolve({ done: false, value });
    }
    if (this.error) {
      const { cause } = this.error;
      this.error = undefined;
      return Promise.reject(cause instanceof Error ? cause : new Error(String(cause)));
    }
    if (this.ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.waiting = resolve;
      this.refuse = reject;
    });
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

  private settle(result: IteratorResult<T, undefined>): void {
    const resolve = this.waiting!;
    this.waiting = this.refuse = undefined;
    resolve(result);
  }
}
