import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Cluster, Manifest } from "../../../upstreams/cluster.js";
import type { Look } from "../../../work/reconciler.js";
import type { HostClaims } from "../host/host-claims.js";
import { hostsOf } from "../host/ingress-hosts.js";
import { refuseOutsideHosts } from "../host/outside-hosts.js";
import { Namespace } from "../namespace/namespace.entity.js";
import type { App } from "../app/app.entity.js";

interface AppPlacement {
  readonly app: App;
  readonly namespace: Namespace;
}

/** Sees to it that the worker applies only hosts that the app has, whatever the templates made of its spec. */
export class HostGuard {
  constructor(
    private readonly claims: HostClaims,
    private readonly cluster: Pick<Cluster, "foresight">,
  ) {}

  /** Throws HostRefused before any of it is applied. `isLive` is what was in the cluster before, and is put back. */
  async requireApplicable(
    place: AppPlacement,
    manifests: readonly Manifest[],
    look: Look,
    isLive = false,
  ): Promise<void> {
    const hosts = hostsOf(manifests);
    if (hosts.length === 0) return;
    await look.commit(async (em) => {
      // As it is now: the rule may have changed since the look began.
      const namespace = await em.findOneOrFail(Namespace, place.namespace.id);
      await this.claims.requireApplicable(em, { app: place.app, namespace }, { hosts, isLive });
    });
    await refuseOutsideHosts(this.cluster.foresight, manifests, look.signal);
  }

  /** All of this is in the cluster now, and nothing else of the app: hosts that are said nowhere any more are free. */
  async freeUnserved(em: SqlEntityManager, app: App, manifests: readonly Manifest[]): Promise<void> {
    await this.claims.free(em, app.id, await this.unserved(em, app, manifests));
  }

  /** The same for what was in the cluster before this look too: there is seldom anything to let go of. */
  async freeUnservedIfAny(em: SqlEntityManager, app: App, manifests: readonly Manifest[], look: Look): Promise<void> {
    const unserved = await this.unserved(em, app, manifests);
    if (unserved.length > 0) await look.commit((tx) => this.freeUnserved(tx, app, manifests));
  }

  /** Nothing of the app is in the cluster any more. */
  freeAll(em: SqlEntityManager, { id }: App): Promise<void> {
    return this.claims.freeAll(em, id);
  }

  private async unserved(em: SqlEntityManager, { id }: App, manifests: readonly Manifest[]): Promise<string[]> {
    const served = new Set(hostsOf(manifests));
    return (await this.claims.ownedBy(em, id)).filter((host) => !served.has(host));
  }
}
