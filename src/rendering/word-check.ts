import { closestMatch } from "leven";
import { RenderingError } from "./rendering-error.js";
import type { CompiledTemplate } from "./template.js";
import type { WordUse } from "./template-words.js";

/** The shape of a view: the part of JSON Schema that says which fields exist. */
export interface ViewShape {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, ViewShape>>;
  readonly items?: ViewShape;
  readonly anyOf?: readonly ViewShape[];
}

/** A field whose name differs in at most this many letters is suggested. */
const nearLetters = 4;

/** Refuses the first field that no view of this shape can have, and a loop over a value that is no list. */
export function checkWords(template: CompiledTemplate, shape: ViewShape): void {
  for (const use of template.words) new Walk(use).through(shape);
}

/** The path of one field, followed through the possible shapes. */
class Walk {
  private known = "";

  constructor(private readonly use: WordUse) {}

  through(shape: ViewShape): void {
    let here = alternatives(shape);
    for (const segment of this.use.word.split(".")) {
      const word = segment.replace(/(?:\[\])+$/, "");
      here = this.step(here, word);
      for (let loops = (segment.length - word.length) / 2; loops > 0; loops--) here = this.loop(here);
    }
  }

  private step(here: readonly ViewShape[], word: string): readonly ViewShape[] {
    const found = here.flatMap(({ properties, items }) => {
      if (properties && Object.hasOwn(properties, word)) return alternatives(properties[word]!);
      return items && /^\d+$/.test(word) ? alternatives(items) : [];
    });
    if (found.length === 0) this.refuse(this.missing(here, word));
    this.known = this.known === "" ? word : `${this.known}.${word}`;
    return found;
  }

  private loop(here: readonly ViewShape[]): readonly ViewShape[] {
    const found = here.flatMap(({ items, properties }) => [
      ...(items ? [items] : []),
      ...Object.values(properties ?? {}),
    ]);
    if (found.length === 0) this.refuse(`"${this.known}" is no list, so there is nothing to go through.`);
    this.known += "[]";
    return found.flatMap(alternatives);
  }

  private missing(here: readonly ViewShape[], word: string): string {
    const holder = this.known === "" ? "" : ` in "${this.known}"`;
    const words = [...new Set(here.flatMap(({ properties }) => Object.keys(properties ?? {})))];
    if (words.length === 0) {
      if (here.some(({ properties }) => properties)) return `There is no word "${word}"${holder}, and no other yet.`;
      return here.some(({ items }) => items)
        ? `"${this.known}" is a list: go through it with {{#each}}, or name a place in it.`
        : `"${this.known}" is one value and holds no "${word}".`;
    }
    const near = closestMatch(word, words, { maxDistance: nearLetters });
    return `There is no word "${word}"${holder}; ${near === undefined ? `there are ${words.join(", ")}` : `did you mean "${near}"?`}`;
  }

  private refuse(problem: string): never {
    throw new RenderingError(this.use.place, problem);
  }
}

/** The possible shapes of a value, except null. */
const alternatives = (shape: ViewShape): readonly ViewShape[] =>
  (shape.anyOf?.flatMap(alternatives) ?? [shape]).filter(({ type }) => type !== "null");
