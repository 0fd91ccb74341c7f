import { PlatformError, UpstreamRejected } from "../../kernel/errors.js";
import type { UpstreamHealth } from "../cluster.js";
import type { KubernetesApi } from "./kubernetes-api.js";
import type { KubernetesConnection } from "./kubernetes-connection.js";
import { readWatch, WatchSilent, type WatchTiming } from "./watch-stream.js";
import type { WireObject } from "./wire.js";

/** Who keeps what a reflector sees. */
export interface Store {
  /** Takes in one page of a list that is under way. */
  stage(items: readonly WireObject[]): void;
  /** The list is whole: what was staged replaces everything that was known. */
  commit(): void;
  /** Drops what was staged: the list broke off. */
  discard(): void;
  put(item: WireObject): void;
  remove(item: WireObject): void;
}

export interface ReflectorTiming extends WatchTiming {
  /** What the server is asked to end a watch after; half of it is added at random, so that replicas do not return together. */
  readonly watchSeconds: number;
  /** The first pause after a failure and the longest one; pauses double in between, with jitter. */
  readonly pauseMs: number;
  readonly maxPauseMs: number;
  /** For how long a cache without a watch still counts as fed. */
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

/** A watch that lived shorter than this and said nothing was no success, even if it ended politely. */
const briefMs = 1_000;
/** After this many failures or silences in a row the version itself is suspect (a restored etcd may not know it): list again. */
const suspectAfter = 3;

/**
 * Keeps a mirror equal to one collection of the API server: a paged list, then watches that go on from its version.
 * A watch that ends, breaks or falls silent is resumed where it was; `410 Gone` leads to a new list. It retries with
 * growing pauses for as long as the signal lets it, and leaves nothing open.
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
    private readonly mirror: Store,
    private readonly timing: ReflectorTiming,
    private readonly log: ReflectorLog,
  ) {}

  /** Runs until the signal aborts; never rejects. Calls `listed` after every whole list, and `failed` after every failure. */
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
      if (this.failures > 0) await pause(this.pauseMs(), signal);
    }
  }

  health(): UpstreamHealth {
    const inGrace = this.fed && Date.now() - this.lostAt.getTime() < this.timing.graceMs;
    return this.live || inGrace
      ? { reachable: true, since: this.fedSince }
      : { reachable: false, since: this.lostAt, error: this.error };
  }

  private async list(signal: AbortSignal): Promise<string> {
    this.mirror.discard();
    const { path, query } = this.source;
    const version = await this.api.list(path, query, (items) => this.mirror.stage(items), signal);
    this.mirror.commit();
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
        if (type === "DELETED") this.mirror.remove(object);
        else if (type !== "BOOKMARK") this.mirror.put(object);
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
    // A watch that lived long and said little is resumed without a pause: it may only be a quiet cluster.
    if (error instanceof WatchSilent) this.silences++;
    else this.failures++;
    this.error = error instanceof PlatformError ? error.message : "The watch on the cluster broke off.";
    const gone = error instanceof UpstreamRejected && error.status === 410;
    const refused = error instanceof UpstreamRejected && error.status === 403;
    // The next watch must not go over a socket that may have died silently.
    if (!gone && !refused) this.connection.forget();
    if (gone || this.failures + this.silences >= suspectAfter) this.version = undefined;
    const details = { path: this.source.path, failures: this.failures, err: error };
    if (gone) this.log.info(details, "the watch is too far behind; listing again");
    // Rights that are still to come are no news, however often we ask.
    else if (refused) this.log[this.refused ? "debug" : "info"](details, "the cluster does not let us watch this yet");
    else this.log.warn(details, "the watch on the cluster broke; trying again");
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

/** Waits, but not longer than the signal. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const over = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal.addEventListener("abort", over, { once: true });
  });
}
