import type { ApiPath } from "./api-path.js";
import { apiVersionOf } from "./kinds.js";
import type { Fields, KubeObject } from "./kube-object.js";
import type { ObjectStore } from "./object-store.js";
import { type Matches, fieldSelector, labelSelector } from "./selector.js";
import { StatusError, badRequest, expired } from "./status-error.js";

/** Which objects of the path's kind a request is about. */
export function selection({ kind, namespace, name }: ApiPath, query: URLSearchParams): Matches {
  const hasLabels = labelSelector(query.get("labelSelector") ?? "");
  const hasFields = fieldSelector(kind.kind, query.get("fieldSelector") ?? "");
  return (object) =>
    object.kind === kind.kind &&
    (namespace === undefined || object.metadata.namespace === namespace) &&
    (name === undefined || object.metadata.name === name) &&
    hasLabels(object.metadata.labels ?? {}) &&
    hasFields(object);
}

/** A resourceVersion of a query; 0 for none. */
export function revisionIn(query: URLSearchParams): number {
  const text = query.get("resourceVersion") ?? "";
  if (!/^\d*$/.test(text))
    throw new StatusError(
      500,
      "",
      `resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`,
    );
  return Number(text);
}

interface Bookmark {
  readonly revision: number;
  readonly after: string;
}

/**
 * One page of a list. All pages of a list carry the first one's resourceVersion, so that a watch
 * from there misses nothing that changed while paging.
 */
export function listPage(store: ObjectStore, path: ApiPath, query: URLSearchParams): Fields {
  const wanted = selection(path, query);
  const from = readContinue(query.get("continue"));
  const newest = revisionIn(query);
  if (newest > store.revision) throw tooLarge(newest, store.revision);
  if (from && from.revision < store.forgotten) {
    throw expired(
      "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.",
    );
  }
  const limit = Number(query.get("limit") ?? 0) || Infinity;
  const all = store.list(path.kind.kind, path.namespace).filter(wanted);
  const rest = from ? all.filter((object) => placeOf(object) > from.after) : all;
  const items = rest.slice(0, limit);
  const revision = from?.revision ?? store.revision;
  const last = items.at(-1);
  const hasMore = rest.length > items.length && last !== undefined;
  return {
    kind: `${path.kind.kind}List`,
    apiVersion: apiVersionOf(path.kind),
    metadata: {
      resourceVersion: String(revision),
      ...(hasMore && {
        continue: writeContinue({ revision, after: placeOf(last) }),
        remainingItemCount: rest.length - items.length,
      }),
    },
    items: items.map(({ kind: _kind, apiVersion: _apiVersion, ...object }) => object as unknown as Fields),
  };
}

const placeOf = ({ metadata: { namespace = "", name } }: KubeObject): string => `${namespace}/${name}`;

const tooLarge = (asked: number, current: number): StatusError =>
  new StatusError(504, "Timeout", `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });

const writeContinue = (bookmark: Bookmark): string => Buffer.from(JSON.stringify(bookmark)).toString("base64url");

function readContinue(token: string | null): Bookmark | undefined {
  if (!token) return undefined;
  try {
    return JSON.parse(Buffer.from(token, "base64url").toString()) as Bookmark;
  } catch (error) {
    throw badRequest(`invalid continue token: continue key is not valid: ${String(error)}`);
  }
}
