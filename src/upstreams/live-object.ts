import { createHmac, randomBytes } from "node:crypto";
import type { ObjectRef, AppRef } from "./cluster-object.js";

/** The owner of a field. */
export interface FieldOwner {
  /** The name of the field manager: `kubectl-edit`, `argocd-controller`. */
  readonly manager: string;
  /** `PLATFORM`: we applied it. `CLUSTER`: a controller of Kubernetes, or admission of our request. */
  readonly kind: "PLATFORM" | "CLUSTER" | "OTHER";
  /** When the manager last set any of its fields; unknown for the cluster's own. */
  readonly at?: Date;
}

/** One step of a path: a field's name, or the key of a list item (`{ name: "web" }`). */
export type FieldStep = string | Readonly<Record<string, unknown>>;

export type FieldPath = readonly FieldStep[];

/**
 * A field with an owner, or one that contains such fields. Defaults have no owner; they are only part of their parent's
 * value.
 */
export interface LiveField {
  /** As stored, with defaults. In a Secret's data, digests of the values. */
  readonly value: unknown;
  /** The owners of the field itself, not of its children. */
  readonly owners: readonly FieldOwner[];
  readonly children: readonly { readonly step: FieldStep; readonly field: LiveField }[];
}

/** An object of an app in the cluster, without its status. */
export interface LiveObject extends ObjectRef, AppRef {
  readonly namespace: string;
  /** The fields that have owners; decoded from a compact form at each call. */
  fields(): LiveField;
}

const key = randomBytes(32);

/**
 * Replaces a value of a Secret (in base64): equal values have equal digests within this process, and a digest reveals
 * nothing.
 */
export const secretDigest = (base64: string): string =>
  createHmac("sha256", key).update(Buffer.from(base64, "base64")).digest("base64");
