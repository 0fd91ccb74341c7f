import { UpstreamRejected } from "../../kernel/errors.js";
import { labels } from "../cluster.js";
import type { ObjectRef, AppRef } from "../cluster-object.js";
import { objectKinds } from "../object-kinds.js";
import { collectionPath, nameOf, type KubernetesApi } from "./kubernetes-api.js";
import type { WireObject } from "./wire.js";

/**
 * The kinds whose objects are removed, dependents before their dependencies. Kinds that the server does not serve are
 * skipped.
 */
const prunedKinds = objectKinds.filter(({ isPruned }) => isPruned).toReversed();

const pods = { apiVersion: "v1", kind: "Pod" } as const;
/** The list without specs and data, because values of Secrets are not needed. An old server sends the whole objects. */
export const metadataOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

export interface OwnedObject extends ObjectRef {
  readonly namespace: string;
  readonly uid?: string;
  readonly terminating: boolean;
  /** A controller made it (a CronJob its Jobs, a ReplicaSet its pods) and will remove it. */
  readonly controlled: boolean;
}

/** The objects of an app in the cluster, found by their label and not by our records. */
export class OwnedObjects {
  constructor(private readonly api: KubernetesApi) {}

  /** The objects of the owner that no controller would remove. */
  async removable(owner: AppRef, signal: AbortSignal): Promise<readonly OwnedObject[]> {
    const found = await Promise.all(prunedKinds.map((kind) => this.ofKind(kind, owner, signal)));
    return found.flat().filter(({ controlled }) => !controlled);
  }

  /** The number of objects of the owner that still exist, terminating pods included. */
  async count(owner: AppRef, signal: AbortSignal): Promise<number> {
    const [objects, running] = await Promise.all([this.removable(owner, signal), this.ofKind(pods, owner, signal)]);
    return objects.length + running.length;
  }

  /** Removes one object if its uid is still the same; false when it was gone. */
  async remove(
    found: OwnedObject,
    propagationPolicy: "Background" | "Foreground",
    signal: AbortSignal,
  ): Promise<boolean> {
    const preconditions = found.uid === undefined ? {} : { preconditions: { uid: found.uid } };
    const body = JSON.stringify({ kind: "DeleteOptions", apiVersion: "v1", propagationPolicy, ...preconditions });
    const path = await this.api.pathOf(found, signal);
    const headers = { "content-type": "application/json" };
    try {
      await this.api.request(nameOf(found), { method: "DELETE", path, headers, body }, signal);
      return true;
    } catch (error) {
      // 409: the name belongs to another object now.
      if (error instanceof UpstreamRejected && (error.status === 404 || error.status === 409)) return false;
      throw error;
    }
  }

  private async ofKind(
    { apiVersion, kind }: Pick<ObjectRef, "apiVersion" | "kind">,
    { appId, namespace }: AppRef,
    signal: AbortSignal,
  ): Promise<readonly OwnedObject[]> {
    const resource = await this.api.resource(apiVersion, kind, signal);
    if (!resource) return [];
    const found: OwnedObject[] = [];
    const take = (items: readonly WireObject[]) => {
      for (const { metadata } of items) {
        found.push({
          apiVersion,
          kind,
          namespace,
          name: metadata.name,
          ...(metadata.uid !== undefined && { uid: metadata.uid }),
          terminating: metadata.deletionTimestamp !== undefined,
          controlled: metadata.ownerReferences?.some(({ controller }) => controller) ?? false,
        });
      }
    };
    const query = { labelSelector: `${labels.app}=${appId}` };
    try {
      await this.api.list(collectionPath(apiVersion, resource, namespace), query, take, signal, metadataOnly);
    } catch (error) {
      // The namespace is gone, and our rights with it.
      if (!(error instanceof UpstreamRejected) || error.status !== 404) throw error;
    }
    return found;
  }
}

/** The identity of an object across API versions: `extensions/v1beta1` and `v1` of a kind are stored once. */
export const identity = ({ apiVersion, kind, name }: ObjectRef): string =>
  `${apiVersion.includes("/") ? apiVersion.split("/")[0] : ""}/${kind}/${name}`;
