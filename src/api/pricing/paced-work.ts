import { setImmediate as turn, setTimeout as pause } from "node:timers/promises";

/** Shorter pieces of work let the event loop turn once. */
const shortMs = 1;
/** The longest rest. What took longer waited for something. */
const longestRestMs = 50;

/**
 * Runs work that keeps the event loop busy for milliseconds: one piece after the other, and between two of them the event
 * loop is free for as long as the last one took. Twenty that come at once take longer, and others hardly notice.
 */
export class PacedWork {
  private last: Promise<unknown> = Promise.resolve();

  /** Resolves with what the work returns, and rejects with what it throws. */
  run<T>(work: () => T | Promise<T>): Promise<T> {
    let tookMs = 0;
    const done = this.last.then(async () => {
      const startedAt = performance.now();
      try {
        return await work();
      } finally {
        tookMs = performance.now() - startedAt;
      }
    });
    const rest = (): Promise<void> => (tookMs < shortMs ? turn() : pause(Math.min(tookMs, longestRestMs)));
    this.last = done.then(rest, rest);
    return done;
  }

  /** The same; work that takes longer than this waits for something else, and gives up its turn. */
  async runBriefly<T>(turnMs: number, work: () => T | Promise<T>): Promise<T> {
    let begun: Promise<T> | undefined;
    await this.run(() => {
      begun = Promise.resolve(work());
      const over = begun.then(
        () => undefined,
        () => undefined,
      );
      return Promise.race([over, pause(turnMs, undefined, { ref: false })]);
    });
    return begun!;
  }
}
