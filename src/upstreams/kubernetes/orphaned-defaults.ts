import type { Manifest } from "../cluster-object.js";
import type { WireManagedFields } from "./wire.js";

/** A field's name, or the key of a list item (`{"name":"web"}`). */
type Step = string | Readonly<Record<string, unknown>>;
type Node = Readonly<Record<string, unknown>>;
type Fields = Readonly<Record<string, unknown>>;

/**
 * A part of an object that a new manifest omits after we had set it, and of which the server would keep its own
 * defaults: a probe that is removed, or checked otherwise, leaves `scheme: HTTP` behind, and the object is refused.
 * Always a field of a list item, as all fields of containers are.
 */
export interface OrphanedDefault {
  readonly steps: readonly Step[];
  /** Its path in the stored object (RFC 6901). */
  readonly pointer: string;
}

/**
 * The defaults that the manifest would leave behind. Kubernetes merges field by field, and removes only the leaves that
 * we owned.
 */
export function orphanedDefaults(
  stored: Manifest,
  managedFields: readonly WireManagedFields[],
  fieldManager: string,
  manifest: Manifest,
): OrphanedDefault[] {
  const found = new Map<string, OrphanedDefault>();
  for (const { manager, operation, fieldsV1 } of managedFields)
    if (manager === fieldManager && operation === "Apply" && fieldsV1)
      look(fieldsV1, stored, manifest, [], "", undefined);
  return [...found.values()];

  function look(
    fields: Fields,
    now: unknown,
    wanted: unknown,
    steps: readonly Step[],
    pointer: string,
    part: OrphanedDefault | undefined,
  ): void {
    for (const [key, inner] of Object.entries(fields)) {
      const at = childOf(now, key);
      if (!at) continue;
      const then = childOf(wanted, key)?.value;
      const next = { steps: [...steps, at.step], pointer: `${pointer}/${escaped(at.index)}` };
      const isItem = typeof at.step !== "string";
      // A list item that is no longer desired is removed as a whole, and so is a scalar.
      if (isItem && then === undefined) continue;
      if (Object.keys(inner as Fields).length === 0) continue;
      const within = isItem ? undefined : (part ?? (typeof steps.at(-1) === "object" ? next : undefined));
      if (then === undefined && within) found.set(within.pointer, within);
      else look(inner as Fields, at.value, then, next.steps, next.pointer, within);
    }
  }
}

/** The manifest with these parts as they are stored, so that all other errors in it are found. */
export const withDefaultsKept = (manifest: Manifest, stored: Manifest, parts: readonly OrphanedDefault[]): Manifest =>
  parts.reduce((whole, { steps }) => put(whole, steps, valueAt(stored, steps)) as Manifest, manifest);

function valueAt(node: unknown, steps: readonly Step[]): unknown {
  return steps.reduce<unknown>((value, step) => childOf(value, keyOf(step))?.value, node);
}

/** A copy with another value at the path; without the field, when the value is undefined. */
function put(node: unknown, [step, ...rest]: readonly Step[], value: unknown): unknown {
  if (step === undefined) return value;
  if (typeof step === "object") {
    const items = node as readonly unknown[];
    return items.map((item) => (matches(item, step) ? put(item, rest, value) : item));
  }
  const { [step]: old, ...others } = (node ?? {}) as Node;
  const changed = put(old, rest, value);
  return changed === undefined ? others : { ...others, [step]: changed };
}

interface Child {
  readonly step: Step;
  readonly index: string;
  readonly value: unknown;
}

/** The meaning of a key of `fieldsV1`: `f:spec` a field, `k:{"name":"web"}` an item. */
function childOf(node: unknown, key: string): Child | undefined {
  if (key.startsWith("f:")) {
    const step = key.slice(2);
    const value = (node as Node | undefined)?.[step];
    return value === undefined ? undefined : { step, index: step, value };
  }
  if (!key.startsWith("k:") || !Array.isArray(node)) return undefined;
  const step = JSON.parse(key.slice(2)) as Readonly<Record<string, unknown>>;
  const index = node.findIndex((item) => matches(item, step));
  return index < 0 ? undefined : { step, index: String(index), value: node[index] as unknown };
}

const keyOf = (step: Step): string => (typeof step === "string" ? `f:${step}` : `k:${JSON.stringify(step)}`);

/** A port of a Service or container is TCP by default. */
const matches = (item: unknown, step: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(step).every(
    ([key, value]) => ((item as Node)[key] ?? (key === "protocol" ? "TCP" : undefined)) === value,
  );

const escaped = (segment: string): string => segment.replaceAll("~", "~0").replaceAll("/", "~1");

/** The object after the kept parts are replaced by the manifest's. */
export const withDefaultsReplaced = (kept: Manifest, manifest: Manifest, parts: readonly OrphanedDefault[]): Manifest =>
  parts.reduce((whole, { steps }) => put(whole, steps, valueAt(manifest, steps)) as Manifest, kept);
