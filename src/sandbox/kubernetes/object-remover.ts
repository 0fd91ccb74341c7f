import { type KubeObject, timestamp } from "./kube-object.js";
import { kindOf } from "./kinds.js";
import type { ObjectStore } from "./object-store.js";
import type { ObjectWriter } from "./object-writer.js";
import { conflict } from "./status-error.js";
import type { Pod } from "./workload-types.js";

/** The body of a DELETE, or its query. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: "Orphan" | "Background" | "Foreground";
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: boolean;
}

/** Deletes objects: at once, after a grace period, or when the last finalizer is gone; and their dependents. */
export class ObjectRemover {
  constructor(
    private readonly store: ObjectStore,
    private readonly writer: ObjectWriter,
  ) {}

  /** Deletes the object, or begins to; resolves with its last or its terminating state. */
  remove(object: KubeObject, options: DeleteOptions = {}): { readonly object: KubeObject; readonly isGone: boolean } {
    const { uid, resourceVersion } = options.preconditions ?? {};
    if (uid && uid !== object.metadata.uid)
      throw conflict(
        kindOf(object.kind),
        object.metadata.name,
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${object.metadata.uid}`,
      );
    if (resourceVersion && resourceVersion !== object.metadata.resourceVersion) {
      throw conflict(
        kindOf(object.kind),
        object.metadata.name,
        `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${object.metadata.resourceVersion}`,
      );
    }
    if (options.dryRun) return { object, isGone: true };
    const graceSeconds = graceOf(object, options);
    const finalizers = finalizersFor(object, options, this.dependents(object));
    if (object.kind !== "Namespace" && graceSeconds === 0 && finalizers.length === 0) {
      // Watchers see the pod with a grace period of zero before it is gone.
      const last = object.kind === "Pod" ? (this.mark(object, 0, finalizers) ?? object) : object;
      this.store.remove(last);
      return { object: last, isGone: object.kind !== "Pod" };
    }
    if (object.metadata.deletionTimestamp !== undefined && object.kind !== "Pod") return { object, isGone: false };
    return { object: this.mark(object, graceSeconds, finalizers) ?? object, isGone: false };
  }

  /** The objects that have this one as owner. */
  dependents({ metadata: { uid, namespace } }: KubeObject): KubeObject[] {
    return [
      "ReplicaSet",
      "Pod",
      "Job",
      "Endpoints",
      "ConfigMap",
      "Secret",
      "Service",
      "Deployment",
      "PersistentVolumeClaim",
    ]
      .flatMap((kind) => this.store.list(kind, namespace))
      .filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid));
  }

  private mark(object: KubeObject, graceSeconds: number, finalizers: readonly string[]): KubeObject | undefined {
    const leave = (now: KubeObject): KubeObject => ({
      ...now,
      metadata: {
        ...now.metadata,
        ...(finalizers.length > 0 && { finalizers }),
        deletionTimestamp: timestamp(Date.now() + graceSeconds * 1000),
        ...(object.kind !== "Namespace" && { deletionGracePeriodSeconds: graceSeconds }),
      },
    });
    const marked = this.writer.update(object, leave, { manager: "kube-apiserver", subresource: "deletion" });
    if (object.kind !== "Namespace" || !marked) return marked;
    return this.writer.update(marked, (now) => ({ ...now, status: { phase: "Terminating" } }), {
      manager: "kube-apiserver",
      subresource: "status",
    });
  }
}

/** Only a pod on a node has a grace period. */
function graceOf(object: KubeObject, { gracePeriodSeconds }: DeleteOptions): number {
  if (object.kind !== "Pod") return 0;
  const { spec, status } = object as Pod;
  if (spec.nodeName === undefined || ["Succeeded", "Failed"].includes(status.phase)) return 0;
  return gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
}

function finalizersFor(
  { metadata: { finalizers = [] } }: KubeObject,
  { propagationPolicy }: DeleteOptions,
  dependents: readonly KubeObject[],
): readonly string[] {
  if (dependents.length === 0) return finalizers;
  if (propagationPolicy === "Foreground") return [...new Set([...finalizers, "foregroundDeletion"])];
  if (propagationPolicy === "Orphan") return [...new Set([...finalizers, "orphan"])];
  return finalizers;
}
