import {
  getNamedType,
  getNullableType,
  GraphQLID,
  isInputObjectType,
  isListType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type ConstArgumentNode,
  type ArgumentNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type ValueNode,
} from "graphql";
import { declaredBound, usualText, type TextBound } from "../../features/foundation/text-bound.js";
import type { FieldProblem } from "../../kernel/errors.js";
import { maxPageSize, wrongPageSize } from "../../kernel/page.js";
import { problemOfText } from "../../kernel/visible-text.js";
import { isConnection } from "../pricing/field-prices.js";

/** What is wrong with the texts that an operation is given, in its document and in these variables. */
export type TextCheck = (variables: Readonly<Record<string, unknown>> | null | undefined) => readonly FieldProblem[];

/** Where a value goes: an argument or a part of one, and what its texts may be. */
interface Place {
  readonly path: string;
  readonly type: GraphQLInputType | undefined;
  readonly bound: TextBound;
  /** Whether it says how large a page shall be. */
  readonly isPageSize?: boolean;
}

/** No id of ours is longer, and no name of Kubernetes. */
const idBound: TextBound = { ...usualText, most: 253 };
/** So many invalid texts are reported at once. */
const mostTold = 10;

const boundOf = (input: GraphQLArgument | GraphQLInputField): TextBound => {
  const type = getNamedType(input.type);
  return declaredBound(input) ?? declaredBound(type) ?? (type === GraphQLID ? idBound : usualText);
};

const placeOf = (path: string, input: GraphQLArgument | GraphQLInputField): Place => ({
  path,
  type: input.type,
  bound: boundOf(input),
});

const isSamePlace = (a: Place, b: Place): boolean =>
  a.path === b.path && a.type === b.type && a.bound === b.bound && a.isPageSize === b.isPageSize;

/** An item of a list; a scalar of JSON has items as it likes. */
function itemOf({ path, type, bound }: Place, index: number): Place {
  const list = type && getNullableType(type);
  return { path: `${path}[${index}]`, type: isListType(list) ? list.ofType : type, bound };
}

function fieldOf({ path, type, bound }: Place, name: string): Place {
  const object = type && getNamedType(type);
  const field = isInputObjectType(object) ? object.getFields()[name] : undefined;
  const at = `${path}.${name}`;
  return field ? placeOf(at, field) : { path: at, type: undefined, bound };
}

/**
 * Checks every text that a client sends, and every page size, before the operation is executed: a text may be too long or
 * hold forbidden characters. An argument without a bound of its own gets the usual one. The places of variables are found
 * once for each operation.
 */
export function textCheck(schema: GraphQLSchema, document: DocumentNode, node: OperationDefinitionNode): TextCheck {
  const written = new Problems();
  const uses: { readonly variable: string; readonly place: Place }[] = [];
  const defaults = new Map(
    (node.variableDefinitions ?? []).map(({ variable, defaultValue }) => [variable.name.value, defaultValue]),
  );

  const read = (value: ValueNode, place: Place): void => {
    if (value.kind === Kind.VARIABLE) {
      // A list that stands at fifty places of one kind is read once.
      const sameUse = uses.some((use) => use.variable === value.name.value && isSamePlace(use.place, place));
      if (!sameUse) uses.push({ variable: value.name.value, place });
      const byDefault = defaults.get(value.name.value);
      if (byDefault) read(byDefault, place);
    } else if (value.kind === Kind.LIST) value.values.forEach((item, index) => read(item, itemOf(place, index)));
    else if (value.kind === Kind.OBJECT)
      for (const { name, value: inner } of value.fields) read(inner, fieldOf(place, name.value));
    else if (value.kind === Kind.INT) written.checkNumber(Number(value.value), place);
    else if ("value" in value && typeof value.value === "string") written.checkText(value.value, place);
  };
  const readAll = (
    given: readonly (ArgumentNode | ConstArgumentNode)[] | undefined,
    known: readonly GraphQLArgument[],
    isOfConnection = false,
  ) => {
    for (const { name, value } of given ?? []) {
      const argument = known.find((each) => each.name === name.value);
      const isPageSize = isOfConnection && name.value === "first";
      if (argument) read(value, { ...placeOf(name.value, argument), isPageSize });
    }
  };
  const types = new TypeInfo(schema);
  for (const part of partsOf(document, node))
    visit(
      part,
      visitWithTypeInfo(types, {
        Field: ({ arguments: given }) => {
          const field = types.getFieldDef();
          if (field) readAll(given, field.args, isConnection(getNamedType(field.type)));
        },
        Directive: ({ arguments: given }) => readAll(given, types.getDirective()?.args ?? []),
      }),
    );

  return (variables) => {
    const problems = written.copy();
    for (const { variable, place } of uses) problems.walk(variables?.[variable], place);
    return problems.found;
  };
}

/** The operation, and the fragments that it uses. */
function partsOf(document: DocumentNode, node: OperationDefinitionNode) {
  const fragments = new Map(
    document.definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [],
    ),
  );
  const used = new Set<OperationDefinitionNode | FragmentDefinitionNode>([node]);
  for (const part of used)
    visit(part, {
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value);
        if (fragment) used.add(fragment);
      },
    });
  return used;
}

/** The problems found so far, by path. */
class Problems {
  constructor(private readonly byPath = new Map<string, FieldProblem>()) {}

  get found(): readonly FieldProblem[] {
    return [...this.byPath.values()];
  }

  copy(): Problems {
    return new Problems(new Map(this.byPath));
  }

  checkText(text: string, { path, bound: { most, content } }: Place): void {
    const problem =
      text.length > most ? `At most ${most} characters; these are ${text.length}.` : problemOfText(text, content);
    if (problem !== undefined && this.byPath.size < mostTold) this.byPath.set(path, { path, message: problem });
  }

  /** Each field of a list would refuse its page by itself, which takes as long as many rows. */
  checkNumber(value: number, { path, isPageSize }: Place): void {
    if (!isPageSize || (value >= 1 && value <= maxPageSize)) return;
    if (this.byPath.size < mostTold) this.byPath.set(path, { path, message: wrongPageSize });
  }

  walk(value: unknown, place: Place): void {
    if (typeof value === "number") return this.checkNumber(value, place);
    if (typeof value === "string") this.checkText(value, place);
    else if (Array.isArray(value)) value.forEach((item, index) => this.walk(item, itemOf(place, index)));
    else if (typeof value === "object" && value !== null)
      for (const [name, inner] of Object.entries(value)) {
        if (name.length > usualText.most) this.checkText(name, { ...place, bound: usualText });
        else this.walk(inner, fieldOf(place, name));
      }
  }
}
