import type { Piece } from "./evaluation.js";
import type { PlainValue } from "./plain-value.js";
import type { Place } from "./rendering-error.js";

/** A value and where in the template it is written. */
export interface Placed {
  readonly value: PlainValue;
  readonly word: string;
  readonly place: Place;
}

/**
 * The output with a harmless mark in place of every value. It is parsed instead of the output: since no value
 * is in it, no value can have shaped its structure, and a mark found as one whole scalar proves its value will be one.
 */
export class Skeleton {
  readonly text: string;
  readonly values: readonly Placed[];
  private readonly starts: readonly { readonly offset: number; readonly piece: Piece }[];

  constructor(
    pieces: readonly Piece[],
    private readonly template: string,
  ) {
    const values: Placed[] = [];
    const starts: { offset: number; piece: Piece }[] = [];
    let text = "";
    for (const piece of pieces) {
      starts.push({ offset: text.length, piece });
      text += piece.kind === "TEXT" ? piece.text : mark(values.push(piece) - 1);
    }
    this.text = text;
    this.values = values;
    this.starts = starts;
  }

  /** The output: every mark replaced by what `write` makes of its value. */
  fill(write: (placed: Placed, index: number) => string): string {
    return this.text.replace(anyMark, (_mark, index: string) => write(this.values[Number(index)]!, Number(index)));
  }

  /** The place in the template that a character of the skeleton comes from. */
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

/** The index of the value that this text, as a whole, stands for. */
export function markIndex(text: string): number | undefined {
  const match = wholeMark.exec(text);
  return match ? Number(match[1]) : undefined;
}

/** The indexes of all values that stand in this text. */
export const marksIn = (text: string): readonly number[] =>
  [...text.matchAll(anyMark)].map((match) => Number(match[1]));

const mark = (index: number): string => `\ue000${index}\ue001`;
const anyMark = /\ue000(\d+)\ue001/g;
const wholeMark = /^\ue000(\d+)\ue001$/;
