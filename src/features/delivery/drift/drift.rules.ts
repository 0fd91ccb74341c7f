import type { Manifest } from "../../../upstreams/cluster-object.js";
import type { FieldOwner, FieldPath, FieldStep, LiveField, LiveObject } from "../../../upstreams/live-object.js";
import { isSecretField, step } from "../object-change/object-changes.js";
import { covers, isDefault, isMap, isEmptyValue, type FieldMap } from "./live-values.js";
import { desiredContent } from "./desired-content.js";

export const FieldDriftKind = { CHANGED: "CHANGED", REMOVED: "REMOVED", ADDED: "ADDED" } as const;
export type FieldDriftKind = keyof typeof FieldDriftKind;

/** One field whose live value differs from the release. */
export interface FieldDrift {
  /** As in a comparison of objects: `spec.template.spec.containers[name=web].image`. */
  readonly path: string;
  readonly steps: FieldPath;
  readonly kind: FieldDriftKind;
  /** The value in the release; null when the field is not in it, or is secret. */
  readonly wanted: unknown;
  readonly live: unknown;
  readonly isSecret: boolean;
  /** The field manager that set the live value; null when the field was removed, or when the server noted none. */
  readonly setBy: string | null;
  readonly setAt: Date | null;
}

/** One object that differs from the release. */
export interface ObjectDrift {
  readonly kind: string;
  readonly name: string;
  readonly isMissing: boolean;
  readonly fields: readonly FieldDrift[];
}

/** The objects in the cluster that differ from the release. An object counts as missing only if the cache has all objects of its kind. */
export function objectDrifts(
  wanted: readonly Manifest[],
  live: readonly LiveObject[],
  hasAll: (of: Manifest) => boolean,
): ObjectDrift[] {
  return wanted.flatMap((manifest): ObjectDrift[] => {
    const { kind, metadata } = manifest;
    const found = live.find((each) => each.kind === kind && each.name === metadata.name);
    const fields = found ? fieldDrifts(manifest, found) : [];
    const isMissing = !found && hasAll(manifest);
    return isMissing || fields.length > 0 ? [{ kind, name: metadata.name, isMissing, fields }] : [];
  });
}

/**
 * The fields of an object that differ, then the fields that others have added. A field without an owner is a default, and
 * the cluster's own controllers may set fields: neither counts as a difference.
 */
export function fieldDrifts(manifest: Manifest, object: LiveObject): FieldDrift[] {
  const root = object.fields();
  const wanted = desiredContent(manifest);
  const found: FieldDrift[] = [];
  compare({ path: "", steps: [] }, wanted, root.value, root, found);
  found.push(...additions(wanted, root));
  return found.map((field) =>
    isSecretField(manifest.kind, field.path) ? { ...field, wanted: null, live: null, isSecret: true } : field,
  );
}

/** The fields of an object that others have added to what the manifest says. */
export const addedFields = (manifest: Manifest, object: LiveObject): FieldPath[] =>
  additions(desiredContent(manifest), object.fields()).map(({ steps }) => steps);

interface FieldPosition {
  readonly path: string;
  readonly steps: FieldPath;
}

function compare(
  at: FieldPosition,
  wanted: unknown,
  live: unknown,
  field: LiveField | undefined,
  found: FieldDrift[],
): void {
  if (live === undefined) {
    // Kubernetes does not store an empty value, but keeps us as the owner of the field; a removed field has no owner.
    if (!isEmptyValue(wanted) || !isHeldByUs(field)) found.push(driftAt(at, "REMOVED", wanted, live));
    return;
  }
  const isWhole = field !== undefined && field.owners.length > 0 && field.children.length === 0;
  if (isMap(wanted) && isMap(live) && !isWhole) {
    for (const [name, value] of Object.entries(wanted))
      if (value !== null) compare(next(at, name), value, live[name], childOf(field, name), found);
    return;
  }
  const keys = itemKeys(field);
  if (Array.isArray(wanted) && Array.isArray(live) && keys) {
    for (const item of wanted) {
      const step = stepTo(item, keys);
      const child = field!.children.find((each) => isItem(each.step, item));
      const value = child ? child.field.value : live.find((each) => isItem(step, each));
      compare(next(at, step), item, value, child?.field, found);
    }
    return;
  }
  // A value that we own is the applied one plus defaults; a value that another manager owns is compared exactly.
  const isOurs = !isWhole || field.owners.some(({ kind }) => kind === "PLATFORM");
  if (covers(wanted, live, at.steps) && (isOurs || covers(live, wanted, at.steps))) return;
  const owner = newest(field?.owners ?? []);
  if (!owner && field?.owners.some(({ kind }) => kind === "CLUSTER")) return;
  found.push(driftAt(at, "CHANGED", wanted, live, owner));
}

