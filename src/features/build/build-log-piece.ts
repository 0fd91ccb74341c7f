import type { StreamEvent } from "../../streams/stream-event.js";

export const BuildLogPieceKind = { TEXT: "TEXT", GAP: "GAP" } as const;
export type BuildLogPieceKind = keyof typeof BuildLogPieceKind;

/** A piece of a build's console, or the place where a piece is missing. Its cursor is its `endOffset` in decimal. */
export interface BuildLogPiece extends StreamEvent {
  readonly kind: BuildLogPieceKind;
  readonly buildId: string;
  /** Bytes of the console before this piece. */
  readonly offset: number;
  /** Empty where it is missing. */
  readonly text: string;
  /** Bytes of the console up to the end of this piece: where to go on. */
  readonly endOffset: number;
}

/** A piece is small enough for its text to be short-lived memory (V8 keeps what is larger than 128 KiB apart, and longer). */
const pieceBytes = 48 * 1024;

/** The pieces of these bytes, never cut inside a UTF-8 sequence. */
export function cut(buildId: string, offset: number, bytes: Buffer): BuildLogPiece[] {
  const pieces: BuildLogPiece[] = [];
  for (let from = 0, end = 0; from < bytes.length; from = end) {
    end = Math.min(from + pieceBytes, bytes.length);
    for (let back = 0; back < 3 && end < bytes.length && (bytes[end]! & 0xc0) === 0x80; back++) end--;
    const endOffset = offset + end;
    const text = bytes.toString("utf8", from, end);
    pieces.push({ cursor: String(endOffset), kind: "TEXT", buildId, offset: offset + from, text, endOffset });
  }
  return pieces;
}

/** What stood between these offsets was removed. */
export const gap = (buildId: string, offset: number, endOffset: number): BuildLogPiece => ({
  cursor: String(endOffset),
  kind: "GAP",
  buildId,
  offset,
  text: "",
  endOffset,
});

/** About how much memory a piece takes: V8 has two bytes for each character of a text that has any beyond Latin 1. */
export const weightOf = ({ text }: BuildLogPiece): number =>
  // oxlint-disable-next-line no-control-regex
  200 + text.length * (/[^\u0000-\u00ff]/.test(text) ? 2 : 1);
