import type { Stream } from "../../../streams/conflating-queue.js";
import type { LogEvent } from "./log-event.js";

/**
 * How long an event waits for an earlier one of another container that is live, and of one that still reads old lines.
 */
const liveHoldMs = 200;
const pastHoldMs = 5_000;

/** One of the merged logs. */
export interface MergeSource {
  readonly stream: Stream<LogEvent>;
  isLive(): boolean;
}

interface Lane {
  readonly source: MergeSource;
  head: LogEvent | undefined;
  isReading: boolean;
}

/**
 * Merges logs by time, as they come and go. An event waits until no other log can have an earlier one, but not for
 * long: a silent container must not hold up the others. Each log stays in its own order in any case.
 * A log that fails fails the whole: its lines would be missing without a word.
 */
export class LogMerge implements Stream<LogEvent> {
  private readonly lanes = new Map<string, Lane>();
  private isOver = false;
  private failure: { readonly error: unknown } | undefined;
  private wake: () => void = () => undefined;

  /** `deliver` is called for every event that is handed out; `left` is called once, when the reader leaves. */
  constructor(
    private readonly deliver: (event: LogEvent) => LogEvent,
    private readonly left: () => void,
  ) {}

  add(key: string, source: MergeSource): void {
    if (this.isOver || this.lanes.has(key)) return;
    this.lanes.set(key, { source, head: undefined, isReading: false });
    this.wake();
  }

  async next(): Promise<IteratorResult<LogEvent, undefined>> {
    while (!this.isOver) {
      const asked = [...this.lanes].filter(([key, lane]) => this.read(key, lane));
      // Events that a log already holds arrive within this turn, and may be earlier.
      if (asked.length > 0) await new Promise((resolve) => setImmediate(resolve));
      if (this.isOver) break;
      if (this.failure) {
        await this.return();
        throw this.failure.error;
      }
      const first = this.first();
      const waitMs = first && this.waitFor(first.head);
      if (first && waitMs === 0) {
        first.lane.head = undefined;
        return { done: false, value: this.deliver(first.head) };
      }
      await this.pause(waitMs);
    }
    return { done: true, value: undefined };
  }

  return(): Promise<IteratorResult<LogEvent, undefined>> {
    if (!this.isOver) {
      this.isOver = true;
      this.left();
      for (const { source } of this.lanes.values()) void source.stream.return?.();
      this.lanes.clear();
      this.wake();
    }
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Requests the next event of a log; false when it has one or was already asked. */
  private read(key: string, lane: Lane): boolean {
    if (lane.head || lane.isReading) return false;
    lane.isReading = true;
    const over = (): void => void (this.lanes.get(key) === lane && this.lanes.delete(key));
    lane.source.stream
      .next()
      .then(({ done, value }) => {
        lane.isReading = false;
        if (done) over();
        else lane.head = value;
      })
      .catch((error: unknown) => void (this.failure ??= { error }))
      .finally(() => this.wake());
    return true;
  }

  private first(): { readonly lane: Lane; readonly head: LogEvent } | undefined {
    let first: { readonly lane: Lane; readonly head: LogEvent } | undefined;
    for (const lane of this.lanes.values()) {
      const { head } = lane;
      if (head && (!first || head.position.at < first.head.position.at)) first = { lane, head };
    }
    return first;
  }

  /** How long an event still has to wait for logs without an event. */
  private waitFor({ receivedAt }: LogEvent): number {
    const age = performance.now() - receivedAt;
    const holds = [...this.lanes.values()]
      .filter(({ head }) => !head)
      .map(({ source }) => (source.isLive() ? liveHoldMs : pastHoldMs) - age);
    return Math.max(0, ...holds);
  }

  /** Waits for an event or for the time to pass, but never for long, because a log may become live meanwhile. */
  private pause(ms: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(() => this.wake(), Math.min(ms, liveHoldMs));
      this.wake = () => {
        clearTimeout(timer);
        this.wake = () => undefined;
        resolve();
      };
    });
  }
}
