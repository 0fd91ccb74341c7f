import { type Fields, type Json, isFields } from "./kube-object.js";
import { isAtomicMap, keyOfItem, listRule } from "./merge-rules.js";

/** A path through an object in `fieldsV1` steps (`f:spec`, `k:{"name":"c"}`, `v:"x"`), joined so that it can be a key. */
export type FieldPath = string;

const separator = "\u0000";
/** Stands for "this map or list item exists", whatever it holds. */
const exists = Symbol("exists");

const steps = (path: FieldPath): string[] => path.split(separator);
export const isUnder = (path: FieldPath, ancestor: FieldPath): boolean => path.startsWith(ancestor + separator);

/** Whether the path is one of the fields by which a list item is known; an item that stays keeps them. */
export function isKeyField(path: FieldPath): boolean {
  const [item = "", field = ""] = steps(path).slice(-2);
  return item.startsWith("k:") && field.slice(2) in (JSON.parse(item.slice(2)) as Fields);
}

/** What nobody owns: the server sets it, or it is the object's identity. */
const unowned = new Set([
  "f:apiVersion",
  "f:kind",
  ...[
    "name",
    "namespace",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "managedFields",
  ].map((field) => `f:metadata${separator}f:${field}`),
]);
/** Structs, which are there even when empty; any other map is something that someone must have put there. */
const structs = new Set(["metadata", "spec", "status", "template", "jobTemplate", "strategy", "source"]);

/** Every owned path with its value. `parents` adds the maps and lists around them, which an update owns when it adds them. */
export function flatten(object: Fields, parents = false): Map<FieldPath, unknown> {
  const found = new Map<FieldPath, unknown>();
  const visit = (value: Json | undefined, path: string, names: readonly string[]): void => {
    if (value === undefined || value === null || unowned.has(path)) return;
    if (Array.isArray(value)) visitList(value as readonly Json[], path, names);
    else if (
      isFields(value) &&
      !isAtomicMap(names) &&
      (Object.keys(value).length > 0 || structs.has(names.at(-1) ?? ""))
    ) {
      if (parents && !structs.has(names.at(-1) ?? "")) found.set(path, exists);
      visitFields(value, path, names);
    } else found.set(path, value);
  };
  const visitFields = (fields: Fields, path: string, names: readonly string[]): void => {
    for (const [name, value] of Object.entries(fields))
      visit(value, path === "" ? `f:${name}` : `${path}${separator}f:${name}`, [...names, name]);
  };
  const visitList = (list: readonly Json[], path: string, names: readonly string[]): void => {
    const rule = listRule(names);
    if (rule === "atomic" || list.length === 0) {
      found.set(path, list);
      return;
    }
    if (parents) found.set(path, exists);
    for (const item of list) {
      const itemPath = `${path}${separator}${rule === "set" ? `v:${JSON.stringify(item)}` : `k:${keyOfItem(item, rule.keys)}`}`;
      found.set(itemPath, exists);
      if (rule !== "set") visitFields(item as Fields, itemPath, names);
    }
  };
  visitFields(object, "", []);
  return found;
}

/** The set as `fieldsV1` writes it: a tree, in which "." marks a node that is itself a member. */
export function toTree(paths: Iterable<FieldPath>): Fields {
  type Tree = { [step: string]: Tree };
  const root: Tree = {};
  const members = new Set(paths);
  for (const path of [...members].sort()) {
    let node = root;
    for (const step of steps(path)) node = node[step] ??= {};
  }
  const mark = (node: Tree, path: string): void => {
    for (const [step, child] of Object.entries(node)) mark(child, path === "" ? step : path + separator + step);
    if (members.has(path) && Object.keys(node).length > 0) node["."] = {};
  };
  mark(root, "");
  return root;
}

export function fromTree(tree: Fields): Set<FieldPath> {
  const paths = new Set<FieldPath>();
  const visit = (node: Fields, path: string): void => {
    const entries = Object.entries(node);
    if (entries.length === 0 && path !== "") paths.add(path);
    for (const [step, child] of entries) {
      if (step === ".") paths.add(path);
      else visit(child as Fields, path === "" ? step : path + separator + step);
    }
  };
  visit(tree, "");
  return paths;
}

/** The path as messages show it: `.spec.containers[name="c"].image`. */
export function printPath(path: FieldPath): string {
  return steps(path)
    .map((step) => {
      const text = step.slice(2);
      if (step.startsWith("f:")) return `.${text}`;
      if (step.startsWith("v:")) return `[=${text}]`;
      return `[${Object.entries(JSON.parse(text) as Fields)
        .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
        .join(",")}]`;
    })
    .join("");
}

/** The object without what is at the path; a map or list that this leaves empty goes too, unless it is in `keep`. */
export function removePath<T extends Json | Fields>(value: T, path: FieldPath, keep: ReadonlySet<FieldPath>): T {
  const remove = (
    node: Json | undefined,
    rest: readonly string[],
    names: readonly string[],
    at: string,
  ): Json | undefined => {
    const [step, ...more] = rest as [string, ...string[]];
    const here = at === "" ? step : at + separator + step;
    const emptied = (after: Json | undefined): boolean =>
      more.length > 0 &&
      !keep.has(here) &&
      (Array.isArray(after) ? after.length === 0 : isFields(after) && Object.keys(after).length === 0);
    if (Array.isArray(node)) {
      const rule = listRule(names);
      const isIt = (item: Json): boolean =>
        (rule === "set" ? `v:${JSON.stringify(item)}` : rule === "atomic" ? "" : `k:${keyOfItem(item, rule.keys)}`) ===
        step;
      return (node as readonly Json[]).flatMap((item) =>
        isIt(item) ? (more.length === 0 ? [] : [remove(item, more, names, here) as Json]) : [item],
      );
    }
    const name = step.slice(2);
    if (!isFields(node) || node[name] === undefined) return node;
    const after = more.length === 0 ? undefined : remove(node[name], more, [...names, name], here);
    const { [name]: _removed, ...others } = node;
    return after === undefined || emptied(after) ? others : { ...node, [name]: after };
  };
  return remove(value, steps(path), [], "") as T;
}
