import { ConflatingQueue, type Stream } from "./conflating-queue.js";

/** What an open source may do: give its newest state, end, or fail. */
export interface SourceOutlet<T> {
  next(state: T): void;
  complete(): void;
  error(cause: unknown): void;
}

interface OpenSource<T> {
  readonly readers: Set<ConflatingQueue<T>>;
  readonly close: () => void;
  latest?: { readonly state: T };
  /** How it ended; also for a reader who comes in that very moment. */
  finish?: (reader: ConflatingQueue<T>) => void;
}

/**
 * One upstream, many listeners: the source of a key opens with its first subscriber and closes with its last.
 * A subscriber gets the latest state at once, then every newer one.
 */
export class RefCountedSource<T> {
  private readonly sources = new Map<string, OpenSource<T>>();

  /** `open` starts feeding the outlet and returns its own end. */
  constructor(private readonly open: (key: string, outlet: SourceOutlet<T>) => () => void) {}

  get openCount(): number {
    return this.sources.size;
  }

  /** The reader is spared what `isKnown` to it, up to the first state that is not. */
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
        // A copy: who comes while the others are told has it already.
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
