import { randomUUID } from "node:crypto";
import { canonicalForm } from "./canonical-form.js";
import { checkApplied } from "./decoding.js";
import { withDefaults } from "./defaults.js";
import { type Json, type KubeObject, type ObjectMeta, same, timestamp, withoutUndefined } from "./kube-object.js";
import { type Kind, kindOf } from "./kinds.js";
import { type Writer, afterUpdate, apply } from "./managed-fields.js";
import { randomSuffix } from "./names.js";
import type { ObjectStore } from "./object-store.js";
import { admitBySecurity } from "./pod-security.js";
import { admitPod } from "./quota.js";
import { alreadyExists, badRequest, conflict, forbidden, invalid, notFound } from "./status-error.js";
import { validate } from "./validation.js";
import type { Pod } from "./workload-types.js";

/** The options of a write. */
export interface WriteOptions extends Writer {
  readonly dryRun?: boolean;
}

/**
 * The one way in: whatever is written, by a client or by the simulation, is defaulted, validated, admitted,
 * credited to its manager, and stored only when it says something new.
 */
export class ObjectWriter {
  constructor(private readonly store: ObjectStore) {}

  find(kind: Kind, namespace: string | undefined, name: string): KubeObject {
    const object = this.store.get(kind.kind, namespace, name);
    if (!object) throw notFound(kind, name);
    return object;
  }

  create<T extends KubeObject>(object: T, options: WriteOptions): T {
    const kind = kindOf(object.kind);
    const { generateName } = object.metadata;
    const name = object.metadata.name || (generateName ? generateName + randomSuffix() : "");
    if (name === "")
      throw invalid(kind, "", [
        {
          reason: "FieldValueRequired",
          message: "Required value: name or generateName is required",
          field: "metadata.name",
        },
      ]);
    this.admitNamespace(kind, object.metadata.namespace, name);
    if (this.store.get(kind.kind, object.metadata.namespace, name)) throw alreadyExists(kind, name);
    const { status: _status, ...rest } = object as KubeObject;
    return this.commit(
      kind,
      undefined,
      {
        ...(kind.subresources.includes("status") && kind.kind !== "Node" ? rest : object),
        metadata: { ...object.metadata, name },
      } as unknown as T,
      options,
    );
  }