/** Top-level fields that are never compared for additions: anybody may add labels and annotations. */
const notOfReleases: ReadonlySet<FieldStep> = new Set(["metadata"]);

function additions(wanted: FieldMap, root: LiveField): FieldDrift[] {
  const found: FieldDrift[] = [];
  const compare = (at: FieldPosition, of: unknown, field: LiveField): void => {
    for (const { step, field: child } of field.children) {
      if (child.value === undefined || (at.steps.length === 0 && notOfReleases.has(step))) continue;
      const value = desiredAt(of, step);
      const place = next(at, step);
      const isDesired = value !== undefined && value !== null;
      const owner = isDesired || isDefault(place.steps, child.value) ? undefined : newestIn(child);
      if (owner) found.push(driftAt(place, "ADDED", null, child.value, owner));
      else if (isDesired) compare(place, value, child);
    }
  };
  compare({ path: "", steps: [] }, wanted, root);
  return found;
}

function driftAt(
  { path, steps }: FieldPosition,
  kind: FieldDriftKind,
  wanted: unknown,
  live: unknown,
  owner?: FieldOwner,
): FieldDrift {
  const set = { setBy: owner?.manager ?? null, setAt: owner?.at ?? null };
  return { path, steps, kind, wanted: wanted ?? null, live: live ?? null, isSecret: false, ...set };
}

function next({ path, steps }: FieldPosition, to: FieldStep): FieldPosition {
  return { path: step(path, typeof to === "string" ? to : itemText(to)), steps: [...steps, to] };
}

const itemText = (item: Exclude<FieldStep, string>): string =>
  `[${Object.entries(item)
    .map(([name, value]) => (name === "" ? String(value) : `${name}=${String(value)}`))
    .join(",")}]`;

const childOf = (field: LiveField | undefined, name: string): LiveField | undefined =>
  field?.children.find(({ step: each }) => each === name)?.field;

const isHeldByUs = (field: LiveField | undefined): boolean =>
  field !== undefined &&
  (field.owners.some(({ kind }) => kind === "PLATFORM") || field.children.some((each) => isHeldByUs(each.field)));

/** The keys that identify the items of a list (`x-kubernetes-list-map-keys`), if it has any. */
function itemKeys(field: LiveField | undefined): readonly string[] | undefined {
  const item = field?.children.find(({ step: each }) => typeof each !== "string")?.step;
  return typeof item === "object" ? Object.keys(item) : undefined;
}

const stepTo = (item: unknown, keys: readonly string[]): FieldStep =>
  Object.fromEntries(keys.map((key) => [key, key === "" ? item : keyOf(item, key)]));

/** Ports are identified by their protocol too, whose default is TCP. */
const keyOf = (item: unknown, key: string): unknown =>
  (item as FieldMap | null)?.[key] ?? (key === "protocol" ? "TCP" : undefined);

const isItem = (to: FieldStep, item: unknown): boolean =>
  typeof to !== "string" &&
  Object.entries(to).every(([key, value]) => (key === "" ? item : keyOf(item, key)) === value);

const desiredAt = (wanted: unknown, to: FieldStep): unknown =>
  typeof to === "string"
    ? isMap(wanted)
      ? wanted[to]
      : undefined
    : Array.isArray(wanted)
      ? wanted.find((item) => isItem(to, item))
      : undefined;

/** The owner who wrote last, other than the platform and the cluster. */
const newest = (owners: readonly FieldOwner[]): FieldOwner | undefined =>
  owners
    .filter(({ kind }) => kind === "OTHER")
    .reduce<FieldOwner | undefined>((a, b) => (a && (a.at ?? 0) >= (b.at ?? 0) ? a : b), undefined);

const newestIn = ({ owners, children }: LiveField): FieldOwner | undefined =>
  newest([...owners, ...children.flatMap(({ field }) => newestIn(field) ?? [])]);
