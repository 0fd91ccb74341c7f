import { UpstreamRejected } from "../../../kernel/errors.js";
import { labels, type Cluster, type ClusterNamespace } from "../../../upstreams/cluster.js";
import type { Clusters } from "../../../upstreams/clusters.js";

/** The namespaces that the cluster would not let us manage, with its messages. Found by dry runs: only its admission policies know. */
export async function claimRefusals(
  clusters: Clusters<Pick<Cluster, "dryRun">>,
  namespaces: readonly ClusterNamespace[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const refusals = new Map<string, string>();
  for (const { name } of namespaces.filter(({ managedByUs }) => !managedByUs)) {
    const metadata = { name, labels: { [labels.managedBy]: labels.managedByUs } };
    try {
      await clusters.of(name).dryRun([{ apiVersion: "v1", kind: "Namespace", metadata }], signal);
    } catch (error) {
      if (!(error instanceof UpstreamRejected)) throw error;
      refusals.set(name, error.message);
    }
  }
  return refusals;
}
