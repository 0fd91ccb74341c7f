import { createHmac, randomBytes } from "node:crypto";
import type { ObjectRef, AppRef } from "./cluster-object.js";

/** Who set a field. */
export interface FieldOwner {
  /** The name that it gave itself: `kubectl-edit`, `argocd-controller`. */
  readonly manager: string;
  /** `PLATFORM`: we applied it. `CLUSTER`: a controller of Kubernetes' own, or what admission made of our request. */
  readonly kind: "PLATFORM" | "CLUSTER" | "OTHER";
  /** When it last set any of its fields; not known of the cluster's own. */
  readonly at?: Date;
}

/** One step of a path: a field's name, or what tells an item of a list from the others (`{ name: "web" }`). */
export type FieldStep = string | Readonly<Record<string, unknown>>;

export type FieldPath = readonly FieldStep[];

/** A field that somebody set, or that holds such fields. Defaults have none; they are only part of their parent's value. */
export interface LiveField {
  /** As it is stored, defaults included. In a Secret's data, the digests of the values. */
  readonly value: unknown;
  /** Of the field itself, and not of what is in it. */
  readonly owners: readonly FieldOwner[];
  readonly children: readonly { readonly step: FieldStep; readonly field: LiveField }[];
}

/** One object of an app as the cluster holds it, without its status. */
export interface LiveObject extends ObjectRef, AppRef {
  readonly namespace: string;
  /** Which fields somebody set, and who; read out of a compact form at each call. */
  fields(): LiveField;
}

const key = randomBytes(32);

/** Stands for a value of a Secret, which is in base64: the same value has the same digest in this process, and no other tells anything. */
export const secretDigest = (base64: string): string =>
  createHmac("sha256", key).update(Buffer.from(base64, "base64")).digest("base64");
