import { UpstreamRejected } from "../../kernel/errors.js";
import {
  labels,
  type Cluster,
  type ClusterEvent,
  type ClusterNamespace,
  type Pod,
  type PodLogEnd,
  type PodLogLine,
  type PodLogRequest,
  type UpstreamHealth,
  type Workload,
} from "../cluster.js";
import type { Manifest, ObjectRef, AppRef } from "../cluster-object.js";
import type { FieldPath, LiveObject } from "../live-object.js";
import { UpstreamCalls, type UpstreamCallsOptions } from "../upstream-call.js";
import { KubernetesApi, nameOf } from "./kubernetes-api.js";
import { KubernetesConnection, type KubernetesAccess } from "./kubernetes-connection.js";
import { removeFields } from "./field-removal.js";
import { ClusterWatches } from "./cluster-watches.js";
import { ConditionalApply } from "./conditional-apply.js";
import { KubernetesDryRun } from "./kubernetes-dry-run.js";
import { NamespaceRights } from "./namespace-rights.js";
import { OwnedObjects } from "./owned-objects.js";
import type { ReflectorLog, ReflectorTiming } from "./reflector.js";
import { readPodLog } from "./pod-log-stream.js";
import { asManifest, ServerSideApply } from "./server-side-apply.js";
import { toClusterEvent } from "./translation.js";
import type { WireEvent, WireNamespace } from "./wire.js";

export interface KubernetesClusterOptions {
  readonly access: KubernetesAccess;
  /** The name of our field manager; two installations on one cluster need two names. */
  readonly fieldManager?: string;
  /**
   * The ClusterRole that our service account gets in each claimed namespace; undefined when others grant the rights.
   */
  readonly namespaceRole?: string | undefined;
  readonly calls?: UpstreamCallsOptions;
  readonly timing?: Partial<ReflectorTiming>;
  readonly log?: ReflectorLog;
}

const silent: ReflectorLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const newestEvents = 10;

/** The cluster behind one Kubernetes API server, 1.20 or later. */
export class KubernetesCluster implements Cluster {
  /** The calls to the API server on behalf of people and reconcilers; the watches are not included. */
  readonly calls: UpstreamCalls;
  readonly dryRuns: KubernetesDryRun;
  private readonly connection: KubernetesConnection;
  private readonly api: KubernetesApi;
  private readonly owned: OwnedObjects;
  private readonly watchCalls: UpstreamCalls;
  private readonly applying: ServerSideApply;
  private readonly conditionally: ConditionalApply;
  private readonly rights: NamespaceRights;
  private readonly watches: ClusterWatches;
  private readonly fieldManager: string;

  constructor({ access, fieldManager = "orrery", calls, timing, log = silent, ...rest }: KubernetesClusterOptions) {
    this.fieldManager = fieldManager;
    this.calls = new UpstreamCalls("kubernetes", calls);
    this.connection = new KubernetesConnection(access);
    const account = () => this.connection.serviceAccount();
    const own = new KubernetesApi(this.connection, this.calls);
    this.rights = new NamespaceRights(account, own, fieldManager, rest.namespaceRole);
    this.api = new KubernetesApi(this.connection, this.calls, (...refused) => this.rights.judge(...refused));
    this.owned = new OwnedObjects(this.api);
    this.applying = new ServerSideApply(this.api, fieldManager);
    this.conditionally = new ConditionalApply(this.applying, this.owned);
    this.dryRuns = new KubernetesDryRun(this.api, this.applying, this.owned);
    // Watches and follows retry by themselves. Their failures must not open the circuit of other calls, nor the other
    // way round.
    this.watchCalls = new UpstreamCalls("kubernetes", { ...calls, retries: 0, breakAfter: Number.POSITIVE_INFINITY });
    const reading = new KubernetesApi(this.connection, this.watchCalls);
    this.watches = new ClusterWatches(this.connection, reading, { fieldManager, timing, log });
  }

  async home(): Promise<string | undefined> {
    return (await this.connection.serviceAccount().catch(() => undefined))?.namespace;
  }

  async claim(namespace: Manifest, signal: AbortSignal): Promise<void> {
    const { name, labels: given } = namespace.metadata;
    if (name === (await this.connection.serviceAccount())?.namespace) {
      const message = `Namespace ${name}: the platform itself runs there, so it is no place for apps.`;
      throw new UpstreamRejected("kubernetes", message, 403);
    }
    const ours = { ...given, [labels.managedBy]: labels.managedByUs };
    await this.apply([{ ...namespace, metadata: { ...namespace.metadata, labels: ours } }], signal);
    await this.rights.ensure(name, signal);
  }

  async apply(manifests: readonly Manifest[], signal: AbortSignal): Promise<void> {
    const stored: Manifest[] = [];
    for (const manifest of manifests) stored.push(await this.applying.apply(manifest, signal));
    await Promise.all(stored.map((each) => this.watches.live.show(each)));
  }

  applyIfVersion(manifest: Manifest, version: string, signal: AbortSignal): Promise<boolean> {
    return this.conditionally.applyIfVersion(manifest, version, signal);
  }

  replace(manifest: Manifest, uid: string, signal: AbortSignal): Promise<void> {
    return this.conditionally.replace(manifest, uid, signal);
  }

  async dryRun(manifests: readonly Manifest[], signal: AbortSignal): Promise<readonly Manifest[]> {
    const stored: Manifest[] = [];
    for (const manifest of manifests) stored.push(await this.applying.tryOver(undefined, manifest, signal));
    return stored;
  }

  async prune(owner: AppRef, keep: readonly Manifest[], signal: AbortSignal): Promise<readonly ObjectRef[]> {
    const removed: ObjectRef[] = [];
    for (const found of await this.dryRuns.removable(owner, keep, signal)) {
      const { apiVersion, kind, namespace, name } = found;
      if (await this.owned.remove(found, "Background", signal)) removed.push({ apiVersion, kind, namespace, name });
    }
    return removed;
  }

  async removeAll(owner: AppRef, signal: AbortSignal): Promise<number> {
    for (const found of await this.owned.removable(owner, signal)) {
      // Foreground: the object still exists, and is counted, until its dependents are gone.
      if (!found.terminating) await this.owned.remove(found, "Foreground", signal);
    }
    return this.owned.count(owner, signal);
  }

  async removeFields(
    ref: ObjectRef,
    which: (live: LiveObject) => readonly FieldPath[],
    signal: AbortSignal,
  ): Promise<void> {
    const stored = await removeFields(this.api, this.fieldManager, { ref, which }, signal);
    if (stored) await this.watches.live.show({ ...stored, ...ref });
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
    return readPodLog(this.connection, this.watchCalls, request, take, signal);
  }

  workload(owner: AppRef): Workload | undefined {
    return this.watches.workloads.of(owner)[0];
  }

  pods(owner: AppRef): readonly Pod[] {
    return this.watches.pods.of(owner);
  }

  objects(owner: AppRef): readonly LiveObject[] {
    return this.watches.live.of(owner);
  }

  hasAll(of: Omit<ObjectRef, "name">): boolean {
    return this.watches.hasAll(of);
  }

  get revision(): number {
    return this.watches.revision;
  }

  onChange(listen: (owner: AppRef | undefined) => void): () => void {
    return this.watches.onChange(listen);
  }

  start(signal: AbortSignal): Promise<void> {
    return this.watches.start(signal);
  }

  health(): UpstreamHealth {
    return this.watches.health();
  }
}
