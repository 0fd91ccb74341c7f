import { UpstreamRejected } from "../../kernel/errors.js";
import {
  labels,
  type Cluster,
  type ClusterEvent,
  type ClusterNamespace,
  type Manifest,
  type ObjectRef,
  type Owner,
  type Pod,
  type PodLogEnd,
  type PodLogLine,
  type PodLogRequest,
  type UpstreamHealth,
  type Workload,
} from "../cluster.js";
import type { FieldPath, LiveObject } from "../live-object.js";
import { UpstreamCalls, type UpstreamCallsOptions } from "../upstream-call.js";
import { KubernetesApi, nameOf } from "./kubernetes-api.js";
import { KubernetesConnection, type KubernetesAccess } from "./kubernetes-connection.js";
import { removeFields } from "./field-removal.js";
import { LiveObjects, pathOfKind } from "./live-objects.js";
import { OwnedCache } from "./owned-cache.js";
import { KubernetesForesight } from "./kubernetes-foresight.js";
import { OwnedObjects } from "./owned-objects.js";
import {
  defaultReflectorTiming,
  Reflector,
  type Mirror,
  type ReflectorLog,
  type ReflectorTiming,
} from "./reflector.js";
import { readPodLog } from "./pod-log-stream.js";
import { asManifest, ServerSideApply } from "./server-side-apply.js";
import { toClusterEvent, toPod, toWorkload } from "./translation.js";
import type { WireEvent, WireNamespace } from "./wire.js";

export interface KubernetesClusterOptions {
  readonly access: KubernetesAccess;
  /** Under which name our fields are owned; two installations on one cluster need two names. */
  readonly fieldManager?: string;
  readonly calls?: UpstreamCallsOptions;
  readonly timing?: Partial<ReflectorTiming>;
  readonly log?: ReflectorLog;
}

const silent: ReflectorLog = { info: () => {}, warn: () => {} };
const newestEvents = 10;

/** The cluster behind one Kubernetes API server, 1.20 or later. */
export class KubernetesCluster implements Cluster {
  /** What was asked of the API server on someone's behalf; the watches are not among it. */
  readonly calls: UpstreamCalls;
  readonly foresight: KubernetesForesight;
  private readonly connection: KubernetesConnection;
  private readonly api: KubernetesApi;
  private readonly owned: OwnedObjects;
  private readonly patient: UpstreamCalls;
  private readonly applying: ServerSideApply;
  private readonly log: ReflectorLog;
  private readonly workloadCache: OwnedCache<Workload>;
  private readonly podCache: OwnedCache<Pod>;
  private readonly live: LiveObjects;
  private readonly reflectors: readonly Reflector[];
  private readonly reflectorOf: (path: string, mirror: Mirror) => Reflector;
  private readonly reading: KubernetesApi;
  private readonly fieldManager: string;
  private changes = 0;
  private readonly listeners = new Set<(owner: Owner | undefined) => void>();

  constructor({ access, fieldManager = "orrery", calls, timing, log = silent }: KubernetesClusterOptions) {
    this.log = log;
    this.fieldManager = fieldManager;
    this.calls = new UpstreamCalls("kubernetes", calls);
    this.connection = new KubernetesConnection(access);
    this.api = new KubernetesApi(this.connection, this.calls);
    this.owned = new OwnedObjects(this.api);
    this.applying = new ServerSideApply(this.api, fieldManager);
    this.foresight = new KubernetesForesight(this.api, this.applying, this.owned);
    const changed = (owner: Owner) => {
      this.changes++;
      this.tell(owner);
    };
    this.workloadCache = new OwnedCache(toWorkload, changed);
    this.podCache = new OwnedCache(toPod, changed, oldestFirst);
    this.live = new LiveObjects(fieldManager, changed, { Deployment: this.workloadCache });
    // Whoever watches or follows tries again by itself; its failures must not open the circuit of people's calls, nor it stop them.
    this.patient = new UpstreamCalls("kubernetes", { ...calls, retries: 0, breakAfter: Number.POSITIVE_INFINITY });
    this.reading = new KubernetesApi(this.connection, this.patient);
    this.reflectorOf = (path, mirror) => {
      const source = { path, query: { labelSelector: `${labels.managedBy}=${labels.managedByUs}` } };
      const all = { ...defaultReflectorTiming, ...timing };
      return new Reflector(this.connection, this.reading, source, mirror, all, log);
    };
    this.reflectors = [
      this.reflectorOf("/apis/apps/v1/deployments", this.live.kind("apps/v1", "Deployment")!),
      this.reflectorOf("/api/v1/pods", this.podCache),
    ];
  }

  async apply(manifests: readonly Manifest[], signal: AbortSignal): Promise<void> {
    const stored: Manifest[] = [];
    for (const manifest of manifests) stored.push(await this.applying.apply(manifest, signal));
    await Promise.all(stored.map((each) => this.live.show(each)));
  }

  async dryRun(manifests: readonly Manifest[], signal: AbortSignal): Promise<readonly Manifest[]> {
    const stored: Manifest[] = [];
    for (const manifest of manifests) stored.push(await this.applying.tryOver(undefined, manifest, signal));
    return stored;
  }

