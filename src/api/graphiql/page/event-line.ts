/**
 * One event as text. When the event before was about the same object (the same `id`, or both are lists), only what
 * changed, a line each: `progress.ready 1 → 2`.
 */
export function eventLine(before: unknown, now: unknown): string {
  const [previous, current] = [contentOf(before), contentOf(now)];
  const isSame = Array.isArray(current)
    ? Array.isArray(previous)
    : idOf(previous) !== undefined && idOf(previous) === idOf(current);
  return isSame ? changes(previous, current, "").join("\n") || "no change" : compact(current);
}

/** An event without its cursor, when one other field remains. */
function contentOf(event: unknown): unknown {
  if (!isObject(event) || !("cursor" in event)) return event;
  const [content, ...more] = Object.entries(event).filter(([key]) => key !== "cursor");
  return content && more.length === 0 ? content[1] : event;
}

function changes(before: unknown, now: unknown, path: string): string[] {
  if (!isObject(before) || !isObject(now)) {
    return Object.is(before, now) ? [] : [`${path} ${compact(before)} → ${compact(now)}`.trim()];
  }
  const [previous, current] = [byName(before), byName(now)];
  return [...new Set([...Object.keys(previous), ...Object.keys(current)])].flatMap((key) => {
    const inner = Array.isArray(now) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
    if (!(key in previous)) return [`+ ${inner} ${compact(current[key])}`];
    if (!(key in current)) return [`− ${inner}`];
    return changes(previous[key], current[key], inner);
  });
}

/** An array's items by their names or ids, so that a new first item does not make all others look changed. */
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
