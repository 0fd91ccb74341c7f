import { HostRefused } from "../../../kernel/errors.js";
import type { Manifest } from "../../../upstreams/cluster-object.js";
import type { ClaimedHost, DryRun } from "../../../upstreams/dry-run.js";
import { hostsOf } from "./ingress-hosts.js";

/**
 * The Ingress outside the platform that serves a host of these objects already; `HostClaims` covers the platform's own
 * apps. An Ingress of the same name and namespace does not count: it is the one that is applied over.
 */
export function outsideHolder(
  manifests: readonly Manifest[],
  claimed: readonly ClaimedHost[],
): ClaimedHost | undefined {
  const hosts = new Set(hostsOf(manifests));
  const isOurs = ({ namespace, name }: ClaimedHost): boolean =>
    manifests.some(
      ({ kind, metadata }) => kind === "Ingress" && metadata.name === name && metadata.namespace === namespace,
    );
  return claimed.find((each) => hosts.has(each.host) && each.appId === undefined && !isOurs(each));
}

/** Throws HostRefused when an Ingress outside the platform serves one of the hosts. Without hosts it makes no call. */
export async function refuseOutsideHosts(
  dryRuns: Pick<DryRun, "hosts">,
  manifests: readonly Manifest[],
  signal: AbortSignal,
): Promise<void> {
  if (hostsOf(manifests).length === 0) return;
  const holder = outsideHolder(manifests, (await dryRuns.hosts(signal)) ?? []);
  if (holder)
    throw new HostRefused(
      `${holder.host} is served already by an Ingress that the platform did not make. Choose another host, or have it given up there first.`,
    );
}
