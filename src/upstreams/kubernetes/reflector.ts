import { setTimeout as pause } from "node:timers/promises";
import { PlatformError, UpstreamRejected } from "../../kernel/errors.js";
import type { UpstreamHealth } from "../cluster.js";
import type { KubernetesApi } from "./kubernetes-api.js";
import type { KubernetesConnection } from "./kubernetes-connection.js";
import { readWatch, WatchSilent, type WatchTiming } from "./watch-stream.js";
import type { WireObject } from "./wire.js";

/** The store that a reflector fills. */
export interface Store {
  /** Stages one page of a list. */
  stage(items: readonly WireObject[]): void;
  /** The list is complete: the staged objects replace all others. */
  commit(): void;
  /** Drops the staged objects, because the list failed. */
  discard(): void;
  put(item: WireObject): void;
  remove(item: WireObject): void;
}

export interface ReflectorTiming extends WatchTiming {
  /**
   * The timeout that a watch requests; up to half of it is added at random, so that replicas do not reconnect together.
   */
  readonly watchSeconds: number;
  /** The first and the longest delay after a failure; delays double in between, with jitter. */
  readonly pauseMs: number;
  readonly maxPauseMs: number;
  /** A cache without a watch counts as up to date for this long. */
  readonly graceMs: number;
}

export const defaultReflectorTiming: ReflectorTiming = {
  openMs: 10_000,
  idleMs: 90_000,
  watchSeconds: 240,
  pauseMs: 250,
  maxPauseMs: 10_000,
  graceMs: 5_000,
};

export interface ReflectorLog {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** A watch that ended earlier than this without an event was no success, even if it ended normally. */
const briefMs = 1_000;
/**
 * After this many failures or silent watches in a row the version itself may be invalid (a restored etcd may not know
 * it), so the reflector lists again.
 */
const suspectAfter = 3;

/**
 * Keeps a store equal to one collection of the API server: a paged list, then watches from its version. A watch that
 * ends, breaks or is silent is resumed at the last version; `410 Gone` causes a new list. It retries with growing
 * delays until the signal aborts, and leaves nothing open.
 */
export class Reflector {
  private version: string | undefined;
  private failures = 0;
  private silences = 0;
  private live = false;
  private fedSince = new Date();
  private lostAt = new Date();
  private fed = false;
  private error = "The cluster has not been read yet.";
  private refused = false;

  constructor(
    private readonly connection: KubernetesConnection,
    private readonly api: KubernetesApi,
    private readonly source: { readonly path: string; readonly query: Readonly<Record<string, string>> },
    private readonly store: Store,
    private readonly timing: ReflectorTiming,
    private readonly log: ReflectorLog,
  ) {}

  /**
   * Runs until the signal aborts; never rejects. Calls `listed` after each complete list, and `failed` after each
   * failure.
   */
  async run(listed: () => void, signal: AbortSignal, failed: () => void = () => undefined): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.version === undefined) {
          this.version = await this.list(signal);
          listed();
        }
        await this.watch(this.version, signal);
      } catch (error) {
        if (!signal.aborted) {
          this.failed(error);
          failed();
        }
      } finally {
        this.lost();
      }
      if (this.failures > 0) await pause(this.pauseMs(), undefined, { signal }).catch(() => undefined);
    }
  }

  health(): UpstreamHealth {
    const inGrace = this.fed && Date.now() - this.lostAt.getTime() < this.timing.graceMs;
    return this.live || inGrace
      ? { reachable: true, since: this.fedSince }
      : { reachable: false, since: this.lostAt, error: this.error };
  }

  private async list(signal: AbortSignal): Promise<string> {
    this.store.discard();
    const { path, query } = this.source;
    const version = await this.api.list(path, query, (items) => this.store.stage(items), signal);
    this.store.commit();
    this.silences = 0;
    this.found();
    return version;
  }

  private async watch(version: string, signal: AbortSignal): Promise<void> {
    const openedAt = Date.now();
    let events = 0;
    const seconds = Math.round(this.timing.watchSeconds * (1 + Math.random() / 2));
    const query = {
      ...this.source.query,
      watch: "true",
      allowWatchBookmarks: "true",
      resourceVersion: version,
      timeoutSeconds: String(seconds),
    };
    const opened = () => {
      this.found();
      this.live = true;
    };
    await readWatch(
      this.connection,
      { path: this.source.path, query },
      this.timing,
      ({ type, object }) => {
        if (type === "DELETED") this.store.remove(object);
        else if (type !== "BOOKMARK") this.store.put(object);
        this.version = object.metadata.resourceVersion ?? this.version;
        this.failures = 0;
        this.silences = 0;
        events++;
      },
      { opened, signal },
    );
    if (events === 0 && Date.now() - openedAt < briefMs) throw new Error("The API server ended the watch at once.");
    this.failures = 0;
  }

  private failed(error: unknown): void {
    // A watch that lived long with few events is resumed without a delay, because the cluster may just be quiet.
    if (error instanceof WatchSilent) this.silences++;
    else this.failures++;
    this.error = error instanceof PlatformError ? error.message : "The watch on the cluster broke off.";
    const gone = error instanceof UpstreamRejected && error.status === 410;
    const refused = error instanceof UpstreamRejected && error.status === 403;
    // The next watch must not use a socket that may have died silently.
    if (!gone && !refused) this.connection.forget();
    if (gone || this.failures + this.silences >= suspectAfter) this.version = undefined;
    const details = { path: this.source.path, failures: this.failures, err: error };
    if (gone) this.log.info(details, "watch expired; listing again");
    // Missing rights are not a new failure each time.
    else if (refused) this.log[this.refused ? "debug" : "info"](details, "watch forbidden; will retry");
    else this.log.warn(details, "watch failed; will retry");
    this.refused = refused;
  }

  private found(): void {
    const { reachable } = this.health();
    if (!reachable) this.fedSince = new Date();
    this.fed = true;
    this.lostAt = new Date();
  }

  private lost(): void {
    if (this.live) this.lostAt = new Date();
    this.live = false;
  }

  private pauseMs(): number {
    const full = Math.min(this.timing.maxPauseMs, this.timing.pauseMs * 2 ** (this.failures - 1));
    return full * (0.5 + Math.random() / 2);
  }
}
