import { isDeepStrictEqual } from "node:util";
import type { AppRef } from "../cluster-object.js";
import type { Store } from "./reflector.js";
import type { WireObject } from "./wire.js";

/** The fields that a cached item must have. */
interface Owned extends AppRef {
  readonly name: string;
}

/**
 * The last known state of one kind, by owner. It keeps a small form of each object, never the object: a cluster's
 * `managedFields` alone would cost more memory than everything that we show.
 */
export class OwnedCache<T extends Owned> implements Store {
  private byOwner = new Map<string, Map<string, T>>();
  private owners = new Map<string, string>();
  private staged: T[] = [];
  /** Results by owner until they change: a list of apps reads the pods of each app again and again. */
  private readonly shown = new Map<string, readonly T[]>();

  /** `changed` is called after the cache has changed, and only for changes of what we show. */
  constructor(
    private readonly translate: (item: WireObject) => T | undefined,
    private readonly changed: (owner: AppRef) => void,
    private readonly order: (a: T, b: T) => number = () => 0,
  ) {}

  of(owner: AppRef): readonly T[] {
    const key = ownerKey(owner);
    const items = this.byOwner.get(key);
    if (!items) return none;
    const known = this.shown.get(key) ?? [...items.values()].sort(this.order);
    this.shown.set(key, known);
    return known;
  }

  stage(items: readonly WireObject[]): void {
    for (const item of items) {
      const seen = this.translate(item);
      if (seen) this.staged.push(seen);
    }
  }

  discard(): void {
    this.staged = [];
  }

  commit(): void {
    const before = this.byOwner;
    this.byOwner = new Map();
    this.owners = new Map();
    this.shown.clear();
    for (const item of this.staged) this.insert(item);
    this.staged = [];
    for (const key of new Set([...before.keys(), ...this.byOwner.keys()])) {
      const now = this.byOwner.get(key);
      const then = before.get(key);
      const some = (now ?? then)!.values().next().value!;
      if (!isDeepStrictEqual(now, then)) this.changed(ownerOf(some));
    }
  }

  put(item: WireObject): void {
    const seen = this.translate(item);
    const before = this.take(item);
    if (seen) this.insert(seen);
    if (before && (!seen || ownerKey(before) !== ownerKey(seen))) this.changed(ownerOf(before));
    if (seen && !isDeepStrictEqual(before, seen)) this.changed(ownerOf(seen));
  }

  remove(item: WireObject): void {
    const before = this.take(item);
    if (before) this.changed(ownerOf(before));
  }

  private insert(item: T): void {
    const key = ownerKey(item);
    const items = this.byOwner.get(key) ?? new Map<string, T>();
    this.byOwner.set(key, items.set(item.name, item));
    this.shown.delete(key);
    this.owners.set(`${item.namespace}/${item.name}`, key);
  }

  /** Removes an object by its name, because its owner label may have changed. */
  private take({ metadata }: WireObject): T | undefined {
    const id = `${metadata.namespace ?? ""}/${metadata.name}`;
    const key = this.owners.get(id);
    if (key === undefined) return undefined;
    this.owners.delete(id);
    const items = this.byOwner.get(key);
    const item = items?.get(metadata.name);
    items?.delete(metadata.name);
    this.shown.delete(key);
    if (items?.size === 0) this.byOwner.delete(key);
    return item;
  }
}

const none: readonly never[] = [];
const ownerKey = ({ namespace, appId }: AppRef): string => `${namespace}/${appId}`;
const ownerOf = ({ namespace, appId }: AppRef): AppRef => ({ namespace, appId });
