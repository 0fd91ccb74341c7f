import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from "graphql";
import { defaultPageSize, maxPageSize } from "../../kernel/page.js";
import { variablesSize } from "./variables-size.js";
import { isConnection, leastPrice, priceOf, usualLength, variablesPrice } from "./field-prices.js";

/** The variables of a request, and for those that were left out what the operation says. */
type Given = (variable: string) => unknown;

/** A part of an operation's cost: once, and so many times each value and what is asked of it. */
interface Term {
  readonly once: number;
  readonly each: number;
  readonly size: (given: Given) => number;
  readonly inner: readonly Term[];
  /** Whether it is asked for at all. */
  readonly isAsked: (given: Given) => boolean;
}

/** A field as it stands somewhere in a selection, under the conditions of everything around it. */
interface Place {
  readonly parent: GraphQLCompositeType;
  readonly node: FieldNode;
  readonly conditions: readonly Condition[];
}

type Condition = (given: Given) => boolean;

/**
 * What a valid operation costs, as a function of its variables. Fields that are merged in the answer are counted once, and
 * of the types that an interface may be, all. The sum is made once for each operation and filled in for each request.
 */
export function operationCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): (variables: Readonly<Record<string, unknown>> | null | undefined) => number {
  const fragments = new Map(
    document.definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each]] : [])),
  );

  const collect = (
    { selections }: SelectionSetNode,
    parent: GraphQLCompositeType,
    conditions: readonly Condition[],
    places: Map<string, Place[]>,
  ): Map<string, Place[]> => {
    for (const selection of selections) {
      const all = [...conditions, ...conditionsOf(selection.directives)];
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value;
        const same = places.get(name) ?? [];
        places.set(name, [...same, { parent, node: selection, conditions: all }]);
        continue;
      }
      const inner = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      if (inner) collect(inner.selectionSet, typeNamed(schema, inner.typeCondition?.name.value) ?? parent, all, places);
    }
    return places;
  };

  const termOf = (places: readonly Place[], page: Term["size"]): Term => {
    const inside = new Map<string, Place[]>();
    let [once, each] = [0, 0];
    let size: Term["size"] = () => 1;
    let innerPage = page;
    for (const { parent, node, conditions } of places) {
      const field = fieldOf(parent, node.name.value);
      const type = getNamedType(field.type);
      const price = priceOf(parent, field.name, field.type);
      once = Math.max(once, price.once);
      each = Math.max(each, price.each);
      if (isListType(getNullableType(field.type))) size = isConnection(parent) ? page : () => usualLength;
      if (isConnection(type)) innerPage = pageOf(node);
      if (node.selectionSet && isCompositeType(type) && !type.name.startsWith("__"))
        collect(node.selectionSet, type, conditions, inside);
    }
    const inner = termsOf(inside, innerPage);
    const isAsked: Condition = (given) =>
      places.some(({ conditions }) => conditions.every((condition) => condition(given)));
    return { once, each, size, inner, isAsked };
  };

  const termsOf = (places: ReadonlyMap<string, readonly Place[]>, page: Term["size"]): Term[] =>
    [...places.values()]
      .map((same) => termOf(same, page))
      .filter(({ once, each, inner }) => once > 0 || each > 0 || inner.length > 0);

  const root = schema.getRootType(operation.operation)!;
  const terms = termsOf(collect(operation.selectionSet, root, [], new Map()), () => defaultPageSize);
  const defaults = new Map(
    operation.variableDefinitions?.map(({ variable, defaultValue }) => [variable.name.value, literal(defaultValue)]),
  );
  const priced = (variables: Readonly<Record<string, unknown>>): number => {
    const given: Given = (name) => (variables[name] === undefined ? defaults.get(name) : variables[name]);
    const size = variablesSize(variables, { variableValues: Infinity, variableDepth: Infinity });
    return Math.max(leastPrice, sum(terms, given)) + variablesPrice(size);
  };
  // Asked for twice of each request: where its limit is looked at, and where it is paid.
  const known = new WeakMap<object, number>();
  return (variables) => {
    const given = variables ?? noVariables;
    const cost = known.get(given) ?? priced(given);
    known.set(given, cost);
    return cost;
  };
}

const noVariables = {};

const sum = (terms: readonly Term[], given: Given): number =>
  terms.reduce((total, term) => total + (term.isAsked(given) ? costOf(term, given) : 0), 0);

const costOf = ({ once, each, size, inner }: Term, given: Given): number =>
  once + size(given) * (each + sum(inner, given));

/** How many nodes a connection gives: what is asked for, within what may be asked for. */
function pageOf({ arguments: given }: FieldNode): Term["size"] {
  const first = given?.find(({ name }) => name.value === "first")?.value;
  if (first?.kind === Kind.VARIABLE) return (variables) => pageSize(variables(first.name.value));
  const size = pageSize(literal(first));
  return () => size;
}

const pageSize = (first: unknown): number =>
  typeof first === "number" ? Math.min(Math.max(first, 1), maxPageSize) : defaultPageSize;

/** What `@skip` and `@include` ask. */
function conditionsOf(directives: readonly DirectiveNode[] = []): Condition[] {
  return directives
    .filter(({ name }) => name.value === "skip" || name.value === "include")
    .map(({ name, arguments: given }) => {
      const wanted = name.value === "include";
      const value = given?.find((argument) => argument.name.value === "if")?.value;
      if (value?.kind === Kind.VARIABLE) return (variables) => variables(value.name.value) === wanted;
      const isAsked = literal(value) === wanted;
      return () => isAsked;
    });
}

/** The few kinds of literals that a cost depends on. */
function literal(value: ValueNode | undefined): unknown {
  if (value?.kind === Kind.INT) return Number(value.value);
  return value?.kind === Kind.BOOLEAN ? value.value : undefined;
}

function typeNamed(schema: GraphQLSchema, name: string | undefined): GraphQLCompositeType | undefined {
  const type = name === undefined ? undefined : schema.getType(name);
  return isCompositeType(type) ? type : undefined;
}

function fieldOf(parent: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> {
  const ofAll = [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef].find((field) => field.name === name);
  if (ofAll) return ofAll;
  if (isObjectType(parent) || isInterfaceType(parent)) return parent.getFields()[name]!;
  throw new Error(`${parent.name} has no fields`);
}
