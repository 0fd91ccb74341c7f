import type { Cluster, Pod } from "../../../upstreams/cluster.js";
import type { AppRef } from "../../../upstreams/cluster-object.js";

/** The pods of apps, from the cluster's cache: a list of apps costs no upstream call. */
export class AppPods {
  constructor(private readonly cluster: Pick<Cluster, "pods">) {}

  pods(owner: AppRef): readonly Pod[] {
    return this.cluster.pods(owner);
  }
}
