import { UpstreamRejected, UpstreamUnavailable } from "../../kernel/errors.js";
import type { ObjectRef } from "../cluster-object.js";
import type { UpstreamCalls } from "../upstream-call.js";
import { readResponse } from "./kubernetes-response.js";
import type { KubernetesConnection, WireRequest } from "./kubernetes-connection.js";
import type { WireList, WireObject } from "./wire.js";

/** The path of the objects of one kind. */
export interface ApiResource {
  readonly kind: string;
  readonly name: string;
  readonly namespaced: boolean;
}

interface KnownResources {
  readonly byKind: ReadonlyMap<string, ApiResource>;
  readonly learnedAt: number;
}

/** Finds the cause of a failed request to this path; resolves with the error to throw. */
export type RefusalJudge = (error: unknown, path: string, signal: AbortSignal) => Promise<unknown>;

/** An unknown kind may be installed later (a CustomResourceDefinition): discovery is repeated after this time. */
const unknownForMs = 1_000;
const pageSize = "500";

/** Requests to the API server besides watches: JSON for every kind that it serves. */
export class KubernetesApi {
  private readonly known = new Map<string, KnownResources>();

  constructor(
    private readonly connection: KubernetesConnection,
    private readonly calls: UpstreamCalls,
    private readonly judge: RefusalJudge = (error) => Promise.resolve(error),
  ) {}

  /** One request; `about` names its object in errors. All our requests may be repeated. */
  async request(about: string, request: WireRequest, signal: AbortSignal): Promise<unknown> {
    const what = `${request.method ?? "GET"} ${about}`;
    await this.connection.load();
    try {
      return await this.calls.call(what, { idempotent: true }, signal, async (inner) =>
        readResponse(await this.connection.send(request, inner), about),
      );
    } catch (error) {
      // HTTP/2 uses one socket: if it has died silently, it would swallow the next calls too.
      if (error instanceof UpstreamUnavailable && !signal.aborted) this.connection.forget();
      throw await this.judge(error, request.path, signal);
    }
  }

  /** Delivers each page of a list as it arrives; resolves with the version from which a watch can continue. */
  async list(
    path: string,
    query: Readonly<Record<string, string>>,
    take: (items: readonly WireObject[]) => void,
    signal: AbortSignal,
    accept = "application/json",
  ): Promise<string> {
    let page: WireList | undefined;
    do {
      const continued = page?.metadata.continue;
      const paged = { ...query, limit: pageSize, ...(continued && { continue: continued }) };
      page = (await this.request(
        `the list of ${path}`,
        { path, query: paged, headers: { accept } },
        signal,
      )) as WireList;
      take(page.items ?? []);
    } while (page.metadata.continue);
    return page.metadata.resourceVersion ?? "";
  }

  /** How the server serves a kind, or undefined when it does not. */
  async resource(apiVersion: string, kind: string, signal: AbortSignal): Promise<ApiResource | undefined> {
    const known = this.known.get(apiVersion);
    const found = known?.byKind.get(kind);
    if (found || (known && known.learnedAt + unknownForMs > Date.now())) return found;
    const byKind = await this.discover(apiVersion, signal);
    this.known.set(apiVersion, { byKind, learnedAt: Date.now() });
    return byKind.get(kind);
  }

  /** The path of one object. Rejects when the server does not know its kind. */
  async pathOf(ref: ObjectRef, signal: AbortSignal): Promise<string> {
    const resource = await this.resource(ref.apiVersion, ref.kind, signal);
    if (!resource) {
      const message = `${nameOf(ref)}: the cluster has no kind ${ref.kind} in ${ref.apiVersion}.`;
      throw new UpstreamRejected("kubernetes", message, 404);
    }
    if (resource.namespaced && ref.namespace === undefined) {
      throw new UpstreamRejected("kubernetes", `${nameOf(ref)}: a ${ref.kind} needs a namespace.`, 422);
    }
    return `${collectionPath(ref.apiVersion, resource, ref.namespace)}/${encodeURIComponent(ref.name)}`;
  }

  private async discover(apiVersion: string, signal: AbortSignal): Promise<ReadonlyMap<string, ApiResource>> {
    try {
      const found = (await this.request(`the kinds of ${apiVersion}`, { path: groupPath(apiVersion) }, signal)) as {
        readonly resources?: readonly ApiResource[];
      };
      // Subresources such as `deployments/status` are listed too, under their parent's kind.
      const whole = (found.resources ?? []).filter(({ name }) => !name.includes("/"));
      return new Map(whole.map((resource) => [resource.kind, resource]));
    } catch (error) {
      if (error instanceof UpstreamRejected && error.status === 404) return new Map();
      throw error;
    }
  }
}

/** The name of an object in errors: `Deployment pay/api`. */
export const nameOf = ({ kind, namespace, name }: Omit<ObjectRef, "apiVersion">): string =>
  `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;

/** The path of a list: in one namespace or (for a cluster-wide kind, or without a namespace) everywhere. */
export function collectionPath(
  apiVersion: string,
  { name, namespaced }: Omit<ApiResource, "kind">,
  namespace?: string,
): string {
  const within = namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${groupPath(apiVersion)}${within}/${name}`;
}

/** The core group is at `/api/v1`, every other one at `/apis/<group>/<version>`. */
const groupPath = (apiVersion: string): string =>
  apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
