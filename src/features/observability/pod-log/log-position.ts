/**
 * A position in a container's log: after the line of the time `at` with the number `ordinal` (from 0) among those of
 * the same time. The time alone is not unique, because several lines may share a nanosecond. `marks` counts the markers
 * after that line.
 */
export interface LogPosition {
  readonly at: string;
  readonly ordinal: number;
  readonly marks: number;
}

const form = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z)~(-?\d{1,9})(?:~(\d{1,6}))?$/;

export const formatPosition = ({ at, ordinal, marks }: LogPosition): string =>
  `${at}~${ordinal}${marks > 0 ? `~${marks}` : ""}`;

/** The position that a cursor names, or undefined for an invalid cursor. */
export function parsePosition(text: string): LogPosition | undefined {
  const [, at, ordinal, marks = "0"] = form.exec(text) ?? [];
  if (at === undefined || Number.isNaN(Date.parse(at))) return undefined;
  return { at, ordinal: Number(ordinal), marks: Number(marks) };
}

export function comparePositions(a: LogPosition, b: LogPosition): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return a.ordinal - b.ordinal || a.marks - b.marks;
}

/** The position before all lines of this time or later, in whichever run. */
export const beginningOf = (time: Date): LogPosition => ({
  at: time.toISOString().replace("Z", "000000Z"),
  ordinal: -1,
  marks: 1,
});

/** The position after one more marker. */
export const marked = (position: LogPosition): LogPosition => ({ ...position, marks: position.marks + 1 });

/**
 * The `sinceTime` of the request that resumes at a position: the cluster only knows whole seconds. One second earlier,
 * because lines of stdout and stderr can be slightly out of order.
 */
export const readableFrom = (at: string): Date => new Date(Math.floor(Date.parse(at) / 1_000) * 1_000 - 1_000);

/**
 * Assigns positions to the lines of one read. Positions never go back: a line with an earlier time than the line before
 * counts with that line's time.
 */
export class PositionCounter {
  private at = "";
  private ordinal = 0;

  next(at: string): LogPosition {
    if (at > this.at) {
      this.at = at;
      this.ordinal = 0;
    } else this.ordinal++;
    return { at: this.at, ordinal: this.ordinal, marks: 0 };
  }
}
