import Handlebars from "handlebars";
import { RenderingError, type Place } from "./rendering-error.js";
import { tooDeep, tooDeepAt } from "./source-depth.js";
import { templateFunctions } from "./template-functions.js";

/** A tag that writes a value. */
export interface Slot {
  readonly statement: hbs.AST.MustacheStatement;
  /** The last line of the outermost block around it, or its own last line. */
  readonly outermostEndLine: number;
}

/** A template's syntax tree, which uses only what the evaluator supports. */
export interface TemplateSource {
  readonly name: string;
  readonly text: string;
  readonly program: hbs.AST.Program;
  readonly slots: readonly Slot[];
}

const maxSourceLength = 256 * 1024;
/** A check of markup reads the text before each value again. The largest seed has 40. */
const maxValues = 1_000;
/** The maximum length of a path, which error messages quote. */
const maxPathLength = 200;
const blocks = new Set(["if", "unless", "each", "with"]);
const data = new Set(["root", "index", "key", "first", "last"]);
/** The marks of values while the structure of the output is checked; see Skeleton. */
const reserved = /[\ue000\ue001]/;

/** Parses a template; throws a RenderingError at the first construct that is not allowed. */
export function parseSource(name: string, text: string): TemplateSource {
  const start = { template: name, line: 1, column: 1 };
  if (text.length > maxSourceLength)
    throw new RenderingError(start, "A template has at most 256 KiB. Make it shorter, or split it up.");
  if (reserved.test(text)) throw new RenderingError(start, "The characters U+E000 and U+E001 are reserved.");
  const slots: Slot[] = [];
  const deep = tooDeepAt(text);
  if (deep !== undefined) {
    const before = text.slice(0, deep).split("\n");
    throw new RenderingError({ template: name, line: before.length, column: before.at(-1)!.length + 1 }, tooDeep);
  }
  const program = parse(name, text);
  checkProgram(program, name, slots);
  if (slots.length > maxValues)
    throw new RenderingError(start, `A template writes at most ${maxValues} values, each {{field}} counted once.`);
  return { name, text, program, slots };
}

/** The place of a node. */
export const placeOf = (template: string, node: hbs.AST.Node): Place => ({
  template,
  line: node.loc.start.line,
  column: node.loc.start.column + 1,
});

function parse(name: string, text: string): hbs.AST.Program {
  try {
    return Handlebars.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const line = Number(/^Parse error on line (\d+)/.exec(message)?.[1] ?? /- (\d+):\d+$/.exec(message)?.[1] ?? 1);
    const column = Number(/- \d+:(\d+)$/.exec(message)?.[1] ?? 0) + 1;
    throw new RenderingError(
      { template: name, line, column },
      message.replace(/ - \d+:\d+$/, "").replaceAll("\n", " "),
      { cause: error },
    );
  }
}

function checkProgram(program: hbs.AST.Program, name: string, slots: Slot[], outermostEndLine?: number): void {
  for (const statement of program.body) {
    const refuse = (problem: string): never => {
      throw new RenderingError(placeOf(name, statement), problem);
    };
    if (isMustache(statement)) {
      if (!statement.escaped) refuse("Values are always written safely: use {{value}}, not {{{value}}} or {{&value}}.");
      if (strips(statement.strip)) refuse("Whitespace control (~) is not supported.");
      checkCall(statement, name);
      slots.push({ statement, outermostEndLine: outermostEndLine ?? statement.loc.end.line });
    } else if (isBlock(statement)) {
      const block = statement.path.original;
      if (!blocks.has(block)) refuse(`There is no block {{#${block}}}; the blocks are ${[...blocks].join(", ")}.`);
      if ([statement.openStrip, statement.inverseStrip, statement.closeStrip].some(strips)) {
        refuse("Whitespace control (~) is not supported.");
      }
      if (statement.params.length !== 1 || statement.hash) refuse(`{{#${block}}} takes exactly one value.`);
      statement.params.forEach((param) => checkExpression(param, name));
      const endLine = outermostEndLine ?? statement.loc.end.line;
      // The parser omits an absent branch, which its types do not say.
      for (const branch of [statement.program, statement.inverse] as readonly (hbs.AST.Program | undefined)[]) {
        if (branch) checkProgram(branch, name, slots, endLine);
      }
    } else if (statement.type !== "ContentStatement" && statement.type !== "CommentStatement") {
      refuse("Partials ({{> name}}) and decorators are not supported. Write out what they hold.");
    }
  }
}

function checkCall(call: hbs.AST.MustacheStatement | hbs.AST.SubExpression, name: string): void {
  if (call.hash) throw new RenderingError(placeOf(name, call), "Named values (key=value) are not supported.");
  if (call.type === "MustacheStatement" && call.params.length === 0) return checkExpression(call.path, name);
  const called = isPath(call.path) ? call.path.original : "";
  const known = templateFunctions.get(called);
  if (!known) {
    const all = [...templateFunctions.keys()].join(", ");
    throw new RenderingError(placeOf(name, call), `There is no function "${called}"; the functions are ${all}.`);
  }
  const [least, most] = known.takes;
  const given = call.params.length;
  if (given < least || given > most) {
    const wanted = least === most ? least : most === Infinity ? `${least} or more` : `${least} to ${most}`;
    throw new RenderingError(placeOf(name, call), `${called} takes ${values(wanted)}; it is given ${given}.`);
  }
  call.params.forEach((param) => checkExpression(param, name));
}

const values = (count: number | string): string => (count === 1 ? "1 value" : `${count} values`);

function checkExpression(expression: hbs.AST.Expression, name: string): void {
  if (isSubExpression(expression)) return checkCall(expression, name);
  if (isPath(expression) && expression.original.length > maxPathLength)
    throw new RenderingError(placeOf(name, expression), `A path has at most ${maxPathLength} characters.`);
  if (isPath(expression) && expression.data && !data.has(expression.parts[0] ?? "")) {
    throw new RenderingError(placeOf(name, expression), `There is no ${expression.original}.`);
  }
}

const strips = (flags: hbs.AST.StripFlags | undefined): boolean => Boolean(flags?.open || flags?.close);

export const isMustache = (node: hbs.AST.Node): node is hbs.AST.MustacheStatement => node.type === "MustacheStatement";
export const isBlock = (node: hbs.AST.Node): node is hbs.AST.BlockStatement => node.type === "BlockStatement";
export const isContent = (node: hbs.AST.Node): node is hbs.AST.ContentStatement => node.type === "ContentStatement";
export const isPath = (node: hbs.AST.Node): node is hbs.AST.PathExpression => node.type === "PathExpression";
export const isSubExpression = (node: hbs.AST.Node): node is hbs.AST.SubExpression => node.type === "SubExpression";
export const isLiteral = (node: hbs.AST.Node): node is hbs.AST.Node & { readonly value: string | number | boolean } =>
  node.type === "StringLiteral" || node.type === "NumberLiteral" || node.type === "BooleanLiteral";
