import { LRUCache } from "lru-cache";

/** The number of positions that are remembered after one read … */
const rememberedPlaces = 10_000;
/** … and of known ends, with their lifetime: a notification says that there is more, and may be lost. */
const rememberedEnds = 1_000;
const endMs = 1_000;

/** The result of a read: some items, none yet, or undefined when none will ever come. */
type Items<T> = readonly T[] | undefined;

/** The limits of the cache for later readers. */
export interface ReadCacheOptions<T> {
  /** The total size of cached items in bytes. */
  readonly maxBytes: number;
  /** The approximate size of an item in memory, in bytes. */
  readonly weightOf: (item: T) => number;
}

/**
 * Reads of append-only sources, shared by all readers of the same position: they wait for one read and receive the same
 * items. The items after a position never change, so they can be cached; that there are none yet holds until the next
 * notification. Readers are not tracked: one that falls behind the cache causes a new read.
 */
export class ReadCoalescer<T> {
  private readonly kept: LRUCache<string, readonly T[]> | undefined;
  /** A position is cached when it is read for the second time, because most sources have one reader. */
  private readonly readOnce = new LRUCache<string, true>({ max: rememberedPlaces });
  private readonly reading = new Map<string, Map<number, Promise<Items<T>>>>();
  private readonly ends = new LRUCache<string, { readonly from: number; readonly items: Items<T> }>({
    max: rememberedEnds,
    ttl: endMs,
  });

  /**
   * `listen` is called once and reports the keys of sources that have grown; undefined means all. Without `keeping`,
   * only concurrent reads are shared, for items that may still change.
   */
  constructor(listen: (notify: (key: string | undefined) => void) => void, keeping?: ReadCacheOptions<T>) {
    this.kept =
      keeping &&
      new LRUCache({
        maxSize: keeping.maxBytes,
        sizeCalculation: (items) => items.reduce((sum, item) => sum + keeping.weightOf(item), 1),
      });
    listen((key) => this.forget(key));
  }

  /** The items after `from` in the source of this key; `load` reads them unless they are cached or being read. */
  read(key: string, from: number, load: () => Promise<Items<T>>): Promise<Items<T>> {
    const place = `${key} ${from}`;
    const known = this.kept?.get(place);
    if (known) return Promise.resolve(known);
    const end = this.ends.get(key);
    if (end?.from === from) return Promise.resolve(end.items);
    const reading = this.reading.get(key)?.get(from);
    if (reading) this.readOnce.set(place, true);
    return reading ?? this.begin(key, from, load);
  }

  private begin(key: string, from: number, load: () => Promise<Items<T>>): Promise<Items<T>> {
    const ofKey = this.reading.get(key) ?? new Map<number, Promise<Items<T>>>();
    const reading = load()
      .then((items) => {
        if (items && items.length > 0) return this.keep(`${key} ${from}`, items);
        // The read began before the last notification, so later readers must not use its result.
        if (ofKey.get(from) === reading) this.ends.set(key, { from, items });
        return items;
      })
      .finally(() => {
        if (ofKey.get(from) === reading) ofKey.delete(from);
        if (ofKey.size === 0 && this.reading.get(key) === ofKey) this.reading.delete(key);
      });
    this.reading.set(key, ofKey.set(from, reading));
    return reading;
  }

  /** All readers receive the items of the first read, so that they share the objects. */
  private keep(place: string, items: readonly T[]): readonly T[] {
    const first = this.kept?.get(place);
    if (first) return first;
    if (this.readOnce.has(place)) this.kept?.set(place, items);
    this.readOnce.set(place, true);
    return items;
  }

  /**
   * A read that began before the notification may have missed the new items: it only serves the readers that wait for
   * it.
   */
  private forget(key: string | undefined): void {
    if (key === undefined) {
      for (const ofKey of this.reading.values()) ofKey.clear();
      this.reading.clear();
      this.ends.clear();
    } else {
      this.reading.get(key)?.clear();
      this.reading.delete(key);
      this.ends.delete(key);
    }
  }
}
