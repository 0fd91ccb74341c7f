import { longTextStandIn } from "../../../streams/long-text.js";
import type { StreamEvent } from "../../../streams/stream-event.js";

export const BuildLogPieceKind = { TEXT: "TEXT", GAP: "GAP" } as const;
export type BuildLogPieceKind = keyof typeof BuildLogPieceKind;

/** A piece of a build's console, or the place where a piece is missing. Its cursor is its `endOffset` in decimal. */
export interface BuildLogPiece extends StreamEvent {
  readonly kind: BuildLogPieceKind;
  readonly buildId: string;
  /** Bytes of the console before this piece. */
  readonly offset: number;
  /** Empty where it is missing; the stand-in of `longText` where it is not. */
  readonly text: string;
  /** The offset after this piece, from which a reader resumes. */
  readonly endOffset: number;
}

/** The largest piece; it fits the send buffer of one connection. */
const pieceBytes = 48 * 1024;

/** A piece as it was stored. */
class TextPiece implements BuildLogPiece {
  readonly kind = BuildLogPieceKind.TEXT;
  readonly text = longTextStandIn;

  constructor(
    readonly buildId: string,
    readonly offset: number,
    readonly longText: Buffer,
  ) {}

  get cursor(): string {
    return String(this.endOffset);
  }

  get endOffset(): number {
    return this.offset + this.longText.length;
  }
}

/** The pieces of these bytes, never cut inside a UTF-8 sequence. */
export function splitIntoPieces(buildId: string, offset: number, bytes: Buffer): BuildLogPiece[] {
  const pieces: BuildLogPiece[] = [];
  for (let from = 0, end = 0; from < bytes.length; from = end) {
    end = Math.min(from + pieceBytes, bytes.length);
    for (let back = 0; back < 3 && end < bytes.length && (bytes[end]! & 0xc0) === 0x80; back++) end--;
    pieces.push(new TextPiece(buildId, offset + from, bytes.subarray(from, end)));
  }
  return pieces;
}

/** The gap event for a range that was removed. */
export const gapPiece = (buildId: string, offset: number, endOffset: number): BuildLogPiece => ({
  cursor: String(endOffset),
  kind: BuildLogPieceKind.GAP,
  buildId,
  offset,
  text: "",
  endOffset,
});

/** About how much memory a piece takes, together with the payload that is made of it. */
export const memoryOf = ({ kind, offset, endOffset }: BuildLogPiece): number =>
  kind === BuildLogPieceKind.TEXT ? 500 + 2 * (endOffset - offset) : 500;
