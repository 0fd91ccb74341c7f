import type { Piece } from "./evaluation.js";
import type { Place } from "./rendering-error.js";

/** A value to be written, and its place in the template. */
export type Placed = Extract<Piece, { kind: "VALUE" }>;

/** A text that knows where in the template each of its characters comes from. */
export class Layout {
  readonly text: string;
  private readonly starts: readonly { readonly offset: number; readonly piece: Piece }[];

  constructor(
    protected readonly template: string,
    protected readonly pieces: readonly Piece[],
    write: (placed: Placed, index: number) => string,
  ) {
    const starts: { offset: number; piece: Piece }[] = [];
    let text = "";
    let index = 0;
    for (const piece of pieces) {
      starts.push({ offset: text.length, piece });
      text += piece.kind === "TEXT" ? piece.text : write(piece, index++);
    }
    this.text = text;
    this.starts = starts;
  }

  placeAt(offset: number): Place {
    const start = this.starts.findLast((candidate) => candidate.offset <= offset);
    if (!start) return { template: this.template, line: 1, column: 1 };
    const { piece } = start;
    if (piece.kind === "VALUE") return piece.place;
    const before = piece.text.slice(0, offset - start.offset).split("\n");
    const column = before.at(-1)!.length + (before.length === 1 ? piece.place.column : 1);
    return { ...piece.place, line: piece.place.line + before.length - 1, column };
  }
}

/**
 * The output with a harmless mark in place of every value. It is parsed instead of the output: without values in it, no
 * value can change its structure, and a mark that is one whole scalar proves that its value will be one.
 */
export class Skeleton extends Layout {
  constructor(template: string, pieces: readonly Piece[]) {
    super(template, pieces, (_placed, index) => `\ue000${index}\ue001`);
  }

  get values(): readonly Placed[] {
    return this.pieces.filter((piece) => piece.kind === "VALUE");
  }

  /** The output: every value as `write` writes it. */
  fill(write: (placed: Placed, index: number) => string): Layout {
    return new Layout(this.template, this.pieces, write);
  }
}

/** The index of the value whose mark is this whole text. */
export function markIndex(text: string): number | undefined {
  const match = /^\ue000(\d+)\ue001$/.exec(text);
  return match ? Number(match[1]) : undefined;
}

/** The indexes of all values whose marks are in this text. */
export const marksIn = (text: string): readonly number[] =>
  [...text.matchAll(/\ue000(\d+)\ue001/g)].map((match) => Number(match[1]));
