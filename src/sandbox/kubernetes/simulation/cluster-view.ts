import type { KubeObject } from "../kube-object.js";
import type { ObjectRemover } from "../object-remover.js";
import type { ObjectStore } from "../object-store.js";
import type { ObjectWriter } from "../object-writer.js";
import type { ObjectOf } from "../workload-types.js";
import type { EventRecorder } from "./event-recorder.js";
import type { Timers } from "./reconcile-loop.js";

/** What all components of the simulation use. */
export interface ClusterView {
  readonly store: ObjectStore;
  readonly writer: ObjectWriter;
  readonly remover: ObjectRemover;
  readonly events: EventRecorder;
  readonly timers: Timers;
  /** The factor of simulated delays. */
  readonly pace: number;
}

/** `namespace/name`, the key of an object in the loops. */
export const keyOf = ({ metadata: { namespace = "", name } }: KubeObject): string => `${namespace}/${name}`;

/** The object that a loop's key names. */
export function byKey<K extends string>(store: ObjectStore, kind: K, key: string): ObjectOf<K> | undefined {
  const [namespace, name] = key.split("/") as [string, string];
  return store.get(kind, namespace === "" ? undefined : namespace, name);
}

/** The controller among an object's owners. */
export const controllerOf = ({ metadata }: KubeObject) =>
  metadata.ownerReferences?.find(({ controller }) => controller === true);

/** The objects of a kind that this one controls. */
export function controlledBy<K extends string>(store: ObjectStore, kind: K, owner: KubeObject): ObjectOf<K>[] {
  return store
    .list(kind, owner.metadata.namespace)
    .filter((object) => controllerOf(object)?.uid === owner.metadata.uid);
}

/** The reference with which an object names its controller. */
export const ownedBy = ({ apiVersion, kind, metadata: { name, uid } }: KubeObject) => ({
  apiVersion,
  kind,
  name,
  uid,
  controller: true,
  blockOwnerDeletion: true,
});
