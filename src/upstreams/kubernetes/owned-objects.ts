import { UpstreamRejected } from "../../kernel/errors.js";
import { labels } from "../cluster.js";
import type { ObjectRef, AppRef } from "../cluster-object.js";
import { objectKinds } from "../object-kinds.js";
import { collectionPath, nameOf, type KubernetesApi } from "./kubernetes-api.js";
import type { WireObject } from "./wire.js";

/** The kinds whose objects are removed, what uses others before what it uses. A kind that the server does not serve is skipped. */
const prunedKinds = objectKinds.filter(({ isPruned }) => isPruned).toReversed();

const pods = { apiVersion: "v1", kind: "Pod" } as const;
/** The list without specs and data: a Secret's value is none of our business here. An old server sends the whole. */
export const metadataOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

export interface OwnedObject extends ObjectRef {
  readonly namespace: string;
  readonly uid?: string;
  readonly terminating: boolean;
  /** A controller made it (a CronJob its Jobs, a ReplicaSet its pods) and will clean it up. */
  readonly controlled: boolean;
}

/** What an app left behind in the cluster, found by its label and not by our memory of what we applied. */
export class OwnedObjects {
  constructor(private readonly api: KubernetesApi) {}

  /** Everything of the owner that we would have to remove ourselves. */
  async removable(owner: AppRef, signal: AbortSignal): Promise<readonly OwnedObject[]> {
    const found = await Promise.all(prunedKinds.map((kind) => this.ofKind(kind, owner, signal)));
    return found.flat().filter(({ controlled }) => !controlled);
  }

  /** How much of the owner is still there: its objects, and the pods that are still going away. */
  async count(owner: AppRef, signal: AbortSignal): Promise<number> {
    const [objects, running] = await Promise.all([this.removable(owner, signal), this.ofKind(pods, owner, signal)]);
    return objects.length + running.length;
  }

  /** Removes one object if it is still the one that was found; false when it was gone already. */
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
      // 409: another object has taken its name since.
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

/** One object across versions of its group: `extensions/v1beta1` and `v1` of a kind are the same thing stored. */
export const identity = ({ apiVersion, kind, name }: ObjectRef): string =>
  `${apiVersion.includes("/") ? apiVersion.split("/")[0] : ""}/${kind}/${name}`;
