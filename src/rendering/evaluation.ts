import { isList, type PlainValue } from "./plain-value.js";
import { RenderingError, type Place } from "./rendering-error.js";
import { holdsSealed } from "./sealed-text.js";
import { maxTextLength, opaqueFunctions, templateFunctions } from "./template-functions.js";
import { isBlock, isContent, isLiteral, isMustache, isPath, isSubExpression, placeOf } from "./template-source.js";
import type { TemplateSource } from "./template-source.js";

/** A part of the output, in order: text of the template, or a value that is yet to be written. */
export type Piece =
  | { readonly kind: "TEXT"; readonly text: string; readonly place: Place }
  | { readonly kind: "VALUE"; readonly value: PlainValue; readonly path: string; readonly place: Place };

/** Limits the cost of nested loops; the largest seed template takes less than a hundred steps. */
const maxSteps = 100_000;
/** Limits the memory of rendering, in characters: of the output, and of the results of functions. */
const maxMade = 2 * maxTextLength;

/**
 * The scope of a template at one point: the current value, the loop's position, named block values, and the outer
 * scope.
 */
interface Scope {
  readonly current: PlainValue;
  readonly loop: Readonly<Record<string, PlainValue>>;
  readonly named: ReadonlyMap<string, PlainValue>;
  readonly outer?: Scope;
  readonly outerLoop?: Scope;
}

/**
 * Runs a template's blocks on a view. Interpreted, not compiled by Handlebars: its strict mode accepts a missing field
 * in conditions and block values, and generated code could reach more than a template should.
 */
export function evaluate(source: TemplateSource, view: PlainValue): readonly Piece[] {
  return new Evaluation(source.name, view).run(source.program);
}

class Evaluation {
  private readonly pieces: Piece[] = [];
  private steps = 0;
  private written = 0;
  private made = 0;

  constructor(
    private readonly template: string,
    private readonly view: PlainValue,
  ) {}

  run(program: hbs.AST.Program): readonly Piece[] {
    this.program(program, { current: this.view, loop: {}, named: new Map() });
    return this.pieces;
  }

  private program(program: hbs.AST.Program | undefined, scope: Scope): void {
    for (const statement of program?.body ?? []) {
      const place = placeOf(this.template, statement);
      this.step(place);
      if (isContent(statement)) {
        this.piece({ kind: "TEXT", text: statement.value, place: textPlace(statement, place) }, statement.value.length);
      } else if (isMustache(statement)) this.write(statement, scope, place);
      else if (isBlock(statement)) this.block(statement, scope, place);
    }
  }

  private write(statement: hbs.AST.MustacheStatement, scope: Scope, place: Place): void {
    const path = isPath(statement.path) ? statement.path.original : statement.path.type;
    const value = statement.params.length > 0 ? this.call(statement, scope) : this.value(statement.path, scope);
    if (value === null) throw new RenderingError(place, `"${path}" is null here; guard it with {{#if ${path}}}.`);
    this.piece({ kind: "VALUE", value, path, place }, sizeOf(value));
  }

  private piece(piece: Piece, length: number): void {
    this.written += length;
    if (this.written > maxTextLength)
      throw new RenderingError(piece.place, `The output is longer than ${maxTextLength} characters. Make it shorter.`);
    this.pieces.push(piece);
  }

  private step(place: Place): void {
    if (++this.steps > maxSteps)
      throw new RenderingError(place, `Rendering took more than ${maxSteps} steps. Use fewer loops in loops.`);
  }

  private block(block: hbs.AST.BlockStatement, scope: Scope, place: Place): void {
    const subject = this.value(block.params[0]!, scope);
    const names = block.program?.blockParams ?? [];
    const isEmpty = !subject || (isList(subject) && subject.length === 0);
    switch (block.path.original) {
      case "if":
        return this.program(isEmpty ? block.inverse : block.program, scope);
      case "unless":
        return this.program(isEmpty ? block.program : block.inverse, scope);
      case "with":
        if (isEmpty) return this.program(block.inverse, scope);
        return this.program(block.program, { ...inner(scope, subject, names, [subject]), loop: scope.loop });
      default: {
        if (isEmpty) return this.program(block.inverse, scope);
        if (typeof subject !== "object") throw new RenderingError(place, "{{#each}} needs a list or an object.");
        const entries: [string | number, PlainValue][] = isList(subject)
          ? [...subject.entries()]
          : Object.entries(subject);
        for (const [index, [key, item]] of entries.entries()) {
          const loop = { index, key, first: index === 0, last: index === entries.length - 1 };
          this.program(block.program, { ...inner(scope, item, names, [item, key]), loop, outerLoop: scope });
        }
      }
    }
  }

