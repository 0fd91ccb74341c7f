/** A value that templates can read: plain JSON, so they cannot reach a getter, function or prototype. */
export type PlainValue = string | number | boolean | null | readonly PlainValue[] | PlainObject;
export interface PlainObject {
  readonly [name: string]: PlainValue;
}

const maxDepth = 32;

export const isList = (value: PlainValue): value is readonly PlainValue[] => Array.isArray(value);
export const isScalar = (value: PlainValue): value is string | number | boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

/** A deep copy of a view as plain JSON; absent fields are omitted. Throws a TypeError that names what is not JSON. */
export function plainValue(value: unknown, path = "the view", depth = 0): PlainValue {
  if (depth > maxDepth) throw new TypeError(`${path} is nested too deeply, or holds itself.`);
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((item, index) => plainValue(item, `${path}[${index}]`, depth + 1));
  if (typeof value === "object" && isPlain(value)) {
    const copy: Record<string, PlainValue> = Object.create(null) as Record<string, PlainValue>;
    for (const [name, field] of Object.entries(value)) {
      if (field !== undefined) copy[name] = plainValue(field, `${path}.${name}`, depth + 1);
    }
    return copy;
  }
  throw new TypeError(`${path} is not JSON.`);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // A second check by name, because a JSON object of another realm (a test's sandbox) has another Object.prototype.
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}
