import type { Actor } from "../../../kernel/actor.js";
import { NotFound } from "../../../kernel/errors.js";
import { kindOfId } from "../../../kernel/ids.js";
import type { Wakeups } from "../../../kernel/wakeups.js";
import { Latest } from "../../../streams/latest.js";
import type { Stream } from "../../../streams/mailbox.js";
import { SharedSource, type SourceOutlet } from "../../../streams/shared-source.js";
import type { StreamEvent } from "../../../streams/stream-event.js";
import type { Cluster } from "../../../upstreams/cluster.js";
import type { Policy } from "../../identity/access/policy.js";
import { App, scopeOf } from "../app/app.entity.js";
import { Namespace } from "../namespace/namespace.entity.js";
import type { Rows } from "../../foundation/rows.js";
import { Where } from "../../foundation/where.js";
import type { DriftSights } from "./drift-sights.js";
import { markOf, type AppDrift, type DriftSight, type Drifts } from "./drifts.js";

/** All drift of an app, or of a namespace's apps, after a change. The cursor is made of what it is. */
export interface DriftChanged extends StreamEvent {
  readonly drifts: readonly AppDrift[];
}

/** An app, or all of a namespace. */
interface Of {
  readonly app?: string | null;
  readonly namespace?: string | null;
}

/** A change of several objects at once is one state: they arrive over a watch each. */
const gatherMs = 100;

/** The drift of apps, live: one comparison per change and app, however many listen. */
export class DriftStreams {
  private readonly source: SharedSource<DriftChanged>;

  constructor(
    private readonly rows: Rows,
    private readonly wakeups: Wakeups,
    private readonly cluster: Pick<Cluster, "objects" | "onChange">,
    private readonly sights: DriftSights,
    private readonly drifts: Drifts,
    private readonly policy: Policy,
  ) {
    this.source = new SharedSource((key, outlet) => this.open(key, outlet));
  }

  /** The drift that there is now, unless that is what `after` says, then at every change; of an app, until it is retired. */
  async changes(
    actor: Actor,
    { app: appId, namespace: namespaceId }: Of,
    after?: string | null,
  ): Promise<Stream<DriftChanged>> {
    const scope = appId ? await this.scopeOfApp(appId) : await this.scopeOfNamespace(namespaceId!);
    this.policy.require(actor, "namespace:read", scope);
    return this.source.subscribe(appId ?? namespaceId!, ({ cursor }) => cursor === after);
  }

  private async scopeOfApp(id: string): Promise<ReturnType<typeof scopeOf>> {
    const app = await this.rows.one(App, new Where().is("id", id));
    if (!app) throw new NotFound("app", id);
    return scopeOf(app);
  }

  private async scopeOfNamespace(id: string): Promise<ReturnType<typeof scopeOf>> {
    if (!(await this.rows.one(Namespace, new Where().is("id", id)))) throw new NotFound("namespace", id);
    return { namespaceId: id, kind: "namespace", id };
  }

  private open(key: string, outlet: SourceOutlet<DriftChanged>): () => void {
    const isOfApp = kindOfId(key) === "App";
    const sights = new Map<string, DriftSight>();
    let stale: ReadonlySet<string> | undefined;
    let shown: string | undefined;
    let timer: NodeJS.Timeout | undefined;
    const show = (): void => {
      timer = undefined;
      const all = [...sights.values()].map((sight) => this.drifts.of(sight));
      // Before its first list the cache knows of nothing, which does not mean that nothing differs.
      if (all.some(({ state }) => state === "UNKNOWN")) return;
      const drifts = all.filter(({ state }) => state === "DRIFTED").sort((a, b) => (a.appId < b.appId ? -1 : 1));
      const cursor = markOf(drifts);
      if (cursor !== shown) outlet.put({ cursor, drifts });
      shown = cursor;
      if (sights.get(key)?.app.phase === "RETIRED") outlet.end();
    };
    const showSoon = (): void => void (timer ??= setTimeout(show, shown === undefined ? 0 : gatherMs));
    const read = new Latest(async () => {
      const which = stale ? [...stale] : "ALL";
      stale = new Set();
      try {
        const found = isOfApp ? [await this.sights.ofApp(key)] : await this.sights.ofNamespace(key, which);
        for (const sight of found) if (sight) sights.set(sight.app.id, sight);
      } catch (error) {
        stale = undefined;
        throw error;
      }
      showSoon();
    });
    const unlisten = [
      this.cluster.onChange((owner) => (!owner || sights.has(owner.appId)) && showSoon()),
      this.wakeups.on("app", (id) => {
        if (isOfApp && id !== undefined && id !== key) return;
        stale = id === undefined || !stale ? undefined : new Set([...stale, id]);
        read.nudge();
      }),
      () => read.stop(),
    ];
    read.nudge();
    return () => {
      clearTimeout(timer);
      for (const end of unlisten) end();
    };
  }
}
