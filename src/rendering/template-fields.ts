import { isBlock, isMustache, isPath, isSubExpression, placeOf, type TemplateSource } from "./template-source.js";
import type { Place } from "./rendering-error.js";

/** A use of a field of the view: `app.name`, or `ports[].port` for the port of each item. */
export interface FieldUse {
  readonly path: string;
  readonly place: Place;
  /** The functions around it, the outermost first. */
  readonly functions: readonly string[];
}

/** The paths of `this` and of the block values; undefined when only the view can tell. */
interface Scope {
  readonly current: string | undefined;
  readonly named: ReadonlyMap<string, string | undefined>;
  readonly outer?: Scope;
}

/**
 * The fields that a template uses, as paths from the view's root. Results of functions (`find`) have no path and are
 * omitted.
 */
export function fieldsOf({ name, program }: TemplateSource): readonly FieldUse[] {
  const uses: FieldUse[] = [];

  const nameOf = (expression: hbs.AST.Expression, scope: Scope): string | undefined => {
    if (!isPath(expression) || (expression.data && expression.parts[0] !== "root")) return undefined;
    if (expression.data) return expression.parts.slice(1).join(".");
    let from: Scope | undefined = scope;
    for (let depth = expression.depth; depth > 0; depth--) from = from?.outer;
    const [first = "", ...rest] = expression.parts;
    const isNamed = expression.depth === 0 && scope.named.has(first) && !/^\.|^this\b/.test(expression.original);
    const start = isNamed ? scope.named.get(first) : from?.current;
    return start === undefined ? undefined : [start, ...(isNamed ? rest : expression.parts)].filter(Boolean).join(".");
  };

  const use = (expression: hbs.AST.Expression, scope: Scope, functions: readonly string[] = []): void => {
    if (isSubExpression(expression)) {
      const inner = [...functions, calledBy(expression)];
      return expression.params.forEach((param) => use(param, scope, inner));
    }
    const path = nameOf(expression, scope);
    if (path) uses.push({ path, place: placeOf(name, expression), functions });
  };

  const read = (body: hbs.AST.Program | undefined, scope: Scope): void => {
    for (const statement of body?.body ?? []) {
      if (isMustache(statement)) {
        if (statement.params.length === 0) use(statement.path, scope);
        else statement.params.forEach((part) => use(part, scope, [calledBy(statement)]));
      } else if (isBlock(statement)) {
        const [subject] = statement.params;
        use(subject!, scope);
        read(statement.program, within(statement, nameOf(subject!, scope), scope));
        read(statement.inverse, scope);
      }
    }
  };

  read(program, { current: "", named: new Map() });
  return uses;
}

const calledBy = ({ path }: hbs.AST.MustacheStatement | hbs.AST.SubExpression): string =>
  isPath(path) ? path.original : "";

function within(block: hbs.AST.BlockStatement, subject: string | undefined, scope: Scope): Scope {
  const kind = block.path.original;
  if (kind === "if" || kind === "unless") return scope;
  const current = subject === undefined || kind === "with" ? subject : `${subject}[]`;
  const named = new Map(scope.named);
  (block.program?.blockParams ?? []).forEach((param, index) => named.set(param, index === 0 ? current : undefined));
  return { current, named, outer: scope };
}
