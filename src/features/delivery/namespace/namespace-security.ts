import { z } from "zod";
import { InvalidInput, type FieldProblem } from "../../../kernel/errors.js";
import type { NamespaceNetworkView } from "../../../rendering/app-view.js";
import type { Manifest } from "../../../upstreams/cluster-object.js";
import { PodSecurity, type Namespace } from "./namespace.entity.js";

/** The security settings of namespaces that the platform creates. */
export interface NamespaceSecurity {
  readonly podSecurity: PodSecurity;
  readonly isIsolated: boolean;
  /** The peers that the default NetworkPolicy allows beside the namespace itself. */
  readonly network: NamespaceNetworkView["network"];
}

/** The validation of a change of the settings. */
export const securityEdit = z.object({
  podSecurity: z.enum(Object.keys(PodSecurity) as [PodSecurity]).nullish(),
  isIsolated: z.boolean().nullish(),
});

/** Makes a namespace stricter. Throws INVALID_INPUT for less than the platform enforces, and for ending the isolation. */
export function tighten(
  namespace: Namespace,
  { podSecurity, isIsolated }: z.output<typeof securityEdit>,
  platform: NamespaceSecurity,
): void {
  const problems: FieldProblem[] = [];
  if (podSecurity && strictness(podSecurity) < strictness(platform.podSecurity))
    problems.push({
      path: "input.podSecurity",
      message: `The platform enforces ${platform.podSecurity} (POD_SECURITY_ENFORCE): give that, or what is stricter.`,
    });
  if (isIsolated === false && namespace.isIsolated)
    problems.push({
      path: "input.isIsolated",
      message: "What is isolated stays so. A template NAMESPACE_NETWORK_POLICY for the namespace lets more in and out.",
    });
  if (problems.length > 0) throw new InvalidInput(problems);
  namespace.podSecurity = podSecurity ?? namespace.podSecurity ?? null;
  namespace.isIsolated = isIsolated ?? namespace.isIsolated;
}

const enforce = "pod-security.kubernetes.io/enforce";

/**
 * The Namespace with the labels that make Kubernetes enforce a Pod Security Standard. A stricter level of the template is
 * kept. Violations of `restricted` that are not enforced cause warnings and entries in the cluster's audit log.
 */
export function withPodSecurity(manifest: Manifest, { podSecurity }: Pick<Namespace, "podSecurity">): Manifest {
  if (!podSecurity) return manifest;
  const { labels } = manifest.metadata;
  const own = labels?.[enforce]?.toUpperCase() ?? "";
  const isStricter = Object.hasOwn(PodSecurity, own) && strictness(own as PodSecurity) > strictness(podSecurity);
  const added = {
    "pod-security.kubernetes.io/audit": "restricted",
    "pod-security.kubernetes.io/warn": "restricted",
    ...labels,
    ...(!isStricter && { [enforce]: podSecurity.toLowerCase() }),
  };
  return { ...manifest, metadata: { ...manifest.metadata, labels: added } };
}

const strictness = (level: PodSecurity): number => Object.keys(PodSecurity).indexOf(level);
