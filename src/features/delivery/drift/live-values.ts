import type { FieldPath } from "../../../upstreams/live-object.js";
import { quantityOf } from "../../../upstreams/quantity.js";

export type FieldMap = Readonly<Record<string, unknown>>;

export const isMap = (value: unknown): value is FieldMap =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether Kubernetes would not store the value, because it is empty. */
export function isEmptyValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isMap(value)) return Object.values(value).every(isEmptyValue);
  return value === undefined || value === null || value === "" || value === 0 || value === false;
}

/** Fields that hold quantities by resource, and fields that are quantities themselves. */
const amountsIn: ReadonlySet<unknown> = new Set(["limits", "requests", "capacity", "hard", "overhead"]);
const amounts: ReadonlySet<unknown> = new Set(["sizeLimit", "averageValue", "divisor"]);

/** Kubernetes returns quantities in its canonical form: `0.5` as `500m`, `1024Mi` as `1Gi`. */
const isAmount = (path: FieldPath): boolean => amounts.has(path.at(-1)) || amountsIn.has(path.at(-2));

/** Whether the live value contains the desired one; further live fields are defaults. */
export function covers(wanted: unknown, live: unknown, path: FieldPath): boolean {
  if (wanted === live || (isEmptyValue(wanted) && live === undefined)) return true;
  if (Array.isArray(wanted) && Array.isArray(live))
    return wanted.length === live.length && wanted.every((item, at) => covers(item, live[at], [...path, String(at)]));
  if (isMap(wanted) && isMap(live))
    return Object.entries(wanted).every(
      ([name, value]) => value === null || covers(value, live[name], [...path, name]),
    );
  if (typeof wanted === "object" || typeof live === "object" || live === undefined) return false;
  return isAmount(path) && quantityOf(wanted) === quantityOf(live);
}

/**
 * Default values by field name. A client that writes a whole object back becomes the owner of the defaults in it, and stays
 * their owner when we take over the rest. Source: Kubernetes' API reference.
 */
const defaults: Readonly<Record<string, unknown>> = {
  defaultMode: 420,
  failureThreshold: 3,
  periodSeconds: 10,
  protocol: "TCP",
  scheme: "HTTP",
  successThreshold: 1,
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
  timeoutSeconds: 1,
};

/** Whether a field is empty or has its default value. */
export function isDefault(path: FieldPath, value: unknown): boolean {
  const name = path.at(-1);
  const isEmpty = value === "" || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
  return isEmpty || (typeof name === "string" && defaults[name] === value);
}
