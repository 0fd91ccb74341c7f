import { UpstreamRejected } from "../../kernel/errors.js";
import { labels } from "../cluster.js";
import { refOf, type Manifest, type ObjectRef, type AppRef } from "../cluster-object.js";
import type {
  ClaimedHost,
  DryRunResult,
  DryRun,
  NodeCapacity,
  ResourceQuota,
  StoredObject,
  ClusterContext,
} from "../dry-run.js";
import { NamespaceMissing } from "../namespace-missing.js";
import { collectionPath, type KubernetesApi } from "./kubernetes-api.js";
import { identity, type OwnedObject, type OwnedObjects } from "./owned-objects.js";
import { quantityOf } from "../quantity.js";
import { asManifest, type ServerSideApply, type Stored } from "./server-side-apply.js";
import type { WireIngress, WireNode, WireObject, WireQuota } from "./wire.js";

/** The server's message for an immutable field; there is no code for it. */
const immutable = /immutable|may not change once set|updates to \w+ spec for fields other than/i;

/** Previews changes with the API server's dry runs. */
export class KubernetesDryRun implements DryRun {
  constructor(
    private readonly api: KubernetesApi,
    private readonly applying: ServerSideApply,
    private readonly owned: OwnedObjects,
  ) {}

  async preview(manifest: Manifest, signal: AbortSignal): Promise<DryRunResult> {
    const stored = await this.applying.stored(manifest, signal);
    const tried = await this.tried(stored, manifest, signal);
    return { ...(stored && { before: toStored(stored) }), ...tried };
  }

  async removable(owner: AppRef, keep: readonly Manifest[], signal: AbortSignal): Promise<readonly OwnedObject[]> {
    const kept = new Set(keep.map((manifest) => identity(refOf(manifest))));
    const found = await this.owned.removable(owner, signal);
    return found.filter((each) => !each.terminating && !kept.has(identity(each)));
  }

  async stored(
    { apiVersion, kind }: Pick<ObjectRef, "apiVersion" | "kind">,
    namespace: string,
    signal: AbortSignal,
  ): Promise<readonly StoredObject[]> {
    const resource = await this.api.resource(apiVersion, kind, signal);
    if (!resource) return [];
    const found: StoredObject[] = [];
    // Items of a list lack their apiVersion and kind.
    const take = (items: readonly WireObject[]) =>
      void found.push(...items.map((item) => toStored({ ...item, apiVersion, kind })));
    await this.api.list(collectionPath(apiVersion, resource, namespace), {}, take, signal);
    return found;
  }

  async clusterContext(namespace: string, signal: AbortSignal): Promise<ClusterContext> {
    const [quotas, nodes, hosts] = await Promise.all([
      this.seen(`/api/v1/namespaces/${encodeURIComponent(namespace)}/resourcequotas`, toQuotas, signal),
      this.seen("/api/v1/nodes", toCapacity, signal),
      this.hosts(signal),
    ]);
    return { ...(quotas && { quotas }), ...(nodes && { nodes }), ...(hosts && { hosts }) };
  }

  hosts(signal: AbortSignal): Promise<readonly ClaimedHost[] | undefined> {
    return this.seen("/apis/networking.k8s.io/v1/ingresses", toHosts, signal);
  }

  private async tried(
    stored: Stored | undefined,
    manifest: Manifest,
    signal: AbortSignal,
  ): Promise<Pick<DryRunResult, "after" | "refusal">> {
    try {
      return { after: content(await this.applying.tryOver(stored, manifest, signal)) };
    } catch (error) {
      if (!(error instanceof UpstreamRejected)) throw error;
      const { message } = error;
      if (error instanceof NamespaceMissing) return { refusal: { message, reason: "NO_NAMESPACE" } };
      return { refusal: { message, reason: immutable.test(message) ? "IMMUTABLE" : "INVALID" } };
    }
  }

  /** The whole list; undefined when the server does not serve it, or we may not read it. */
  private async seen<T>(
    path: string,
    translate: (item: WireObject) => readonly T[],
    signal: AbortSignal,
  ): Promise<readonly T[] | undefined> {
    const found: T[] = [];
    try {
      await this.api.list(path, {}, (items) => void found.push(...items.flatMap((item) => translate(item))), signal);
      return found;
    } catch (error) {
      if (error instanceof UpstreamRejected) return undefined;
      throw error;
    }
  }
}

function toStored(object: WireObject & Pick<Manifest, "apiVersion" | "kind">): StoredObject {
  const { uid = "", resourceVersion = "" } = object.metadata;
  return { manifest: content(object as Manifest), uid, version: resourceVersion };
}

/** Fields that the Deployment's controller writes, some milliseconds after the object. */
const controllerNotes = "deployment.kubernetes.io/";

/** The fields that a person wrote, or the server defaulted. */
function content(object: Manifest): Manifest {
  const { status: _status, ...rest } = asManifest(object) as Manifest & { readonly status?: unknown };
  const {
    uid: _uid,
    resourceVersion: _version,
    generation: _generation,
    creationTimestamp: _creation,
    selfLink: _link,
    annotations = {},
    ...metadata
  } = rest.metadata as Manifest["metadata"] & Readonly<Record<string, unknown>>;
  const kept = Object.entries(annotations as object).filter(([name]) => !name.startsWith(controllerNotes));
  return { ...rest, metadata: { ...metadata, ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }) } };
}

const toQuotas = ({ metadata, spec, status }: WireQuota): ResourceQuota[] =>
  Object.entries(status?.hard ?? spec?.hard ?? {}).map(([resource, hard]) => ({
    name: metadata.name,
    resource,
    hard: quantityOf(hard),
    used: quantityOf(status?.used?.[resource] ?? "0"),
  }));

function toCapacity({ metadata, spec, status }: WireNode): NodeCapacity[] {
  const { cpu, memory, pods } = status?.allocatable ?? status?.capacity ?? {};
  if (spec?.unschedulable || cpu === undefined || memory === undefined) return [];
  return [{ name: metadata.name, cpu: quantityOf(cpu), memory: quantityOf(memory), pods: quantityOf(pods ?? "110") }];
}

const toHosts = ({ metadata, spec }: WireIngress): ClaimedHost[] =>
  (spec?.rules ?? []).flatMap(({ host = "", http }) =>
    (http?.paths ?? [{}]).map(({ path = "/" }) => ({
      namespace: metadata.namespace ?? "",
      name: metadata.name,
      ...(metadata.labels?.[labels.app] !== undefined && { appId: metadata.labels[labels.app] }),
      host,
      path,
    })),
  );
