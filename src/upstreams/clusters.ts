import type { Cluster } from "./cluster.js";

/**
 * The clusters, each asked for by the Kubernetes namespace that is meant: where a namespace is, is decided here alone.
 * There is one cluster today. `Part` is what is used of it.
 */
export interface Clusters<Part = Cluster> {
  of(namespace: string): Part;
  /** For what is about no one namespace: watches, and namespaces that can be imported. */
  readonly all: readonly Part[];
}

/** One cluster for every namespace. */
export const oneCluster = <Part>(cluster: Part): Clusters<Part> => ({ of: () => cluster, all: [cluster] });
