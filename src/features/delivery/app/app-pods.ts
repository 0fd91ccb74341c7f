import type { Cluster, Owner, Pod } from "../../../upstreams/cluster.js";

/** What the cluster shows of an app now; from a cache, so a list of apps costs no calls. */
export class AppPods {
  constructor(private readonly cluster: Pick<Cluster, "pods">) {}

  pods(owner: Owner): readonly Pod[] {
    return this.cluster.pods(owner);
  }
}
