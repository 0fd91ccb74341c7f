import { type Fields, isFields, type Json } from "./kube-object.js";
import { canonicalQuantity } from "./quantity.js";

/** Where amounts are, by resource. */
const amounts = new Set(["requests", "limits", "hard", "capacity"]);
/** Fields that Go writes only when they say something. */
const omittedWhenEmpty = new Set([
  "args",
  "command",
  "env",
  "ports",
  "volumeMounts",
  "volumes",
  "imagePullSecrets",
  "value",
  "initialDelaySeconds",
]);

const isEmpty = (value: unknown): boolean =>
  value === "" || value === 0 || (Array.isArray(value) && value.length === 0);

/** The value as the server writes it after it has read it: amounts in their shortest form, without empty fields. */
export function canonicalForm<T extends Json | undefined>(value: T, path: readonly string[] = []): T {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => canonicalForm(item, path)) as unknown as T;
  if (!isFields(value)) return value;
  const inSpec = path.includes("spec");
  const written = Object.entries(value).flatMap(([name, child]): [string, Json | undefined][] => {
    if (inSpec && omittedWhenEmpty.has(name) && isEmpty(child)) return [];
    return [[name, amounts.has(name) && isFields(child) ? withAmounts(child) : canonicalForm(child, [...path, name])]];
  });
  return Object.fromEntries(written) as T;
}

const withAmounts = (byResource: Fields): Fields =>
  Object.fromEntries(Object.entries(byResource).map(([name, amount]) => [name, canonicalQuantity(amount)]));
