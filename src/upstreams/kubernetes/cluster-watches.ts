import { FailureLog } from "../../kernel/failure-log.js";
import { labels, type Pod, type UpstreamHealth, type Workload } from "../cluster.js";
import type { ObjectRef, AppRef } from "../cluster-object.js";
import type { KubernetesApi } from "./kubernetes-api.js";
import type { KubernetesConnection } from "./kubernetes-connection.js";
import { LiveObjects, pathOfKind } from "./live-objects.js";
import { OwnedCache } from "./owned-cache.js";
import { OwnedNamespaces } from "./owned-namespaces.js";
import { defaultReflectorTiming, Reflector, type Store, type ReflectorLog, type ReflectorTiming } from "./reflector.js";
import { toPod, toWorkload } from "./translation.js";

export interface ClusterWatchesOptions {
  readonly fieldManager: string;
  readonly timing: Partial<ReflectorTiming> | undefined;
  readonly log: ReflectorLog;
}

/** The watches of our objects: of all namespaces for most kinds, and per namespace for Secrets. */
export class ClusterWatches {
  readonly workloads: OwnedCache<Workload>;
  readonly pods: OwnedCache<Pod>;
  readonly live: LiveObjects;
  revision = 0;
  private readonly namespaces: OwnedNamespaces;
  /** The watches that the server cannot work without. */
  private readonly vital: readonly Reflector[];
  private readonly listeners = new Set<(owner: AppRef | undefined) => void>();

  /** `api` must not let failures of watches stop the calls of people. */
  constructor(
    private readonly connection: KubernetesConnection,
    private readonly api: KubernetesApi,
    private readonly options: ClusterWatchesOptions,
  ) {
    const changed = (owner: AppRef) => {
      this.revision++;
      this.tell(owner);
    };
    this.workloads = new OwnedCache(toWorkload, changed);
    this.pods = new OwnedCache(toPod, changed, oldestFirst);
    this.live = new LiveObjects(options.fieldManager, changed, { Deployment: this.workloads });
    this.namespaces = new OwnedNamespaces((namespace, signal) => this.watchSecrets(namespace, signal), options.log);
    this.vital = [
      this.reflector("/apis/apps/v1/deployments", this.live.kind({ apiVersion: "apps/v1", kind: "Deployment" })!),
      this.reflector("/api/v1/pods", this.pods),
    ];
  }

  /** Resolves after the first lists of all cluster-wide watches, or when the signal aborts before. */
  async start(signal: AbortSignal): Promise<void> {
    signal.addEventListener("abort", () => (this.namespaces.close(), this.connection.forget()), { once: true });
    const discovery = new FailureLog(this.options.log, "kubernetes discovery");
    const others = this.live.kinds.filter(({ ref }) => ref.kind !== "Deployment");
    await Promise.all([
      ...this.vital.map((reflector) => this.run(reflector, signal)),
      this.run(this.reflector("/api/v1/namespaces", this.namespaces), signal).then(() => this.namespaces.tried()),
      ...others.map(async (kind) => {
        const path = await pathOfKind(this.api, kind.ref, signal, discovery);
        if (path !== undefined) await this.run(this.reflector(path, kind), signal);
      }),
    ]);
  }

  /** Of the watches that the server cannot work without; `hasAll` tells about kinds that the platform may not read. */
  health(): UpstreamHealth {
    const all = this.vital.map((reflector) => reflector.health());
    const down = all.filter(({ reachable }) => !reachable);
    if (down.length > 0) return down.reduce((a, b) => (a.since <= b.since ? a : b));
    return all.reduce((a, b) => (a.since >= b.since ? a : b));
  }

  hasAll(of: Omit<ObjectRef, "name">): boolean {
    return this.live.kind(of)?.isListed ?? false;
  }

  onChange(listen: (owner: AppRef | undefined) => void): () => void {
    // Wrapped, so that one function can subscribe twice and unsubscribe separately.
    const listener = (owner: AppRef | undefined) => listen(owner);
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /**
   * Runs until the signal aborts. Resolves after the first list or failure: without rights there is no list to wait
   * for.
   */
  private watchSecrets(namespace: string, signal: AbortSignal): Promise<void> {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets`;
    const reflector = this.reflector(path, this.live.enter(namespace));
    signal.addEventListener("abort", () => this.live.leave(namespace), { once: true });
    return this.run(reflector, signal, true);
  }

  private reflector(path: string, mirror: Store): Reflector {
    const source = { path, query: { labelSelector: `${labels.managedBy}=${labels.managedByUs}` } };
    const timing = { ...defaultReflectorTiming, ...this.options.timing };
    return new Reflector(this.connection, this.api, source, mirror, timing, this.options.log);
  }

  /** Resolves after the first list, after the first failure if that is enough, or when the signal aborts before. */
  private run(reflector: Reflector, signal: AbortSignal, failureWillDo = false): Promise<void> {
    return new Promise((resolve) => {
      const whole = (): void => {
        this.tell(undefined);
        resolve();
      };
      void reflector.run(whole, signal, failureWillDo ? resolve : undefined).then(resolve);
    });
  }

  private tell(owner: AppRef | undefined): void {
    for (const listener of this.listeners) {
      try {
        listener(owner);
      } catch (err) {
        // A listener that throws is a defect of ours, which must not break the watch for the others.
        this.options.log.error({ owner, err }, "cluster listener failed");
      }
    }
  }
}

const oldestFirst = (a: Pod, b: Pod): number =>
  a.createdAt.getTime() - b.createdAt.getTime() || (a.name < b.name ? -1 : 1);
