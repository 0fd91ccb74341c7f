import type { Actor } from "../../../kernel/actor.js";
import { NotFound } from "../../../kernel/errors.js";
import { kindOfId } from "../../../kernel/ids.js";
import type { PubSub } from "../../../kernel/pub-sub.js";
import { CoalescedTask } from "../../../streams/coalesced-task.js";
import type { Stream } from "../../../streams/conflating-queue.js";
import { RefCountedSource, type SourceOutlet } from "../../../streams/ref-counted-source.js";
import type { StreamEvent } from "../../../streams/stream-event.js";
import type { Cluster } from "../../../upstreams/cluster.js";
import type { Clusters } from "../../../upstreams/clusters.js";
import type { Policy } from "../../identity/access/policy.js";
import { App, scopeOf } from "../app/app.entity.js";
import { Namespace } from "../namespace/namespace.entity.js";
import type { ReadModel } from "../../foundation/read-model.js";
import type { DriftSnapshots } from "./drift-snapshots.js";
import { digestOf, type AppDrift, type DriftSnapshot, type DriftDetector } from "./drift-detector.js";

/** All drift of an app, or of a namespace's apps, after a change. The cursor is a digest of it. */
export interface DriftChanged extends StreamEvent {
  readonly drifts: readonly AppDrift[];
}

/** An app, or all of a namespace. */
interface Of {
  readonly app?: string | null;
  readonly namespace?: string | null;
}

/** Changes of several objects arrive over one watch per kind; those within this time make one event. */
const debounceMs = 100;

interface DriftStreamsDependencies {
  readonly readModel: ReadModel;
  readonly pubSub: PubSub;
  readonly clusters: Clusters<Pick<Cluster, "objects" | "onChange">>;
  readonly snapshots: DriftSnapshots;
  readonly drifts: DriftDetector;
  readonly policy: Policy;
}

/** Subscriptions to drift: one comparison per change and app, however many subscribers there are. */
export class DriftStreams {
  private readonly source: RefCountedSource<DriftChanged>;

  constructor(private readonly deps: DriftStreamsDependencies) {
    this.source = new RefCountedSource((key, outlet) => this.open(key, outlet));
  }

  /** The drift now, unless its cursor is `after`, then an event at every change; of an app, until it is retired. */
  async changes(
    actor: Actor,
    { app: appId, namespace: namespaceId }: Of,
    after?: string | null,
  ): Promise<Stream<DriftChanged>> {
    const scope = appId ? await this.scopeOfApp(appId) : await this.scopeOfNamespace(namespaceId!);
    this.deps.policy.require(actor, "namespace:read", scope);
    return this.source.subscribe(appId ?? namespaceId!, ({ cursor }) => cursor === after);
  }

  private async scopeOfApp(id: string): Promise<ReturnType<typeof scopeOf>> {
    const app = await this.deps.readModel.byId(App, id);
    if (!app) throw new NotFound("app", id);
    return scopeOf(app);
  }

  private async scopeOfNamespace(id: string): Promise<ReturnType<typeof scopeOf>> {
    if (!(await this.deps.readModel.byId(Namespace, id))) throw new NotFound("namespace", id);
    return { namespaceId: id, kind: "namespace", id };
  }

  private open(key: string, outlet: SourceOutlet<DriftChanged>): () => void {
    const isOfApp = kindOfId(key) === "App";
    const snapshots = new Map<string, DriftSnapshot>();
    let stale: ReadonlySet<string> | undefined;
    let shown: string | undefined;
    let timer: NodeJS.Timeout | undefined;
    const show = (): void => {
      timer = undefined;
      const all = [...snapshots.values()].map((snapshot) => this.deps.drifts.of(snapshot));
      // Before its first list the cache is empty, which does not mean that there is no drift.
      if (all.some(({ state }) => state === "UNKNOWN")) return;
      const drifts = all.filter(({ state }) => state === "DRIFTED").sort((a, b) => (a.appId < b.appId ? -1 : 1));
      const cursor = digestOf(drifts);
      if (cursor !== shown) outlet.next({ cursor, drifts });
      shown = cursor;
      if (snapshots.get(key)?.app.phase === "RETIRED") outlet.complete();
    };
    const showSoon = (): void => void (timer ??= setTimeout(show, shown === undefined ? 0 : debounceMs));
    const read = new CoalescedTask(
      async () => {
        const which = stale ? [...stale] : "ALL";
        stale = new Set();
        try {
          const found = isOfApp
            ? [await this.deps.snapshots.ofApp(key)]
            : await this.deps.snapshots.ofNamespace(key, which);
          for (const snapshot of found) if (snapshot) snapshots.set(snapshot.app.id, snapshot);
        } catch (error) {
          stale = undefined;
          throw error;
        }
        showSoon();
      },
      (cause) => outlet.error(cause),
    );
    const unlisten = [
      ...this.deps.clusters.all.map((cluster) =>
        cluster.onChange((owner) => (!owner || snapshots.has(owner.appId)) && showSoon()),
      ),
      this.deps.pubSub.subscribe("app", (id) => {
        if (isOfApp && id !== undefined && id !== key) return;
        stale = id === undefined || !stale ? undefined : new Set([...stale, id]);
        read.trigger();
      }),
      () => read.stop(),
    ];
    read.trigger();
    return () => {
      clearTimeout(timer);
      for (const end of unlisten) end();
    };
  }
}
