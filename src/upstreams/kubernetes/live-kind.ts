import type { AppRef } from "../cluster-object.js";
import type { LiveObject } from "../live-object.js";
import { toLiveObject } from "./live-translation.js";
import { OwnedCache } from "./owned-cache.js";
import type { Store } from "./reflector.js";
import type { WireObject } from "./wire.js";

interface Wait {
  readonly version: bigint;
  readonly over: () => void;
}

/** All objects of one kind that belong to apps, and the version that they are of. */
export class LiveKind implements Store {
  readonly cache: OwnedCache<LiveObject>;
  /** Whether there was a complete list: from then on, a missing object does not exist. */
  isListed = false;
  private version = 0n;
  private staged = 0n;
  private readonly waiting = new Set<Wait>();

  /** `also` receives the same changes. */
  constructor(
    readonly ref: { readonly apiVersion: string; readonly kind: string },
    fieldManager: string,
    changed: (owner: AppRef) => void,
    private readonly also?: Store,
  ) {
    this.cache = new OwnedCache((item: WireObject) => toLiveObject(item, ref, fieldManager), changed, byName);
  }

  /** Resolves when the object stored under this version has arrived, or after this many ms. */
  reached(version: string | undefined, timeoutMs: number): Promise<void> {
    const wanted = numberOf(version);
    if (!this.isListed || this.version >= wanted) return Promise.resolve();
    return new Promise((resolve) => {
      const wait = {
        version: wanted,
        over: () => {
          clearTimeout(timer);
          this.waiting.delete(wait);
          resolve();
        },
      };
      const timer = setTimeout(wait.over, timeoutMs);
      this.waiting.add(wait);
    });
  }

  stage(items: readonly WireObject[]): void {
    this.also?.stage(items);
    this.cache.stage(items);
    for (const item of items) this.staged = later(this.staged, item);
  }

  commit(): void {
    this.also?.commit();
    this.cache.commit();
    this.isListed = true;
    this.arrived(this.staged);
  }

  discard(): void {
    this.also?.discard();
    this.cache.discard();
    this.staged = 0n;
  }

  put(item: WireObject): void {
    this.also?.put(item);
    this.cache.put(item);
    this.arrived(later(this.version, item));
  }

  remove(item: WireObject): void {
    this.also?.remove(item);
    this.cache.remove(item);
    this.arrived(later(this.version, item));
  }

  private arrived(version: bigint): void {
    if (version <= this.version) return;
    this.version = version;
    for (const wait of Array.from(this.waiting)) if (wait.version <= version) wait.over();
  }
}

const byName = (a: LiveObject, b: LiveObject): number => (a.name < b.name ? -1 : 1);

/** Versions are formally opaque, but every API server counts them up and orders a kind's changes by them. */
const numberOf = (version = ""): bigint => (/^\d{1,20}$/.test(version) ? BigInt(version) : 0n);

function later(known: bigint, { metadata }: WireObject): bigint {
  const version = numberOf(metadata.resourceVersion);
  return version > known ? version : known;
}
