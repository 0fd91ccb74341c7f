import type { Fields, Json } from "./kube-object.js";

/** How two lists become one: item by item under these keys, as a set of scalars, or the newer one as a whole. */
export type ListRule = { readonly keys: readonly string[] } | "set" | "atomic";

const keyed: Readonly<Record<string, readonly string[]>> = {
  containers: ["name"],
  initContainers: ["name"],
  volumes: ["name"],
  env: ["name"],
  imagePullSecrets: ["name"],
  secrets: ["name"],
  volumeMounts: ["mountPath"],
  volumeDevices: ["devicePath"],
  conditions: ["type"],
  hostAliases: ["ip"],
  podIPs: ["ip"],
  ownerReferences: ["uid"],
};

/** Maps that have one owner as a whole. */
const atomicMaps = new Set([
  "selector",
  "nodeSelector",
  "involvedObject",
  "configMapKeyRef",
  "secretKeyRef",
  "fieldRef",
]);

/** The rule of the list at this path (`["spec", "ports"]`; list items add no step). Facts: Kubernetes' OpenAPI `x-kubernetes-list-type`. */
export function listRule(path: readonly string[]): ListRule {
  const last = path.at(-1) ?? "";
  if (last === "ports" && path.at(-2)?.endsWith("ontainers")) return { keys: ["containerPort", "protocol"] };
  if (last === "ports" && path.length === 2 && path[0] === "spec") return { keys: ["port", "protocol"] };
  if (last === "finalizers") return "set";
  const keys = path[0] === "rules" ? undefined : keyed[last];
  return keys ? { keys } : "atomic";
}

export const isAtomicMap = (path: readonly string[]): boolean => atomicMaps.has(path.at(-1) ?? "");

/** The values that identify a list item; a port that names no protocol is TCP. */
export function keyOfItem(item: Json | undefined, keys: readonly string[]): string {
  const fields = (item ?? {}) as Fields;
  return JSON.stringify(Object.fromEntries(keys.map((key) => [key, fields[key] ?? (key === "protocol" ? "TCP" : "")])));
}
