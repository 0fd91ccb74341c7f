import { createHash } from "node:crypto";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Actor } from "../../../kernel/actor.js";
import { NotFound } from "../../../kernel/errors.js";
import type { PubSub } from "../../../kernel/pub-sub.js";
import { CoalescedTask } from "../../../streams/coalesced-task.js";
import type { Stream } from "../../../streams/conflating-queue.js";
import { RefCountedSource, type SourceOutlet } from "../../../streams/ref-counted-source.js";
import type { StreamEvent } from "../../../streams/stream-event.js";
import type { Cluster, Pod } from "../../../upstreams/cluster.js";
import type { Clusters } from "../../../upstreams/clusters.js";
import type { AppRef } from "../../../upstreams/cluster-object.js";
import type { Policy } from "../../identity/access/policy.js";
import { Namespace } from "../namespace/namespace.entity.js";
import { App, scopeOf } from "./app.entity.js";

/** All pods of an app after a change. The cursor is a digest of them, so any process can compare it. */
export interface PodsChanged extends StreamEvent {
  readonly pods: readonly Pod[];
}

/** Subscriptions to the pods of apps: one read of the cache per change, app and process, however many subscribers there are. */
export class PodStreams {
  private readonly source: RefCountedSource<PodsChanged>;

  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly pubSub: PubSub,
    private readonly clusters: Clusters<Pick<Cluster, "pods" | "onChange" | "health">>,
    private readonly policy: Policy,
  ) {
    this.source = new RefCountedSource((key, outlet) => this.open(ownerOf(key), outlet));
  }

  /** The pods now, unless their cursor is `after`, then an event at every change, until the app is retired and has no pods. */
  async changes(actor: Actor, appId: string, after?: string | null): Promise<Stream<PodsChanged>> {
    const em = this.fork();
    const app = await em.findOne(App, appId);
    if (!app) throw new NotFound("app", appId);
    this.policy.require(actor, "namespace:read", scopeOf(app));
    const namespace = await em.findOneOrFail(Namespace, app.namespaceId);
    return this.source.subscribe(keyOf({ appId, namespace: namespace.name }), ({ cursor }) => cursor === after);
  }

  private open(owner: AppRef, outlet: SourceOutlet<PodsChanged>): () => void {
    const cluster = this.clusters.of(owner.namespace);
    let shown: string | undefined;
    let isRetired = false;
    const show = (): void => {
      const pods = cluster.pods(owner);
      // Before its first list the cache is empty, which does not mean that there are no pods.
      if (pods.length === 0 && !cluster.health().reachable) return;
      const cursor = createHash("sha256").update(JSON.stringify(pods)).digest("base64url");
      if (cursor !== shown) outlet.next({ cursor, pods });
      shown = cursor;
      if (isRetired && pods.length === 0) outlet.complete();
    };
    const retirement = new CoalescedTask(
      async () => {
        const app = await this.fork().findOne(App, owner.appId);
        isRetired = app?.phase === "RETIRED";
        if (isRetired) show();
      },
      (cause) => outlet.error(cause),
    );
    const unlisten = [
      cluster.onChange((changed) => (!changed || changed.appId === owner.appId) && show()),
      this.pubSub.subscribe("app", (key) => (key === undefined || key === owner.appId) && retirement.trigger()),
      () => retirement.stop(),
    ];
    show();
    retirement.trigger();
    return () => {
      for (const end of unlisten) end();
    };
  }
}

const keyOf = ({ namespace, appId }: AppRef): string => `${namespace}/${appId}`;
function ownerOf(key: string): AppRef {
  const [namespace, appId] = key.split("/") as [string, string];
  return { namespace, appId };
}
