import { ConflatingQueue, type Stream } from "./conflating-queue.js";

/** The operations of an open source: publish its newest state, end, or fail. */
export interface SourceOutlet<T> {
  next(state: T): void;
  complete(): void;
  error(cause: unknown): void;
}

interface OpenSource<T> {
  readonly readers: Set<ConflatingQueue<T>>;
  readonly close: () => void;
  latest?: { readonly state: T };
  /** How the source ended, for a reader who subscribes at that moment. */
  finish?: (reader: ConflatingQueue<T>) => void;
}

/**
 * Shares one upstream among many subscribers: the source of a key opens with its first subscriber and closes with its
 * last. A subscriber receives the latest state at once, then every newer one.
 */
export class RefCountedSource<T> {
  private readonly sources = new Map<string, OpenSource<T>>();

  /** `open` begins to feed the outlet and returns the function that closes the source. */
  constructor(private readonly open: (key: string, outlet: SourceOutlet<T>) => () => void) {}

  get openCount(): number {
    return this.sources.size;
  }

  /** The subscriber does not receive states for which `isKnown` is true, up to the first other one. */
  subscribe(key: string, isKnown?: (state: T) => boolean): Stream<T> {
    const source = this.sources.get(key) ?? this.start(key);
    const reader = new ConflatingQueue<T>(() => this.leave(key, source, reader), isKnown);
    source.readers.add(reader);
    if (source.latest) reader.put(source.latest.state);
    source.finish?.(reader);
    return reader;
  }

  private start(key: string): OpenSource<T> {
    const readers = new Set<ConflatingQueue<T>>();
    const finish = (each: (reader: ConflatingQueue<T>) => void): void => {
      if (this.sources.get(key) === source) this.sources.delete(key);
      source.finish = each;
      for (const reader of readers) each(reader);
    };
    let close: () => void = () => undefined;
    const source: OpenSource<T> = { readers, close: () => close() };
    this.sources.set(key, source);
    close = this.open(key, {
      next: (state) => {
        source.latest = { state };
        // A copy, because subscribers that join during the loop have the state already.
        for (const reader of Array.from(readers)) reader.put(state);
      },
      complete: () => finish((reader) => reader.close()),
      error: (cause) => finish((reader) => reader.fail(cause)),
    });
    return source;
  }

  private leave(key: string, source: OpenSource<T>, reader: ConflatingQueue<T>): void {
    source.readers.delete(reader);
    if (source.readers.size > 0) return;
    if (this.sources.get(key) === source) this.sources.delete(key);
    source.close();
  }
}
