import type { Manifest } from "../../../upstreams/cluster-object.js";
import { everyHost, normalHost } from "../namespace/domain.rules.js";

interface IngressSpec {
  readonly defaultBackend?: unknown;
  readonly rules?: readonly { readonly host?: unknown }[] | null;
  readonly tls?: readonly { readonly hosts?: readonly unknown[] | null }[] | null;
}

/** Annotations with further hosts, separated by commas, that well-known controllers serve or publish in DNS. */
const hostAnnotations = [
  "nginx.ingress.kubernetes.io/server-alias",
  "external-dns.alpha.kubernetes.io/hostname",
] as const;

/** Every host that these objects would serve, each once, in its normal spelling and in order. */
export function hostsOf(manifests: readonly Manifest[]): string[] {
  const found = manifests.filter(({ kind }) => kind === "Ingress").flatMap(hostsOfIngress);
  return [...new Set(found)].sort();
}

function hostsOfIngress({ metadata: { annotations = {} }, ...manifest }: Manifest): string[] {
  const { defaultBackend, rules, tls } = (manifest["spec"] ?? {}) as IngressSpec;
  const named = [
    ...(rules ?? []).map(({ host }) => host),
    ...(tls ?? []).flatMap(({ hosts }) => hosts ?? []),
    ...hostAnnotations.flatMap((each) => annotations[each]?.split(",").map((host) => host.trim()) ?? []),
  ];
  const all = named.map((host) => (typeof host === "string" && host !== "" ? normalHost(host) : everyHost));
  return defaultBackend ? [...all, everyHost] : all;
}
