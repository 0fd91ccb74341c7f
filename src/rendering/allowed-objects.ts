import { anything, each, mapOf, mapWith, nothing, oneOf, type DisallowedPart, type Rule } from "./allow-list.js";
import { allowedClaim, allowedContainer, allowedPodTemplate } from "./allowed-pods.js";
import type { RenderedManifest } from "./manifest.js";

/** The privileges that the operator gives to templates. */
export interface RenderingRules {
  /**
   * Whether objects may have fields that are not on the list: pods may then access their node, and services any
   * address.
   */
  readonly hostAccess: boolean;
}

export const strictRules: RenderingRules = { hostAccess: false };

/** A Service leads to pods of its namespace, under an address that the cluster chooses. */
const service = mapOf({
  type: oneOf("ClusterIP", "NodePort", "LoadBalancer"),
  externalIPs: nothing("takes addresses that may be somebody else's"),
  externalName: nothing("leads out of the namespace"),
  loadBalancerIP: nothing("takes an address that may be somebody else's"),
  ...each(anything, "ports", "selector", "clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"),
  ...each(anything, "sessionAffinity", "sessionAffinityConfig", "publishNotReadyAddresses", "healthCheckNodePort"),
  ...each(anything, "internalTrafficPolicy", "externalTrafficPolicy", "trafficDistribution"),
  ...each(anything, "loadBalancerClass", "loadBalancerSourceRanges", "allocateLoadBalancerNodePorts"),
});

/** A Secret of another type could make Kubernetes write the token of another account into it. */
const secretType = oneOf(
  "Opaque",
  "kubernetes.io/basic-auth",
  "kubernetes.io/dockercfg",
  "kubernetes.io/dockerconfigjson",
  "kubernetes.io/ssh-auth",
  "kubernetes.io/tls",
);

const podsOf = (account: string): Rule =>
  mapWith({
    spec: mapWith({ template: allowedPodTemplate(account), volumeClaimTemplates: claims }),
  });

const claims: Rule = (value, path) => {
  for (const [index, claim] of (Array.isArray(value) ? value : []).entries()) {
    const found = mapWith({ spec: allowedClaim })(claim, `${path}[${index}]`);
    if (found) return found;
  }
  return undefined;
};

/** The allowed fields of each kind. Templates cannot make objects of other kinds. */
const kinds: Readonly<Record<string, (account: string) => Rule>> = {
  "apps/v1 Deployment": podsOf,
  "apps/v1 StatefulSet": podsOf,
  "batch/v1 Job": podsOf,
  "batch/v1 CronJob": (account) => mapWith({ spec: mapWith({ jobTemplate: podsOf(account) }) }),
  "v1 Service": () => mapWith({ spec: service }),
  "v1 ServiceAccount": (account) => mapWith({ metadata: mapWith({ name: oneOf(account) }) }),
  "v1 Secret": () => mapWith({ type: secretType }),
  "v1 PersistentVolumeClaim": () => mapWith({ spec: allowedClaim }),
  ...Object.fromEntries(
    [
      "v1 ConfigMap",
      "v1 Namespace",
      "networking.k8s.io/v1 Ingress",
      "networking.k8s.io/v1 NetworkPolicy",
      "autoscaling/v2 HorizontalPodAutoscaler",
      "discovery.k8s.io/v1 EndpointSlice",
      "storage.k8s.io/v1 StorageClass",
      "networking.istio.io/v1 Gateway",
      "networking.istio.io/v1 ServiceEntry",
      "networking.istio.io/v1 VirtualService",
    ].map((kind) => [kind, () => anything]),
  ),
};

/** The first disallowed value of an object; `account` is the service account of its app. */
export function refusedOf(object: RenderedManifest, account: string): DisallowedPart | undefined {
  const kind = `${object.apiVersion} ${object.kind}`;
  if (!Object.hasOwn(kinds, kind)) return { path: "kind", problem: `may not be ${kind}: no template makes one` };
  return kinds[kind]!(account)(object, "");
}

/** The same for one container. */
export const refusedOfContainer = (container: object): DisallowedPart | undefined => allowedContainer(container, "");
