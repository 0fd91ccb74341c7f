import type { FieldPath } from "../../../upstreams/live-object.js";
import { quantityOf } from "../../../upstreams/quantity.js";

export type Fields = Readonly<Record<string, unknown>>;

export const isMap = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What Kubernetes does not store: a field that says nothing is left out. */
export function isNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isMap(value)) return Object.values(value).every(isNothing);
  return value === undefined || value === null || value === "" || value === 0 || value === false;
}

/** Under which names Kubernetes keeps amounts by resource, and under which an amount itself. */
const amountsIn: ReadonlySet<unknown> = new Set(["limits", "requests", "capacity", "hard", "overhead"]);
const amounts: ReadonlySet<unknown> = new Set(["sizeLimit", "averageValue", "divisor"]);

/** Amounts come back in Kubernetes' own writing: `0.5` as `500m`, `1024Mi` as `1Gi`. */
const isAmount = (path: FieldPath): boolean => amounts.has(path.at(-1)) || amountsIn.has(path.at(-2));

/** Whether everything that is wanted is there. What is there beside it are defaults. */
export function covers(wanted: unknown, live: unknown, path: FieldPath): boolean {
  if (wanted === live || (isNothing(wanted) && live === undefined)) return true;
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
 * Whoever writes an object back from an editor is noted as the owner of the defaults in what they added, and stays it when
 * the rest becomes ours. Facts: Kubernetes' API reference.
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

/** Whether a field says no more than if it were not there. */
export function isDefault(path: FieldPath, value: unknown): boolean {
  const name = path.at(-1);
  const isEmpty = value === "" || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
  return isEmpty || (typeof name === "string" && defaults[name] === value);
}
