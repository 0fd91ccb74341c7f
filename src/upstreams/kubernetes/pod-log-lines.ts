import type { PodLogLine } from "../cluster.js";

/** A longer line is delivered in pieces of this many bytes, to bound memory. */
export const pieceBytes = 64 * 1024;

const lineEnd = 0x0a;
const space = 0x20;
/** Longer than any timestamp: a line without a space by then has none. */
const longestTime = 40;

/**
 * Splits the bytes of a log with timestamps into lines. A chunk may end anywhere, also inside a UTF-8 sequence; long
 * lines are cut by their bytes alone, so every read gives the same pieces.
 */
export class PodLogLines {
  private held: Buffer[] = [];
  private pendingBytes = 0;
  /** The time of the present line; undefined at its start. */
  private at: string | undefined;
  private lastAt: string | undefined;

  *push(chunk: Uint8Array): Generator<PodLogLine> {
    // A copy, so that a few bytes do not keep the socket's whole buffer.
    this.held.push(Buffer.from(chunk));
    this.pendingBytes += chunk.length;
    if (this.pendingBytes <= pieceBytes && !chunk.includes(lineEnd)) return;
    let rest: Buffer = Buffer.concat(this.held);
    for (let end = rest.indexOf(lineEnd); end >= 0; end = rest.indexOf(lineEnd)) {
      yield* this.pieces(rest.subarray(0, end), true);
      this.at = undefined;
      rest = rest.subarray(end + 1);
    }
    rest = yield* this.pieces(rest, false);
    this.held = [Buffer.from(rest)];
    this.pendingBytes = rest.length;
  }

  /** The text after the last line end. */
  rest(): PodLogLine | undefined {
    if (this.at === undefined && this.pendingBytes === 0) return undefined;
    const [line] = this.pieces(Buffer.concat(this.held), true);
    return line;
  }

  /** Delivers the complete pieces of a line; returns the bytes that may still grow. */
  private *pieces(bytes: Buffer, whole: boolean): Generator<PodLogLine, Buffer> {
    let text = bytes;
    if (this.at === undefined) {
      const end = bytes.subarray(0, longestTime).indexOf(space);
      if (end < 0 && !whole && bytes.length < longestTime) return bytes;
      const at = normalTime(bytes.subarray(0, end < 0 ? bytes.length : end).toString("latin1"));
      // The kubelet's own messages have no time: they get the time of the line that they interrupt.
      this.at = at ?? this.lastAt ?? "1970-01-01T00:00:00.000000000Z";
      this.lastAt = this.at;
      if (at !== undefined) text = bytes.subarray(end < 0 ? bytes.length : end + 1);
    }
    while (text.length > pieceBytes) {
      const end = boundaryBefore(text, pieceBytes);
      yield { at: this.at, text: text.toString("utf8", 0, end), continues: true };
      text = text.subarray(end);
    }
    if (!whole) return text;
    yield { at: this.at, text: text.toString("utf8"), continues: false };
    return Buffer.alloc(0);
  }
}

/** Where to cut a text at or shortly before `end` without dividing a character. */
function boundaryBefore(text: Buffer, end: number): number {
  for (let at = end; at > end - 4; at--) if ((text[at]! & 0xc0) !== 0x80) return at;
  return end;
}

/** A time as Kubernetes prints it (depending on its version and the node's time zone), in UTC with nine decimals. */
export function normalTime(text: string): string | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (!match) return undefined;
  const [, seconds, fraction = "", zone] = match;
  const inUtc = zone === "Z" ? seconds! : new Date(`${seconds}${zone}`).toISOString().slice(0, 19);
  return `${inUtc}.${fraction.padEnd(9, "0")}Z`;
}