  async prune(owner: Owner, keep: readonly Manifest[], signal: AbortSignal): Promise<readonly ObjectRef[]> {
    const removed: ObjectRef[] = [];
    for (const found of await this.foresight.removable(owner, keep, signal)) {
      const { apiVersion, kind, namespace, name } = found;
      if (await this.owned.remove(found, "Background", signal)) removed.push({ apiVersion, kind, namespace, name });
    }
    return removed;
  }

  async removeAll(owner: Owner, signal: AbortSignal): Promise<number> {
    for (const found of await this.owned.removable(owner, signal)) {
      // Foreground: the object stays, and is counted, until everything below it is gone.
      if (!found.leaving) await this.owned.remove(found, "Foreground", signal);
    }
    return this.owned.count(owner, signal);
  }

  async removeFields(
    ref: ObjectRef,
    which: (live: LiveObject) => readonly FieldPath[],
    signal: AbortSignal,
  ): Promise<void> {
    const stored = await removeFields(this.api, this.fieldManager, { ref, which }, signal);
    if (stored) await this.live.show({ ...stored, ...ref });
  }

  async read(ref: ObjectRef, signal: AbortSignal): Promise<Manifest | undefined> {
    try {
      const path = await this.api.pathOf(ref, signal);
      return asManifest(await this.api.request(nameOf(ref), { path }, signal));
    } catch (error) {
      if (error instanceof UpstreamRejected && error.status === 404) return undefined;
      throw error;
    }
  }

  async namespaces(signal: AbortSignal): Promise<readonly ClusterNamespace[]> {
    const found: ClusterNamespace[] = [];
    const take = (items: readonly WireNamespace[]) => {
      for (const { metadata, status } of items) {
        const managedByUs = metadata.labels?.[labels.managedBy] === labels.managedByUs;
        found.push({ name: metadata.name, managedByUs, terminating: status?.phase === "Terminating" });
      }
    };
    await this.api.list("/api/v1/namespaces", {}, take, signal);
    return found;
  }

  async events(
    about: { readonly namespace: string; readonly kind: string; readonly name: string },
    signal: AbortSignal,
  ): Promise<readonly ClusterEvent[]> {
    const found: ClusterEvent[] = [];
    const fieldSelector = `involvedObject.kind=${about.kind},involvedObject.name=${about.name}`;
    const path = `/api/v1/namespaces/${encodeURIComponent(about.namespace)}/events`;
    const take = (items: readonly WireEvent[]) => void found.push(...items.map(toClusterEvent));
    await this.api.list(path, { fieldSelector }, take, signal);
    return found.sort((a, b) => b.lastSeenAt.getTime() - a.lastSeenAt.getTime()).slice(0, newestEvents);
  }

  readPodLog(
    request: PodLogRequest,
    take: (line: PodLogLine) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<PodLogEnd> {
    return readPodLog(this.connection, this.patient, request, take, signal);
  }

  workload(owner: Owner): Workload | undefined {
    return this.workloadCache.of(owner)[0];
  }

  pods(owner: Owner): readonly Pod[] {
    return this.podCache.of(owner);
  }

  objects(owner: Owner): readonly LiveObject[] {
    return this.live.of(owner);
  }

  hasAll({ apiVersion, kind }: Pick<ObjectRef, "apiVersion" | "kind">): boolean {
    return this.live.kind(apiVersion, kind)?.isListed ?? false;
  }

  get revision(): number {
    return this.changes;
  }

  onChange(listen: (owner: Owner | undefined) => void): () => void {
    // Wrapped, so that one function may listen twice and each ends by itself.
    const listener = (owner: Owner | undefined) => listen(owner);
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Resolves at the first list of everything, or when the signal aborts before that. */
  async start(signal: AbortSignal): Promise<void> {
    signal.addEventListener("abort", () => this.connection.forget(), { once: true });
    const listed = (reflector: Reflector): Promise<void> =>
      new Promise((resolve) => {
        const whole = (): void => {
          this.tell(undefined);
          resolve();
        };
        void reflector.run(whole, signal).then(resolve);
      });
    const others = this.live.kinds.filter(({ ref }) => ref.kind !== "Deployment");
    await Promise.all([
      ...this.reflectors.map(listed),
      ...others.map(async (kind) => {
        const path = await pathOfKind(this.reading, kind.ref, signal);
        if (path !== undefined) await listed(this.reflectorOf(path, kind));
      }),
    ]);
  }

  /** Of the watches that nothing goes without; a kind that we may not see is known by `hasAll`. */
  health(): UpstreamHealth {
    const all = this.reflectors.map((reflector) => reflector.health());
    const down = all.filter(({ reachable }) => !reachable);
    if (down.length > 0) return down.reduce((a, b) => (a.since <= b.since ? a : b));
    return all.reduce((a, b) => (a.since >= b.since ? a : b));
  }

  private tell(owner: Owner | undefined): void {
    for (const listener of this.listeners) {
      try {
        listener(owner);
      } catch (err) {
        // Whoever listens must not be able to break the watch for everyone else.
        this.log.warn({ owner, err }, "a listener to the cluster failed");
      }
    }
  }
}

const oldestFirst = (a: Pod, b: Pod): number =>
  a.createdAt.getTime() - b.createdAt.getTime() || (a.name < b.name ? -1 : 1);
