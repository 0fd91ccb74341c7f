import { isTemporary } from "../kernel/temporary-failure.js";
import { ReadFailures } from "./read-failures.js";
import type { Stream } from "./conflating-queue.js";

/** The delay before a failed read is retried. */
const retryMs = 1_000;

/**
 * One reader's position in an append-only source: existing items first, then new ones, each once and in order. The
 * reader pulls, so a slow one slows nobody down. Not an async generator, so that leaving takes effect at once during a
 * silence.
 */
export class ResumableReader<T> implements Stream<T> {
  private items: T[] = [];
  private ended = false;
  private dirty = true;
  private wake: () => void = () => undefined;
  private retry: NodeJS.Timeout | undefined;
  private readonly failures = new ReadFailures();
  private readonly unlisten: () => void;

  /**
   * `readOn` returns the items after the last one that it returned: some, none yet, or undefined when none will ever
   * come. `startCursor` is the cursor at which it begins.
   */
  constructor(
    private readonly readOn: () => Promise<readonly T[] | undefined>,
    listen: (notify: () => void) => () => void,
    readonly startCursor?: string,
  ) {
    this.unlisten = listen(() => {
      this.dirty = true;
      this.wake();
    });
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    while (!this.ended) {
      const value = this.items.shift();
      if (value !== undefined) return { done: false, value };
      if (!this.dirty) {
        await new Promise<void>((resolve) => (this.wake = resolve));
        continue;
      }
      this.dirty = false;
      const more = await this.read();
      if (more === undefined) await this.return();
      else if (more.length > 0) {
        this.items = [...more];
        this.dirty = true;
      }
    }
    return { done: true, value: undefined };
  }

  /** While what it reads from is unavailable, a reader waits, and misses nothing. Any other failure ends the stream. */
  private async read(): Promise<readonly T[] | undefined> {
    try {
      const more = await this.readOn();
      this.failures.recovered();
      return more;
    } catch (error) {
      if (this.ended) return undefined;
      if (!isTemporary(error)) {
        await this.return();
        throw error;
      }
      this.failures.failed(error);
      this.retry = setTimeout(() => {
        this.dirty = true;
        this.wake();
      }, retryMs);
      return [];
    }
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.ended = true;
    this.items = [];
    clearTimeout(this.retry);
    this.failures.over();
    this.unlisten();
    this.wake();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
