import type { Manifest } from "../../../upstreams/cluster.js";
import type { FieldOwner, FieldPath, FieldStep, LiveField, LiveObject } from "../../../upstreams/live-object.js";
import { isSecretField, step } from "../object-change/object-changes.js";
import { covers, isDefault, isMap, isNothing, type Fields } from "./live-values.js";
import { contentOf } from "./wanted-content.js";

export const FieldDriftKind = { CHANGED: "CHANGED", REMOVED: "REMOVED", ADDED: "ADDED" } as const;
export type FieldDriftKind = keyof typeof FieldDriftKind;

/** One field that is not as the release says. */
export interface FieldDrift {
  /** As in a comparison of objects: `spec.template.spec.containers[name=web].image`. */
  readonly path: string;
  readonly steps: FieldPath;
  readonly kind: FieldDriftKind;
  /** Null when the release says nothing, and when it is secret. */
  readonly wanted: unknown;
  readonly live: unknown;
  readonly isSecret: boolean;
  /** Who set it, in the name that it gave itself; not known of what is gone, and of what an old server let pass. */
  readonly setBy: string | null;
  readonly setAt: Date | null;
}

/** One object that is not as the release says. */
export interface ObjectDrift {
  readonly kind: string;
  readonly name: string;
  readonly isMissing: boolean;
  readonly fields: readonly FieldDrift[];
}

/** Where the cluster differs from what a release says. An object counts as missing only if all of its kind are known. */
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
 * The fields of an object that differ, then what others have added to it. What nobody owns is a default, and what the
 * cluster's own controllers set is theirs to set: neither is a difference.
 */
export function fieldDrifts(manifest: Manifest, object: LiveObject): FieldDrift[] {
  const root = object.fields();
  const wanted = contentOf(manifest);
  const found: FieldDrift[] = [];
  compare({ path: "", steps: [] }, wanted, root.value, root, found);
  found.push(...additions(wanted, root));
  return found.map((field) =>
    isSecretField(manifest.kind, field.path) ? { ...field, wanted: null, live: null, isSecret: true } : field,
  );
}

/** The fields of an object that others have added to what the manifest says. */
export const addedFields = (manifest: Manifest, object: LiveObject): FieldPath[] =>
  additions(contentOf(manifest), object.fields()).map(({ steps }) => steps);

interface Place {
  readonly path: string;
  readonly steps: FieldPath;
}

function compare(at: Place, wanted: unknown, live: unknown, field: LiveField | undefined, found: FieldDrift[]): void {
  if (live === undefined) {
    // What says nothing is not stored, and still ours. Of what somebody took away nobody is the owner.
    if (!isNothing(wanted) || !isHeldByUs(field)) found.push(driftAt(at, "REMOVED", wanted, live));
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
  // What is still ours is what we applied, with defaults inside; what somebody else has set is theirs from end to end.
  const isOurs = !isWhole || field.owners.some(({ kind }) => kind === "PLATFORM");
  if (covers(wanted, live, at.steps) && (isOurs || covers(live, wanted, at.steps))) return;
  const owner = newest(field?.owners ?? []);
  if (!owner && field?.owners.some(({ kind }) => kind === "CLUSTER")) return;
  found.push(driftAt(at, "CHANGED", wanted, live, owner));
}

/** What the release never says anything about. People mark objects as they like. */
const notOfReleases: ReadonlySet<FieldStep> = new Set(["metadata"]);

function additions(wanted: Fields, root: LiveField): FieldDrift[] {
  const found: FieldDrift[] = [];
  const look = (at: Place, of: unknown, field: LiveField): void => {
    for (const { step, field: child } of field.children) {
      if (child.value === undefined || (at.steps.length === 0 && notOfReleases.has(step))) continue;
      const value = wantedAt(of, step);
      const place = next(at, step);
      const isWanted = value !== undefined && value !== null;
      const owner = isWanted || isDefault(place.steps, child.value) ? undefined : newestIn(child);
      if (owner) found.push(driftAt(place, "ADDED", null, child.value, owner));
      else if (isWanted) look(place, value, child);
    }
  };
  look({ path: "", steps: [] }, wanted, root);
  return found;
}

function driftAt(
  { path, steps }: Place,
  kind: FieldDriftKind,
  wanted: unknown,
  live: unknown,
  owner?: FieldOwner,
): FieldDrift {
  const set = { setBy: owner?.manager ?? null, setAt: owner?.at ?? null };
  return { path, steps, kind, wanted: wanted ?? null, live: live ?? null, isSecret: false, ...set };
}

function next({ path, steps }: Place, to: FieldStep): Place {
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

/** What tells the items of a list apart, when something does. */
function itemKeys(field: LiveField | undefined): readonly string[] | undefined {
  const item = field?.children.find(({ step: each }) => typeof each !== "string")?.step;
  return typeof item === "object" ? Object.keys(item) : undefined;
}

const stepTo = (item: unknown, keys: readonly string[]): FieldStep =>
  Object.fromEntries(keys.map((key) => [key, key === "" ? item : keyOf(item, key)]));

/** Ports are told apart by their protocol too, which is TCP where none is said. */
const keyOf = (item: unknown, key: string): unknown =>
  (item as Fields | null)?.[key] ?? (key === "protocol" ? "TCP" : undefined);

const isItem = (to: FieldStep, item: unknown): boolean =>
  typeof to !== "string" &&
  Object.entries(to).every(([key, value]) => (key === "" ? item : keyOf(item, key)) === value);

const wantedAt = (wanted: unknown, to: FieldStep): unknown =>
  typeof to === "string"
    ? isMap(wanted)
      ? wanted[to]
      : undefined
    : Array.isArray(wanted)
      ? wanted.find((item) => isItem(to, item))
      : undefined;

/** Of the owners who are neither we nor the cluster: whoever wrote last. */
const newest = (owners: readonly FieldOwner[]): FieldOwner | undefined =>
  owners
    .filter(({ kind }) => kind === "OTHER")
    .reduce<FieldOwner | undefined>((a, b) => (a && (a.at ?? 0) >= (b.at ?? 0) ? a : b), undefined);

const newestIn = ({ owners, children }: LiveField): FieldOwner | undefined =>
  newest([...owners, ...children.flatMap(({ field }) => newestIn(field) ?? [])]);
