import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Cluster } from "../../../upstreams/cluster.js";
import type { Clusters } from "../../../upstreams/clusters.js";
import type { Manifest } from "../../../upstreams/cluster-object.js";
import type { ReconcileContext } from "../../../work/reconciler.js";
import type { HostClaims } from "../host/host-claims.js";
import { hostsOf } from "../host/ingress-hosts.js";
import { refuseOutsideHosts } from "../host/outside-hosts.js";
import { Namespace } from "../namespace/namespace.entity.js";
import type { App } from "../app/app.entity.js";

/** An app and its namespace. */
export interface AppPlacement {
  readonly app: App;
  readonly namespace: Namespace;
}

/** Checks that the app holds the hosts of the rendered objects before they are applied: templates may render any host. */
export class HostGuard {
  constructor(
    private readonly claims: HostClaims,
    private readonly clusters: Clusters<Pick<Cluster, "dryRuns">>,
  ) {}

  /** Throws HostRefused if a host is not the app's. `isLive`: the objects were in the cluster before, and are applied again. */
  async requireApplicable(
    placement: AppPlacement,
    manifests: readonly Manifest[],
    context: ReconcileContext,
    isLive = false,
  ): Promise<void> {
    const hosts = hostsOf(manifests);
    if (hosts.length === 0) return;
    await context.commit(async (em) => {
      // Read again: the allowances may have changed since this reconcile began.
      const namespace = await em.findOneOrFail(Namespace, placement.namespace.id);
      await this.claims.requireApplicable(em, { app: placement.app, namespace }, { hosts, isLive });
    });
    await refuseOutsideHosts(this.clusters.of(placement.namespace.name).dryRuns, manifests, context.signal);
  }

  /** After exactly these objects were applied: frees the hosts that neither a spec nor a live release names any more. */
  async freeUnserved(em: SqlEntityManager, app: App, manifests: readonly Manifest[]): Promise<void> {
    await this.claims.free(em, app.id, await this.unserved(em, app, manifests));
  }

  /** The same in a commit of its own, and only when there is a host to free, which is seldom. */
  async freeUnservedIfAny(
    em: SqlEntityManager,
    app: App,
    manifests: readonly Manifest[],
    context: ReconcileContext,
  ): Promise<void> {
    const unserved = await this.unserved(em, app, manifests);
    if (unserved.length > 0) await context.commit((tx) => this.freeUnserved(tx, app, manifests));
  }

  /** After the last object of the app was removed. */
  freeAll(em: SqlEntityManager, { id }: App): Promise<void> {
    return this.claims.freeAll(em, id);
  }

  private async unserved(em: SqlEntityManager, { id }: App, manifests: readonly Manifest[]): Promise<string[]> {
    const served = new Set(hostsOf(manifests));
    return (await this.claims.ownedBy(em, id)).filter((host) => !served.has(host));
  }
}
