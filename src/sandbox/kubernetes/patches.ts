import { type Json, isFields, same } from "./kube-object.js";
import { keyOfItem, listRule } from "./merge-rules.js";
import { StatusError } from "./status-error.js";

/** RFC 7386: maps merge, null removes, anything else replaces. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isFields(patch)) return patch;
  const merged: Record<string, Json | undefined> = isFields(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = mergePatch(merged[name], value as Json);
  }
  return merged;
}

/** Kubernetes' own patch: as a merge patch, but lists with a key merge item by item and `$patch` may delete or replace. */
export function strategicMergePatch(target: Json | undefined, patch: Json, path: readonly string[] = []): Json {
  if (Array.isArray(patch))
    return strategicLists(Array.isArray(target) ? (target as readonly Json[]) : [], patch as readonly Json[], path);
  if (!isFields(patch)) return patch;
  const { $patch: directive, ...fields } = patch;
  if (directive === "replace") return fields;
  if (directive === "delete") return {};
  const merged: Record<string, Json | undefined> = isFields(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(fields)) {
    if (name.startsWith("$setElementOrder/") || name.startsWith("$retainKeys")) continue;
    if (value === null) delete merged[name];
    else merged[name] = strategicMergePatch(merged[name], value as Json, [...path, name]);
  }
  return merged;
}

function strategicLists(target: readonly Json[], patch: readonly Json[], path: readonly string[]): Json {
  const rule = listRule(path);
  if (rule === "set") return [...new Set([...target, ...patch])];
  if (rule === "atomic") return patch;
  if (patch.some((item) => isFields(item) && item["$patch"] === "replace"))
    return patch.filter((item) => isFields(item) && item["$patch"] === undefined);
  const merged = new Map(target.map((item) => [keyOfItem(item, rule.keys), item]));
  for (const item of patch) {
    const key = keyOfItem(item, rule.keys);
    if (isFields(item) && item["$patch"] === "delete") merged.delete(key);
    else merged.set(key, strategicMergePatch(merged.get(key), item, path));
  }
  return [...merged.values()];
}

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: Json;
}

const rejected = (): StatusError =>
  new StatusError(422, "Invalid", "the server rejected our request due to an error in our request", {});

/** RFC 6902, all or nothing. */
export function jsonPatch(target: Json, operations: readonly Operation[]): Json {
  return operations.reduce((document, { op, path, from, value }) => {
    const to = pointer(path);
    switch (op) {
      case "add":
        return edit(document, to, () => value ?? null, true);
      case "replace":
        return edit(document, to, (old) => (old === undefined ? fail() : (value ?? null)), false);
      case "remove":
        return edit(document, to, (old) => (old === undefined ? fail() : undefined), false);
      case "test":
        return same(at(document, to), value) ? document : fail();
      case "copy":
        return edit(document, to, () => at(document, pointer(from ?? "")) ?? fail(), true);
      case "move": {
        const moved = at(document, pointer(from ?? "")) ?? fail();
        return edit(
          edit(document, pointer(from ?? ""), () => undefined, false),
          to,
          () => moved,
          true,
        );
      }
      default:
        return fail();
    }
  }, target);
}

const pointer = (path: string): string[] =>
  path
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));

function fail(): never {
  throw rejected();
}

const at = (document: Json | undefined, path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>(
    (node, part) =>
      Array.isArray(node) ? (node as readonly Json[])[Number(part)] : isFields(node) ? node[part] : undefined,
    document,
  );

function edit(
  node: Json,
  path: readonly string[],
  change: (old: Json | undefined) => Json | undefined,
  insert: boolean,
): Json {
  const [part, ...rest] = path;
  if (part === undefined) return change(node) ?? fail();
  if (Array.isArray(node)) {
    const list = [...(node as readonly Json[])];
    const index = part === "-" ? list.length : Number(part);
    if (!Number.isInteger(index) || index < 0 || index > list.length) fail();
    if (rest.length > 0) list[index] = edit(list[index] ?? fail(), rest, change, insert);
    else {
      const value = change(insert ? null : list[index]);
      list.splice(index, insert ? 0 : 1, ...(value === undefined ? [] : [value]));
    }
    return list;
  }
  if (!isFields(node)) fail();
  const child = node[part];
  const value = rest.length === 0 ? change(child) : edit(child ?? fail(), rest, change, insert);
  const { [part]: _old, ...others } = node;
  return value === undefined ? others : { ...node, [part]: value };
}
