import type { LogEvent } from "./log-event.js";

/** Most readers of a merged log are at the same position; few others exist, or only briefly. */
const keptCursors = 4;

/**
 * Events as a merged log shows them: with its own cursor, and one shared object for all readers at the same position.
 */
export class MergedEvents {
  /** Released with the container's event. */
  private readonly shown = new WeakMap<LogEvent, readonly LogEvent[]>();

  of(event: LogEvent, cursor: string): LogEvent {
    const shown = this.shown.get(event) ?? [];
    const known = shown.find((each) => each.cursor === cursor);
    if (known) return known;
    const merged = { ...event, cursor };
    this.shown.set(event, [merged, ...shown.slice(0, keptCursors - 1)]);
    return merged;
  }
}
