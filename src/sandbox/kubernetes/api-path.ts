import { type Kind, apiVersionOf, kinds } from "./kinds.js";

/** The target of a path: a collection, an object, or one of its subresources. */
export interface ApiPath {
  readonly kind: Kind;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

const byResource = new Map(kinds.map((kind) => [`${apiVersionOf(kind)}/${kind.plural}`, kind]));

/** Parses `/api/v1/namespaces/a/pods/b/log` and similar paths; undefined for an unknown kind. */
export function apiPath(path: string): ApiPath | undefined {
  const match = /^\/(?:api\/(v1)|apis\/([^/]+\/[^/]+))\/(.+)$/.exec(path);
  if (!match) return undefined;
  const groupVersion = match[1] ?? match[2]!;
  const parts = match[3]!
    .split("/")
    .filter((part) => part !== "")
    .map(decodeURIComponent);
  const isInNamespace = parts[0] === "namespaces" && parts.length > 2 && !["status", "finalize"].includes(parts[2]!);
  const [plural, name, subresource, ...more] = isInNamespace ? parts.slice(2) : parts;
  const kind = byResource.get(`${groupVersion}/${plural}`);
  if (
    !kind ||
    more.length > 0 ||
    (isInNamespace && !kind.namespaced) ||
    (!isInNamespace && kind.namespaced && name !== undefined)
  )
    return undefined;
  if (subresource !== undefined && !kind.subresources.includes(subresource)) return undefined;
  return {
    kind,
    ...(isInNamespace && { namespace: parts[1]! }),
    ...(name !== undefined && { name }),
    ...(subresource !== undefined && { subresource }),
  };
}
