import { setTimeout as pause } from "node:timers/promises";
import type { ReflectorLog, Store } from "./reflector.js";
import type { WireObject } from "./wire.js";

/** Each costs one connection on both sides; beyond this number, drift of Secrets is not shown. */
const mostNamespaces = 1_000;
/** At a start there are many; this bounds the concurrent lists at the API server. */
const oneEveryMs = 5;

/** A task that runs while the namespace is ours; resolves after its first attempt. */
export type KeepUp = (namespace: string, signal: AbortSignal) => Promise<void>;

interface Entered {
  readonly abort: AbortController;
  readonly tried: Promise<void>;
}

/** The namespaces with our label, and the tasks that run in each. */
export class OwnedNamespaces implements Store {
  private readonly entered = new Map<string, Entered>();
  private readonly staged = new Set<string>();
  private closed = false;

  constructor(
    private readonly keepUp: KeepUp,
    private readonly log: ReflectorLog,
    private readonly most = mostNamespaces,
  ) {}

  stage(items: readonly WireObject[]): void {
    for (const { metadata } of items) this.staged.add(metadata.name);
  }

  commit(): void {
    for (const name of Array.from(this.entered.keys())) if (!this.staged.has(name)) this.leave(name);
    let nth = 0;
    for (const name of this.staged) this.enter(name, oneEveryMs * nth++);
    this.staged.clear();
  }

  discard(): void {
    this.staged.clear();
  }

  put({ metadata }: WireObject): void {
    this.enter(metadata.name);
  }

  remove({ metadata }: WireObject): void {
    this.leave(metadata.name);
  }

  /** Resolves after a first attempt in each known namespace. */
  async tried(): Promise<void> {
    await Promise.all(Array.from(this.entered.values(), ({ tried }) => tried));
  }

  /** Stops all tasks for good. */
  close(): void {
    this.closed = true;
    for (const name of Array.from(this.entered.keys())) this.leave(name);
  }

  private enter(name: string, afterMs = 0): void {
    if (this.closed || this.entered.has(name)) return;
    if (this.entered.size >= this.most) {
      this.log.warn({ namespace: name, most: this.most }, "too many namespaces; Secrets of this one are not watched");
      return;
    }
    const abort = new AbortController();
    const begin = async (): Promise<void> => {
      if (afterMs > 0) await pause(afterMs, undefined, { signal: abort.signal });
      await this.keepUp(name, abort.signal);
    };
    // Only an abort ends the pause early.
    this.entered.set(name, { abort, tried: begin().catch(() => undefined) });
  }

  private leave(name: string): void {
    this.entered.get(name)?.abort.abort();
    this.entered.delete(name);
  }
}
