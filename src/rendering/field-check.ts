import { closestMatch } from "leven";
import { RenderingError } from "./rendering-error.js";
import type { CompiledTemplate } from "./template.js";
import type { FieldUse } from "./template-fields.js";

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
export function checkFields(template: CompiledTemplate, shape: ViewShape): void {
  for (const use of template.fields) new Walk(use).through(shape);
}

/** The path of one field, followed through the possible shapes. */
class Walk {
  private known = "";

  constructor(private readonly use: FieldUse) {}

  through(shape: ViewShape): void {
    let here = alternatives(shape);
    for (const segment of this.use.path.split(".")) {
      const name = segment.replace(/(?:\[\])+$/, "");
      here = this.step(here, name);
      for (let loops = (segment.length - name.length) / 2; loops > 0; loops--) here = this.loop(here);
    }
  }

  private step(here: readonly ViewShape[], name: string): readonly ViewShape[] {
    const found = here.flatMap(({ properties, items }) => {
      if (properties && Object.hasOwn(properties, name)) return alternatives(properties[name]!);
      return items && /^\d+$/.test(name) ? alternatives(items) : [];
    });
    if (found.length === 0) this.refuse(this.missing(here, name));
    this.known = this.known === "" ? name : `${this.known}.${name}`;
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

  private missing(here: readonly ViewShape[], name: string): string {
    const holder = this.known === "" ? "" : ` in "${this.known}"`;
    const names = [...new Set(here.flatMap(({ properties }) => Object.keys(properties ?? {})))];
    if (names.length === 0) {
      if (here.some(({ properties }) => properties)) return `There is no field "${name}"${holder}, and no other yet.`;
      return here.some(({ items }) => items)
        ? `"${this.known}" is a list: go through it with {{#each}}, or name a place in it.`
        : `"${this.known}" is one value and holds no "${name}".`;
    }
    const near = closestMatch(name, names, { maxDistance: nearLetters });
    return `There is no field "${name}"${holder}; ${near === undefined ? `there are ${names.join(", ")}` : `did you mean "${near}"?`}`;
  }

  private refuse(problem: string): never {
    throw new RenderingError(this.use.place, problem);
  }
}

/** The possible shapes of a value, except null. */
const alternatives = (shape: ViewShape): readonly ViewShape[] =>
  (shape.anyOf?.flatMap(alternatives) ?? [shape]).filter(({ type }) => type !== "null");
