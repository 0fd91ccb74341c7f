import type { Stream } from "./conflating-queue.js";

/** How long after a failed read the next one is tried by itself. */
const retryMs = 1_000;

/**
 * One reader's place in something that only grows: what is there, then what comes, each item once and in order.
 * The reader pulls, so a slow one waits on its own place and slows nobody. Written by hand so that leaving during
 * a silence takes effect at once.
 */
export class ResumableReader<T> implements Stream<T> {
  private items: T[] = [];
  private ended = false;
  private dirty = true;
  private wake: () => void = () => undefined;
  private retry: NodeJS.Timeout | undefined;
  private readonly unlisten: () => void;

  /**
   * `readOn` gives what comes after the last item it gave: some items, none for now, or undefined when none will ever come.
   * `place` is the cursor of where that begins.
   */
  constructor(
    private readonly readOn: () => Promise<readonly T[] | undefined>,
    listen: (nudge: () => void) => () => void,
    readonly place?: string,
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
      const more = await this.readOn().catch(() => this.retryLater());
      if (more === undefined) await this.return();
      else if (more.length > 0) {
        this.items = [...more];
        this.dirty = true;
      }
    }
    return { done: true, value: undefined };
  }

  /** What it reads from is away: a reader waits for it instead of being sent away, and misses nothing. */
  private retryLater(): readonly T[] {
    this.retry = setTimeout(() => {
      this.dirty = true;
      this.wake();
    }, retryMs);
    return [];
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.ended = true;
    this.items = [];
    clearTimeout(this.retry);
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
