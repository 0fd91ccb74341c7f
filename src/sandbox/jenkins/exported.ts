import { oops, Refused } from "./answer.js";

type Value = Exported | readonly Value[] | string | number | boolean | null;
type Lazy = Value | (() => Value);

/**
 * An object of Jenkins' remote API. `visibility` is the depth to which a field is shown by default: 1 only on the
 * requested object, 2 also on its children, 3 also on theirs, 0 only when `tree` names it.
 */
export interface Exported {
  readonly type: string;
  readonly visibility: number;
  readonly fields: Readonly<Record<string, Lazy>>;
  readonly exceptions: Readonly<Record<string, number>>;
}

export function exported(
  type: string,
  visibility: number,
  fields: Exported["fields"],
  exceptions: Exported["exceptions"] = {},
): Exported {
  return { type, visibility, fields, exceptions };
}

/** What Jenkins prints for an object that is not part of its remote API. */
export const unexported: Exported = exported("", 1, {});

/** The JSON of the object under `tree` or `depth`. */
export function toJson(object: Exported, query: URLSearchParams): string {
  const tree = query.get("tree");
  const depth = query.get("depth") ?? "0";
  if (tree === null && !/^-?\d+$/.test(depth)) throw new Refused(oops(`For input string: "${depth}"`));
  const pruner = tree === null ? byDepth(1 - Number(depth)) : byName(parseTree(tree));
  const json = JSON.stringify(shown(object, pruner), null, query.has("pretty") ? 2 : undefined);
  return json.replace(/[\ud800-\udfff]/g, (half) => `\\u${half.charCodeAt(0).toString(16)}`);
}

/** Whether a field is shown, and how its own fields are selected. */
type Pruner = (name: string, visibility: number) => { readonly inside: Pruner; readonly range?: Range } | undefined;

function byDepth(level: number): Pruner {
  return (_name, visibility) => (visibility >= Math.max(level, 1) ? { inside: byDepth(level + 1) } : undefined);
}

function byName(tree: Tree): Pruner {
  return (name) => {
    const branch = tree.get(name) ?? tree.get("*");
    return branch && { inside: byName(branch.children), ...(branch.range && { range: branch.range }) };
  };
}

function shown(value: Value, pruner: Pruner, range?: Range): unknown {
  if (Array.isArray(value)) return value.slice(...(range ?? [])).map((element: Value) => shown(element, pruner));
  if (typeof value !== "object" || value === null) return value;
  const { type, visibility, fields, exceptions } = value as Exported;
  const result: Record<string, unknown> = type === "" ? {} : { _class: type };
  for (const [name, field] of Object.entries(fields)) {
    const place = pruner(name, exceptions[name] ?? visibility);
    if (place) result[name] = shown(typeof field === "function" ? field() : field, place.inside, place.range);
  }
  return result;
}

type Range = [from: number, to?: number];
type Tree = Map<string, { children: Tree; range?: Range }>;

/** Reads `name,name[child,…]{from,to}`; `{n}` is the one element n. Anything else is the 500 of an uncaught exception. */
function parseTree(text: string): Tree {
  let at = 0;
  const malformed = () => new Refused(oops(`Failed to parse tree: ${text} at ${at}`));
  const eat = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at += match[0].length;
    return match ?? undefined;
  };
  const list = (): Tree => {
    const tree: Tree = new Map();
    do {
      const name = eat(/\s*([^\s,[\]{}]+)\s*/y)?.[1];
      if (name === undefined) throw malformed();
      let children: Tree = new Map();
      if (eat(/\[/y)) {
        children = list();
        if (!eat(/\]\s*/y)) throw malformed();
      }
      const range = eat(/\{(\d*)(,?)(\d*)\}\s*/y);
      tree.set(name, { children, ...(range && { range: toRange(range) }) });
    } while (eat(/,/y));
    return tree;
  };
  const tree = list();
  if (at !== text.length) throw malformed();
  return tree;
}

function toRange([, from = "", comma, to = ""]: RegExpExecArray): Range {
  if (comma === "") return [Number(from), Number(from) + 1];
  return to === "" ? [Number(from)] : [Number(from), Number(to)];
}
