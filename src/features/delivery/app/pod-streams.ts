import { createHash } from "node:crypto";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Actor } from "../../../kernel/actor.js";
import { NotFound } from "../../../kernel/errors.js";
import type { Wakeups } from "../../../kernel/wakeups.js";
import { Latest } from "../../../streams/latest.js";
import type { Stream } from "../../../streams/mailbox.js";
import { SharedSource, type SourceOutlet } from "../../../streams/shared-source.js";
import type { StreamEvent } from "../../../streams/stream-event.js";
import type { Cluster, Owner, Pod } from "../../../upstreams/cluster.js";
import type { Policy } from "../../identity/access/policy.js";
import { Namespace } from "../namespace/namespace.entity.js";
import { App, scopeOf } from "./app.entity.js";

/** All pods of an app after a change. The cursor is a digest of them, so any process can compare it. */
export interface PodsChanged extends StreamEvent {
  readonly pods: readonly Pod[];
}

/** Subscriptions to the pods of apps: one read of the cache per change, app and process, however many subscribers there are. */
export class PodStreams {
  private readonly source: SharedSource<PodsChanged>;

  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly wakeups: Wakeups,
    private readonly cluster: Pick<Cluster, "pods" | "onChange" | "health">,
    private readonly policy: Policy,
  ) {
    this.source = new SharedSource((key, outlet) => this.open(ownerOf(key), outlet));
  }

  /** The number of apps with subscribers. */
  get openCount(): number {
    return this.source.openCount;
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

  private open(owner: Owner, outlet: SourceOutlet<PodsChanged>): () => void {
    let shown: string | undefined;
    let isRetired = false;
    const show = (): void => {
      const pods = this.cluster.pods(owner);
      // Before its first list the cache is empty, which does not mean that there are no pods.
      if (pods.length === 0 && !this.cluster.health().reachable) return;
      const cursor = createHash("sha256").update(JSON.stringify(pods)).digest("base64url");
      if (cursor !== shown) outlet.put({ cursor, pods });
      shown = cursor;
      if (isRetired && pods.length === 0) outlet.end();
    };
    const retirement = new Latest(async () => {
      const app = await this.fork().findOne(App, owner.appId);
      isRetired = app?.phase === "RETIRED";
      if (isRetired) show();
    });
    const unlisten = [
      this.cluster.onChange((changed) => (!changed || changed.appId === owner.appId) && show()),
      this.wakeups.on("app", (key) => (key === undefined || key === owner.appId) && retirement.nudge()),
      () => retirement.stop(),
    ];
    show();
    retirement.nudge();
    return () => {
      for (const end of unlisten) end();
    };
  }
}

const keyOf = ({ namespace, appId }: Owner): string => `${namespace}/${appId}`;
function ownerOf(key: string): Owner {
  const [namespace, appId] = key.split("/") as [string, string];
  return { namespace, appId };
}
