import {
  type FieldPath,
  flatten,
  fromTree,
  isKeyField,
  isUnder,
  printPath,
  removePath,
  toTree,
} from "./field-paths.js";
import {
  type Fields,
  type Json,
  type KubeObject,
  type ManagedFields,
  isFields,
  same,
  timestamp,
} from "./kube-object.js";
import { isAtomicMap, keyOfItem, listRule } from "./merge-rules.js";
import { StatusError } from "./status-error.js";

/** The writer, and the part of the object that it writes. */
export interface Writer {
  readonly manager: string;
  readonly subresource?: string;
}

interface Owned extends Omit<ManagedFields, "fieldsV1"> {
  readonly paths: Set<FieldPath>;
}

const read = (object: KubeObject | undefined): Owned[] =>
  (object?.metadata.managedFields ?? []).map(({ fieldsV1, ...entry }) => ({ ...entry, paths: fromTree(fieldsV1) }));

const write = (entries: readonly Owned[]): ManagedFields[] =>
  entries.filter(({ paths }) => paths.size > 0).map(({ paths, ...entry }) => ({ ...entry, fieldsV1: toTree(paths) }));

const asFields = (object: KubeObject): Fields => object as unknown as Fields;

/** The owners after an update or patch: fields that it set belong only to the writer. */
export function afterUpdate(old: KubeObject | undefined, now: KubeObject, writer: Writer): readonly ManagedFields[] {
  const isStatus = writer.subresource === "status";
  const seen = (object: KubeObject): Fields =>
    isStatus ? asFields(object) : { ...asFields(object), status: undefined };
  const before = old ? flatten(seen(old), true) : new Map<FieldPath, unknown>();
  const after = flatten(seen(now), true);
  const changed = [...after]
    .filter(([path, value]) => !before.has(path) || !same(before.get(path), value))
    .map(([path]) => path);
  const removed = [...before.keys()].filter((path) => !after.has(path));
  if (changed.length === 0 && removed.length === 0) return old?.metadata.managedFields ?? [];
  const entries = read(old);
  const isOurs = (entry: Owned): boolean =>
    entry.operation === "Update" && entry.manager === writer.manager && entry.subresource === writer.subresource;
  for (const entry of entries)
    for (const path of isOurs(entry) ? removed : [...changed, ...removed]) entry.paths.delete(path);
  const mine = entries.find(isOurs);
  const paths = new Set([...(mine?.paths ?? []), ...changed]);
  const updated = entryOf("Update", now.apiVersion, writer, paths);
  return write(mine ? entries.map((entry) => (entry === mine ? updated : entry)) : [...entries, updated]);
}

const entryOf = (
  operation: "Apply" | "Update",
  apiVersion: string,
  { manager, subresource }: Writer,
  paths: Set<FieldPath>,
): Owned => ({
  manager,
  operation,
  apiVersion,
  time: timestamp(),
  fieldsType: "FieldsV1",
  ...(subresource && { subresource }),
  paths,
});

/**
 * Server-side apply: the live object with the configuration merged in, without what the manager applied before and
 * no longer does (unless someone else owns it too). Throws 409 when another manager owns a field that would change, unless forced.
 */