  /** Replaces the object, or only its status. A resourceVersion that is not the stored one is a conflict. */
  replace<T extends KubeObject>(object: T, options: WriteOptions): T {
    const kind = kindOf(object.kind);
    const old = this.find(kind, object.metadata.namespace, object.metadata.name) as T;
    const { resourceVersion, uid } = object.metadata;
    if (resourceVersion && resourceVersion !== old.metadata.resourceVersion) throw conflict(kind, old.metadata.name);
    if (uid && uid !== old.metadata.uid)
      throw conflict(
        kind,
        old.metadata.name,
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`,
      );
    return this.commit(kind, old, object, options);
  }

  /** Server-side apply; creates what is not there. */
  apply<T extends KubeObject>(
    config: T,
    options: WriteOptions & { readonly force: boolean },
  ): { readonly object: T; readonly isNew: boolean } {
    const kind = kindOf(config.kind);
    const { namespace, name, resourceVersion } = config.metadata;
    const old = this.store.get(kind.kind, namespace, name) as T | undefined;
    if (config.metadata.managedFields?.length) throw badRequest("metadata.managedFields must be nil");
    if (resourceVersion && resourceVersion !== old?.metadata.resourceVersion)
      throw old ? conflict(kind, name) : notFound(kind, name);
    if (!old) this.admitNamespace(kind, namespace, name);
    const { status: _status, ...main } = config as KubeObject;
    const applied = (kind.subresources.includes("status") && options.subresource !== "status" ? main : config) as T;
    const merged = apply(old, applied, options, options.force) as T;
    checkApplied(kind, merged);
    return { object: this.commit(kind, old, merged, options, merged.metadata.managedFields), isNew: !old };
  }

  /** Changes the stored object, as a controller does: read, change, write. Missing objects stay missing. */
  update<T extends KubeObject>(object: T, change: (now: T) => T, options: WriteOptions): T | undefined {
    const now = this.store.get(object.kind, object.metadata.namespace, object.metadata.name) as T | undefined;
    if (!now || now.metadata.uid !== object.metadata.uid) return undefined;
    return this.commit(kindOf(object.kind), now, change(now), options);
  }

  private commit<T extends KubeObject>(
    kind: Kind,
    old: T | undefined,
    wanted: T,
    options: WriteOptions,
    managedFields?: ObjectMeta["managedFields"],
  ): T {
    const written = withoutUndefined(this.onlyWritable(kind, old, wanted, options)) as unknown as Json;
    const draft = withDefaults(canonicalForm(written) as unknown as T);
    const causes = options.subresource === "binding" ? [] : validate(draft, old);
    if (causes.length > 0) throw invalid(kind, draft.metadata.name, causes);
    const isPodAdmission = kind.kind === "Pod" && !old;
    if (isPodAdmission) {
      admitBySecurity(this.store, draft as unknown as Pod);
      admitPod(this.store, draft as unknown as Pod);
    }
    const generation = this.generationOf(kind, old, draft);
    const stamped = { ...draft, metadata: { ...draft.metadata, ...(generation !== undefined && { generation }) } };
    // A deletion marks the object; it makes nobody an owner.
    const kept = options.subresource === "deletion" ? old?.metadata.managedFields : undefined;
    const owners = managedFields ?? kept ?? afterUpdate(old, stamped, writerOf(options));
    const object = withoutUndefined({
      ...stamped,
      metadata: { ...stamped.metadata, managedFields: owners.length > 0 ? owners : undefined },
    }) as T;
    if (old && same(old, object)) return old;
    if (options.dryRun) return object;
    const isFinished =
      object.metadata.deletionTimestamp !== undefined &&
      !object.metadata.finalizers?.length &&
      kind.kind !== "Pod" &&
      kind.kind !== "Namespace";
    if (old && isFinished) {
      this.store.remove(object);
      return object;
    }
    return this.store.put(object);
  }

  /** The object to store, with the parts that this write may not change. */
  private onlyWritable<T extends KubeObject>(
    kind: Kind,
    old: T | undefined,
    wanted: T,
    { subresource }: WriteOptions,
  ): T {
    if (!old) {
      const { name, generateName, namespace, labels, annotations, ownerReferences, finalizers } = wanted.metadata;
      const metadata = {
        name,
        generateName,
        namespace: kind.namespaced ? namespace : undefined,
        uid: randomUUID(),
        creationTimestamp: timestamp(),
        labels,
        annotations,
        ownerReferences,
        finalizers,
      };
      return { ...wanted, metadata };
    }
    const { uid, creationTimestamp, generation, namespace, generateName, resourceVersion, managedFields } =
      old.metadata;
    const deletion =
      subresource === "deletion"
        ? {}
        : {
            deletionTimestamp: old.metadata.deletionTimestamp,
            deletionGracePeriodSeconds: old.metadata.deletionGracePeriodSeconds,
          };
    const metadata = {
      ...wanted.metadata,
      uid,
      creationTimestamp,
      generation,
      namespace,
      generateName,
      resourceVersion,
      managedFields,
      ...deletion,
    };
    if (subresource === "status") return { ...old, metadata: { ...old.metadata }, status: wanted["status"] };
    const keepsStatus = kind.subresources.includes("status") && subresource !== "binding";
    return { ...wanted, metadata, ...(keepsStatus && { status: old["status"] }) };
  }

  private generationOf(kind: Kind, old: KubeObject | undefined, draft: KubeObject): number | undefined {
    if (!kind.generation) return undefined;
    if (!old) return 1;
    const isBeingDeleted =
      draft.metadata.deletionTimestamp !== undefined && old.metadata.deletionTimestamp === undefined;
    return (old.metadata.generation ?? 1) + (isBeingDeleted || !same(old["spec"], draft["spec"]) ? 1 : 0);
  }

  private admitNamespace(kind: Kind, namespace: string | undefined, name: string): void {
    if (!kind.namespaced) return;
    const home = this.store.get("Namespace", undefined, namespace ?? "");
    if (!home) throw notFound(kindOf("Namespace"), namespace ?? "");
    if (home.metadata.deletionTimestamp === undefined) return;
    const cause = {
      reason: "NamespaceTerminating",
      message: `namespace ${namespace} is being terminated`,
      field: "metadata.namespace",
    };
    throw forbidden(
      kind,
      name,
      `unable to create new content in namespace ${namespace} because it is being terminated`,
      [cause],
    );
  }
}

const writerOf = ({ manager, subresource }: WriteOptions): Writer => ({
  manager,
  ...((subresource === "status" || subresource === "scale") && { subresource }),
});
