import type { Cluster, Pod } from "../../../upstreams/cluster.js";
import type { Clusters } from "../../../upstreams/clusters.js";
import type { AppRef } from "../../../upstreams/cluster-object.js";

/** The pods of apps, from the cluster's cache: a list of apps costs no upstream call. */
export class AppPods {
  constructor(private readonly clusters: Clusters<Pick<Cluster, "pods">>) {}

  pods(owner: AppRef): readonly Pod[] {
    return this.clusters.of(owner.namespace).pods(owner);
  }
}
