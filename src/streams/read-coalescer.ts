import { LRUCache } from "lru-cache";

/** Places that were read once are remembered up to this many … */
const rememberedPlaces = 10_000;
/** … and the ends of so many things, for so long: a nudge says that there is more, and may be lost. */
const rememberedEnds = 1_000;
const endMs = 1_000;

/** What a read gives: some items, none for now, or undefined when none will ever come. */
type Items<T> = readonly T[] | undefined;

/** How items are kept, for readers who come later. */
export interface ReadCacheOptions<T> {
  /** All that is kept weighs no more than this, in bytes. */
  readonly maxBytes: number;
  /** About how much memory an item takes, in bytes. */
  readonly weightOf: (item: T) => number;
}

/**
 * Reads of things that only grow, shared by all who read the same: they wait for one read and are given the same items.
 * What follows a place never changes once it is there, so it can be kept; that there is nothing yet holds until the
 * next nudge. No reader is known: one that falls behind what is kept causes a read again.
 */
export class ReadCoalescer<T> {
  private readonly kept: LRUCache<string, readonly T[]> | undefined;
  /** A place is worth keeping when it is read for the second time: most things have one reader. */
  private readonly readOnce = new LRUCache<string, true>({ max: rememberedPlaces });
  private readonly reading = new Map<string, Map<number, Promise<Items<T>>>>();
  private readonly ends = new LRUCache<string, { readonly from: number; readonly items: Items<T> }>({
    max: rememberedEnds,
    ttl: endMs,
  });

  /**
   * `listen` is called once, and gives the keys of what has grown; undefined stands for everything. Without `keeping`
   * only reads that are under way are shared: for items that can change after all.
   */
  constructor(listen: (nudge: (key: string | undefined) => void) => void, keeping?: ReadCacheOptions<T>) {
    this.kept =
      keeping &&
      new LRUCache({
        maxSize: keeping.maxBytes,
        sizeCalculation: (items) => items.reduce((sum, item) => sum + keeping.weightOf(item), 1),
      });
    listen((key) => this.forget(key));
  }

  /** What stands behind `from` in the thing of this key; `load` reads it, if it is not known and nobody reads it now. */
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
        // Read before the last nudge, it tells nobody who comes now.
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

  /** Everybody gets the items that came first, so that they are the same for all. */
  private keep(place: string, items: readonly T[]): readonly T[] {
    const first = this.kept?.get(place);
    if (first) return first;
    if (this.readOnce.has(place)) this.kept?.set(place, items);
    this.readOnce.set(place, true);
    return items;
  }

  /** A read that began before the nudge may have missed what it is about: it serves those who wait for it, and nobody else. */
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
