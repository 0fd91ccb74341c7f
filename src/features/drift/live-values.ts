import type { FieldPath } from "../../upstreams/live-object.js";
import { quantityOf } from "../../upstreams/quantity.js";

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