export function apply(live: KubeObject | undefined, config: KubeObject, writer: Writer, force: boolean): KubeObject {
  const applied = flatten(asFields(config));
  checkKeysOnce(asFields(config), []);
  const current = live ? flatten(asFields(live)) : new Map<FieldPath, unknown>();
  const entries = read(live);
  const mine = entries.find(
    (entry) =>
      entry.operation === "Apply" && entry.manager === writer.manager && entry.subresource === writer.subresource,
  );
  const others = entries.filter((entry) => entry !== mine);
  const conflicts = others.flatMap((entry) =>
    [...entry.paths]
      .filter((path) => applied.has(path) && !same(current.get(path), applied.get(path)))
      .map((path) => ({ entry, path })),
  );
  if (conflicts.length > 0 && !force) throw conflictOf(conflicts);
  for (const { entry, path } of conflicts) entry.paths.delete(path);

  const paths = new Set(applied.keys());
  let merged = live ? (merge(asFields(live), asFields(config), []) as Fields) : asFields(config);
  const isOthers = (path: FieldPath): boolean =>
    others.some((entry) => entry.paths.has(path) || [...entry.paths].some((other) => isUnder(other, path)));
  // A map that was applied empty stays when something is in it now.
  const isWanted = (path: FieldPath): boolean => paths.has(path) || [...paths].some((other) => isUnder(other, path));
  // Parents first: a list item goes as a whole, while its key can still be read.
  for (const path of [...(mine?.paths ?? [])].sort()) {
    if (!isWanted(path) && !isKeyField(path) && !isOthers(path)) merged = removePath(merged, path, paths);
  }
  const unchanged = mine && mine.paths.size === paths.size && [...paths].every((path) => mine.paths.has(path));
  const updated = unchanged ? mine : entryOf("Apply", config.apiVersion, writer, paths);
  const managedFields = write(
    mine ? entries.map((entry) => (entry === mine ? updated : entry)) : insertApply(others, updated),
  );
  const object = merged as unknown as KubeObject;
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

/** The server lists appliers before updaters. */
function insertApply(entries: readonly Owned[], entry: Owned): Owned[] {
  const appliers = entries.filter(({ operation }) => operation === "Apply");
  return [...appliers, entry, ...entries.filter(({ operation }) => operation !== "Apply")];
}

function merge(live: Json | undefined, config: Json | undefined, path: readonly string[]): Json | undefined {
  if (isFields(live) && isFields(config) && !isAtomicMap(path)) {
    const merged: Record<string, Json | undefined> = { ...live };
    for (const [name, value] of Object.entries(config)) merged[name] = merge(live[name], value, [...path, name]);
    return merged;
  }
  if (Array.isArray(live) && Array.isArray(config))
    return mergeLists(live as readonly Json[], config as readonly Json[], path);
  return config;
}

function mergeLists(live: readonly Json[], config: readonly Json[], path: readonly string[]): readonly Json[] {
  const rule = listRule(path);
  if (rule === "atomic") return config;
  const key = (item: Json): string => (rule === "set" ? JSON.stringify(item) : keyOfItem(item, rule.keys));
  const wanted = new Map(config.map((item) => [key(item), item]));
  const kept = live.map((item) => (wanted.has(key(item)) ? (merge(item, wanted.get(key(item)), path) as Json) : item));
  const known = new Set(live.map(key));
  return [...kept, ...[...wanted].filter(([name]) => !known.has(name)).map(([, item]) => item)];
}

/** A key may occur once only in what is applied; the merge would not know which one is meant. */
function checkKeysOnce(value: Json | undefined, path: readonly string[], at = ""): void {
  if (isFields(value))
    for (const [name, child] of Object.entries(value)) checkKeysOnce(child, [...path, name], `${at}.${name}`);
  if (!Array.isArray(value)) return;
  const rule = listRule(path);
  if (rule === "atomic" || rule === "set") return;
  const seen = new Set<string>();
  for (const item of value as readonly Json[]) {
    const key = keyOfItem(item, rule.keys);
    const printed = printPath(`k:${key}`);
    if (seen.has(key))
      throw new StatusError(
        500,
        "",
        `failed to create typed patch object: ${at}: duplicate entries for key ${printed}`,
      );
    seen.add(key);
    checkKeysOnce(item, path, at + printed);
  }
}

function conflictOf(conflicts: readonly { readonly entry: Owned; readonly path: FieldPath }[]): StatusError {
  const who = ({ manager, subresource, operation, apiVersion }: Owned): string =>
    `"${manager}"${subresource ? ` with subresource "${subresource}"` : ""}${operation === "Update" ? ` using ${apiVersion}` : ""}`;
  const owners = [...new Set(conflicts.map(({ entry }) => entry))];
  const lines = owners.map((entry) => {
    const paths = conflicts.filter((one) => one.entry === entry).map(({ path }) => printPath(path));
    if (paths.length === 1) return `conflict with ${who(entry)}: ${paths[0]}`;
    return [`conflicts with ${who(entry)}:`, ...paths.map((path) => `- ${path}`)].join("\n");
  });
  const count = conflicts.length === 1 ? "1 conflict" : `${conflicts.length} conflicts`;
  const causes = conflicts.map(({ entry, path }) => ({
    reason: "FieldManagerConflict",
    message: `conflict with ${who(entry)}`,
    field: printPath(path),
  }));
  return new StatusError(409, "Conflict", `Apply failed with ${count}: ${lines.join("\n")}`, { causes });
}
