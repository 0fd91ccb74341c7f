/**
 * A place in the log of a container: behind the line printed at `at` that is number `ordinal` of that moment, counted from 0.
 * Time alone names no line: several may share a nanosecond. `marks` counts the markers that were given behind that line.
 */
export interface LogPosition {
  readonly at: string;
  readonly ordinal: number;
  readonly marks: number;
}

const form = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z)~(-?\d{1,9})(?:~(\d{1,6}))?$/;

export const formatPosition = ({ at, ordinal, marks }: LogPosition): string =>
  `${at}~${ordinal}${marks > 0 ? `~${marks}` : ""}`;

/** The position that a cursor names, or undefined when it is none of ours. */
export function parsePosition(text: string): LogPosition | undefined {
  const [, at, ordinal, marks = "0"] = form.exec(text) ?? [];
  if (at === undefined || Number.isNaN(Date.parse(at))) return undefined;
  return { at, ordinal: Number(ordinal), marks: Number(marks) };
}

export function comparePositions(a: LogPosition, b: LogPosition): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return a.ordinal - b.ordinal || a.marks - b.marks;
}

/** The place in front of everything that was printed at a moment or later, in whichever run. */
export const beginningOf = (moment: Date): LogPosition => ({
  at: moment.toISOString().replace("Z", "000000Z"),
  ordinal: -1,
  marks: 1,
});

/** The place behind one more marker. */
export const marked = (position: LogPosition): LogPosition => ({ ...position, marks: position.marks + 1 });

/**
 * What to ask the cluster for to read on from a position: it knows whole seconds only. One second earlier still, because
 * lines of stdout and stderr can stand a little out of order.
 */
export const readableFrom = (at: string): Date => new Date(Math.floor(Date.parse(at) / 1_000) * 1_000 - 1_000);

/** Gives the lines of one reading their positions, which never go back: a line with an earlier time than the one before it counts to that one's moment. */
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