  private value(expression: hbs.AST.Expression, scope: Scope): PlainValue {
    if (isSubExpression(expression)) return this.call(expression, scope);
    if (isPath(expression)) return this.lookUp(expression, scope);
    return isLiteral(expression) ? expression.value : null;
  }

  private call(call: hbs.AST.MustacheStatement | hbs.AST.SubExpression, scope: Scope): PlainValue {
    const name = (call.path as hbs.AST.PathExpression).original;
    const place = placeOf(this.template, call);
    const values = call.params.map((param) => {
      this.step(place);
      return this.value(param, scope);
    });
    if (!opaqueFunctions.has(name) && values.some(holdsSealed))
      throw new RenderingError(place, `${name} is given a secret: use it as it is, or with text or base64.`);
    try {
      const value = templateFunctions.get(name)!.compute(...values);
      if (typeof value === "string") this.made += value.length;
      if (this.made > maxMade)
        throw new RenderingError(place, `Functions made more than ${maxMade} characters. Call them less often.`);
      return value;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new RenderingError(place, `${name}: ${error.message}`, { cause: error });
    }
  }

  private lookUp(path: hbs.AST.PathExpression, scope: Scope): PlainValue {
    const place = placeOf(this.template, path);
    let from: Scope | undefined = scope;
    for (let depth = path.depth; depth > 0 && from; depth--) from = path.data ? from?.outerLoop : from?.outer;
    if (!from) throw new RenderingError(place, `"${path.original}" reaches out of the template.`);
    const [first = "", ...rest] = path.parts;
    const isNamed = !path.data && path.depth === 0 && !/^\.|^this\b/.test(path.original) && scope.named.has(first);
    if (isNamed) return this.walk(scope.named.get(first)!, rest, path, place);
    if (path.data && first === "root") return this.walk(this.view, rest, path, place);
    return this.walk(path.data ? from.loop : from.current, path.parts, path, place);
  }

  private walk(start: PlainValue, parts: readonly string[], path: hbs.AST.PathExpression, place: Place): PlainValue {
    let value = start;
    for (const [index, part] of parts.entries()) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) {
        const holder = index === 0 ? "here" : `in "${parts.slice(0, index).join(".")}"`;
        throw new RenderingError(place, `There is no field "${part}" ${holder} (${path.original}).`);
      }
      value = (value as Readonly<Record<string, PlainValue>>)[part]!;
    }
    return value;
  }
}

/** The minimum number of characters of a written value. */
const sizeOf = (value: PlainValue): number =>
  typeof value === "string" ? value.length : typeof value === "object" ? JSON.stringify(value).length : 1;

function inner(outer: Scope, current: PlainValue, names: readonly string[], values: readonly PlainValue[]) {
  const named = new Map(outer.named);
  names.forEach((name, index) => named.set(name, values[index] ?? null));
  return { current, named, outer, ...(outer.outerLoop && { outerLoop: outer.outerLoop }) };
}

/**
 * Where the text begins after the parser has removed the rest of a line that held only a block tag; it also removes
 * spaces at the end.
 */
function textPlace(content: hbs.AST.ContentStatement, place: Place): Place {
  const original = content.original as unknown as string;
  if (content.value === original || content.value === withoutBlankEnd(original)) return place;
  const cut = /^[ \t]*\r?\n?/.exec(original)![0];
  return cut.endsWith("\n")
    ? { ...place, line: place.line + 1, column: 1 }
    : { ...place, column: place.column + cut.length };
}

/** A regular expression would scan each blank of a long row again from the one before. */
function withoutBlankEnd(text: string): string {
  let end = text.length;
  while (text[end - 1] === " " || text[end - 1] === "\t") end--;
  return text.slice(0, end);
}
