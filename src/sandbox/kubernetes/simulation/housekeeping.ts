import { kinds } from "../kinds.js";
import type { KubeObject } from "../kube-object.js";
import { usedOf } from "../quota.js";
import { quantityText } from "../quantity.js";
import type { Pod } from "../workload-types.js";
import { type ClusterView, byKey, keyOf } from "./cluster-view.js";
import { ReconcileLoop } from "./reconcile-loop.js";

const manager = "kube-controller-manager";
const emptiesAfterMs = 100;

/** Creates the service account of each new namespace, and empties terminating ones until they can go. */
export class NamespaceController {
  private readonly loop: ReconcileLoop;

  constructor(private readonly cluster: ClusterView) {
    this.loop = new ReconcileLoop(cluster.timers, (key) => this.reconcile(key));
  }

  see(object: KubeObject, isGone: boolean): void {
    if (object.kind === "Namespace")
      this.loop.touch(
        keyOf(object),
        object.metadata.deletionTimestamp === undefined ? 1 : emptiesAfterMs * this.cluster.pace,
      );
    else if (isGone && object.metadata.namespace !== undefined) this.loop.touch(`/${object.metadata.namespace}`);
  }

  private reconcile(key: string): void {
    const namespace = byKey(this.cluster.store, "Namespace", key);
    if (!namespace) return;
    const { name } = namespace.metadata;
    if (namespace.metadata.deletionTimestamp !== undefined) return this.empty(namespace);
    if (this.cluster.store.get("ServiceAccount", name, "default")) return;
    this.cluster.writer.create(
      {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: "default", namespace: name } as KubeObject["metadata"],
      },
      { manager },
    );
  }

  private empty(namespace: KubeObject): void {
    const { name } = namespace.metadata;
    const contents = kinds
      .filter(({ namespaced }) => namespaced)
      .flatMap(({ kind }) => this.cluster.store.list(kind, name));
    for (const object of contents)
      if (object.metadata.deletionTimestamp === undefined) this.cluster.remover.remove(object);
    const hasLeft = kinds
      .filter(({ namespaced }) => namespaced)
      .every(({ kind }) => this.cluster.store.list(kind, name).length === 0);
    if (hasLeft) this.cluster.store.remove(namespace);
  }
}

/** Deletes the dependents of a deleted object, and an object whose dependents are gone. */
export class GarbageCollector {
  private readonly loop: ReconcileLoop;
  private readonly gone = new Map<string, KubeObject>();

  constructor(private readonly cluster: ClusterView) {
    this.loop = new ReconcileLoop(cluster.timers, (uid) => this.collect(uid));
  }

  see(object: KubeObject, isGone: boolean): void {
    if (isGone) for (const { uid } of object.metadata.ownerReferences ?? []) this.loop.touch(uid);
    if (!isGone && object.metadata.deletionTimestamp === undefined) return;
    this.gone.set(object.metadata.uid, object);
    this.loop.touch(object.metadata.uid);
  }

  private collect(uid: string): void {
    const owner = this.gone.get(uid);
    if (!owner) return;
    const { finalizers = [], namespace, name } = owner.metadata;
    const stored = this.cluster.store.get(owner.kind, namespace, name);
    const isGone = stored?.metadata.uid !== uid;
    const dependents = this.cluster.remover.dependents(owner);
    if (isGone) {
      this.gone.delete(uid);
      for (const dependent of dependents) this.cluster.remover.remove(dependent);
    } else if (finalizers.includes("orphan")) {
      for (const dependent of dependents)
        this.cluster.writer.update(dependent, (now) => disowned(now, uid), { manager });
      this.release(stored, "orphan");
    } else if (finalizers.includes("foregroundDeletion")) {
      for (const dependent of dependents)
        if (dependent.metadata.deletionTimestamp === undefined)
          this.cluster.remover.remove(dependent, { propagationPolicy: "Foreground" });
      if (this.cluster.remover.dependents(owner).length === 0) this.release(stored, "foregroundDeletion");
    }
  }

  private release(object: KubeObject, finalizer: string): void {
    const finalizers = (now: KubeObject) => now.metadata.finalizers?.filter((other) => other !== finalizer);
    this.cluster.writer.update(
      object,
      (now) => ({ ...now, metadata: { ...now.metadata, finalizers: finalizers(now) ?? [] } }),
      { manager },
    );
  }
}

const disowned = (object: KubeObject, uid: string): KubeObject => ({
  ...object,
  metadata: {
    ...object.metadata,
    ownerReferences: object.metadata.ownerReferences?.filter((owner) => owner.uid !== uid) ?? [],
  },
});

/** Updates the `used` of each quota. */
export class QuotaController {
  private readonly loop: ReconcileLoop;

  constructor(private readonly cluster: ClusterView) {
    this.loop = new ReconcileLoop(cluster.timers, (namespace) => this.reconcile(namespace));
  }

  see(object: KubeObject): void {
    if (object.kind === "ResourceQuota" || object.kind === "Pod") this.loop.touch(object.metadata.namespace ?? "");
  }

  private reconcile(namespace: string): void {
    for (const quota of this.cluster.store.list("ResourceQuota", namespace)) {
      const used = Object.fromEntries(
        Object.entries(usedOf(this.cluster.store, quota)).map(([name, amount]) => [name, quantityText(amount)]),
      );
      this.cluster.writer.update(quota, (now) => ({ ...now, status: { hard: now.spec.hard ?? {}, used } }), {
        manager,
        subresource: "status",
      });
    }
  }
}

/** Binds each claim to a new volume, if its storage class exists. */
export class VolumeBinder {
  private readonly loop: ReconcileLoop;

  constructor(private readonly cluster: ClusterView) {
    this.loop = new ReconcileLoop(cluster.timers, (key) => this.bind(key));
  }

  see(object: KubeObject): void {
    if (object.kind === "PersistentVolumeClaim") this.loop.touch(keyOf(object), emptiesAfterMs * this.cluster.pace);
  }

  private bind(key: string): void {
    const claim = byKey(this.cluster.store, "PersistentVolumeClaim", key);
    const spec = claim?.["spec"] as
      | { storageClassName?: string; accessModes?: string[]; resources?: { requests?: Record<string, string> } }
      | undefined;
    if (!claim || !spec || (claim["status"] as Pod["status"] | undefined)?.phase === "Bound") return;
    if (!this.cluster.store.get("StorageClass", undefined, spec.storageClassName ?? "")) return;
    const status = { phase: "Bound", accessModes: spec.accessModes ?? [], capacity: spec.resources?.requests ?? {} };
    this.cluster.writer.update(
      claim,
      (now) => ({ ...now, spec: { ...spec, volumeName: `pvc-${claim.metadata.uid}` }, status }),
      { manager, subresource: "binding" },
    );
  }
}
