import { hideSealedIn } from "../../../rendering/sealed-text.js";
import type { Manifest } from "../../../upstreams/cluster-object.js";

export const ObjectAction = { CREATE: "CREATE", UPDATE: "UPDATE", REPLACE: "REPLACE", DELETE: "DELETE" } as const;
export type ObjectAction = keyof typeof ObjectAction;

/** One field that differs. */
export interface FieldChange {
  /** `spec.template.spec.containers[name=web].image`, `metadata.labels["app.kubernetes.io/name"]`, `args[0]`. */
  readonly path: string;
  /** Null when it was not there, and when it is secret. */
  readonly before: unknown;
  readonly after: unknown;
  readonly isSecret: boolean;
}

/** One Kubernetes object that differs, field by field. */
export interface ObjectChange {
  readonly action: ObjectAction;
  readonly kind: string;
  readonly name: string;
  readonly fields: readonly FieldChange[];
}

/** The fields that identify items of Kubernetes lists, so that a moved item counts as unchanged. */
const identities = ["name", "key"];
/** The fields of a Secret whose values are never shown. */
const secretKinds = new Set(["Secret"]);
const secretFields = /^(data|stringData)\b/;

/** The changes from one list of objects to another. Objects are identified by kind and name. */
export function objectChanges(before: readonly Manifest[], after: readonly Manifest[]): ObjectChange[] {
  const old = new Map(before.map((each) => [keyOf(each), each]));
  const left = new Map(old);
  const changes: ObjectChange[] = [];
  for (const each of after) {
    const was = old.get(keyOf(each));
    left.delete(keyOf(each));
    const change = changeOf(was ? "UPDATE" : "CREATE", each, was ? fieldChanges(was, each) : []);
    if (!was || change.fields.length > 0) changes.push(change);
  }
  return [...changes, ...[...left.values()].map((each) => changeOf("DELETE", each, []))];
}

/** The fields in which two values of JSON differ, in the order of the first, then of the second. */
export function fieldChanges(before: unknown, after: unknown): FieldChange[] {
  const changes: FieldChange[] = [];
  compare("", before, after, changes);
  return changes;
}

const keyOf = ({ kind, metadata }: Manifest): string => `${kind}/${metadata.name}`;

/** The change of one object, with secret values hidden. */
export function changeOf(
  action: ObjectAction,
  { kind, metadata }: Manifest,
  fields: readonly FieldChange[],
): ObjectChange {
  const shown = fields.map((field) =>
    isSecretField(kind, field.path) ? { ...field, before: null, after: null, isSecret: true } : hideSealedIn(field),
  );
  return { action, kind, name: metadata.name, fields: shown };
}

/** Whether the values of this field of an object of this kind are never shown. */
export const isSecretField = (kind: string, path: string): boolean => secretKinds.has(kind) && secretFields.test(path);

function compare(path: string, before: unknown, after: unknown, changes: FieldChange[]): void {
  const [old, now] = [partsOf(before), partsOf(after)];
  const isSame = old && now && old.isList === now.isList && old.identity === now.identity;
  if (isSame) {
    for (const key of new Set([...old.parts.keys(), ...now.parts.keys()]))
      compare(step(path, key), old.parts.get(key), now.parts.get(key), changes);
  } else if (before !== after) {
    changes.push({ path, before: before ?? null, after: after ?? null, isSecret: false });
  }
}

interface Parts {
  readonly isList: boolean;
  readonly identity: string | undefined;
  /** By how a path goes on to each. */
  readonly parts: ReadonlyMap<string, unknown>;
}

function partsOf(value: unknown): Parts | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!Array.isArray(value)) {
    return { isList: false, identity: undefined, parts: new Map(Object.entries(value)) };
  }
  const items: readonly unknown[] = value;
  const identity = identities.find((each) => isIdentity(items, each));
  const keyed = items.map((item, index): [string, unknown] =>
    identity === undefined
      ? [`[${index}]`, item]
      : [`[${identity}=${(item as Record<string, string>)[identity]}]`, item],
  );
  return { isList: true, identity, parts: new Map(keyed) };
}

/** Whether every item has this field as a text of its own. */
function isIdentity(items: readonly unknown[], field: string): boolean {
  const names = items.map((item) => (item as Readonly<Record<string, unknown>> | null)?.[field]);
  return items.length > 0 && names.every((name) => typeof name === "string") && new Set(names).size === items.length;
}

/** The path one step further: a name, or `[…]` for an item of a list. */
export function step(path: string, key: string): string {
  if (key.startsWith("[")) return path + key;
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}
