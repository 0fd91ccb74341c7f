/**
 * One event, readable. After the first, of an object that stays the same one (it has the same `id`, or is a list),
 * only what changed, a line each: `progress.ready 1 → 2`.
 */
export function eventLine(before: unknown, now: unknown): string {
  const [then, told] = [contentOf(before), contentOf(now)];
  const isSame = Array.isArray(told) ? Array.isArray(then) : idOf(then) !== undefined && idOf(then) === idOf(told);
  return isSame ? changes(then, told, "").join("\n") || "no change" : compact(told);
}

/** What an event is about: the one thing beside its cursor. */
function contentOf(event: unknown): unknown {
  if (!isObject(event) || !("cursor" in event)) return event;
  const [content, ...more] = Object.entries(event).filter(([key]) => key !== "cursor");
  return content && more.length === 0 ? content[1] : event;
}

function changes(before: unknown, now: unknown, path: string): string[] {
  if (!isObject(before) || !isObject(now)) {
    return Object.is(before, now) ? [] : [`${path} ${compact(before)} → ${compact(now)}`.trim()];
  }
  const [old, new_] = [byName(before), byName(now)];
  return [...new Set([...Object.keys(old), ...Object.keys(new_)])].flatMap((key) => {
    const inner = Array.isArray(now) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
    if (!(key in old)) return [`+ ${inner} ${compact(new_[key])}`];
    if (!(key in new_)) return [`− ${inner}`];
    return changes(old[key], new_[key], inner);
  });
}

/** An array's items by what names them, so that one more in front does not look as if all had changed. */
function byName(value: object): Record<string, unknown> {
  if (!Array.isArray(value)) return value as Record<string, unknown>;
  return Object.fromEntries(
    value.map((item: unknown, index) => {
      const { name, id } = isObject(item) ? (item as { name?: string; id?: string }) : {};
      return [name ?? id ?? String(index), item];
    }),
  );
}

function compact(value: unknown): string {
  if (Array.isArray(value) && value.length > 1 && value.every(isObject)) return `${value.length} items`;
  if (Array.isArray(value)) return `[${value.map(compact).join(", ")}]`;
  if (typeof value === "string") return value;
  if (!isObject(value)) return JSON.stringify(value ?? null);
  return `{${Object.entries(value)
    .filter(([, inner]) => inner !== null)
    .map(([key, inner]) => `${key}: ${compact(inner)}`)
    .join(", ")}}`;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
const idOf = (value: unknown): unknown => (isObject(value) && "id" in value ? value.id : undefined);
