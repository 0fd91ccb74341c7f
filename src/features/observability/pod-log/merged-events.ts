import type { LogEvent } from "./log-event.js";

/** Readers of a merged log are mostly in the same place; those who are not are few, or only for a moment. */
const keptCursors = 4;

/** Events of containers as a merged log shows them: with its own cursor, and the same object for all readers in the same place. */
export class MergedEvents {
  /** Gone with the event of the container. */
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
