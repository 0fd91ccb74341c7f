import {
  getNamedType,
  GraphQLError,
  Kind,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationRule,
} from "graphql";
import { eventPrices, prices, priceOf } from "./field-prices.js";

/** A field that costs so much by itself renders an app or writes out its objects: tens of milliseconds for each event. */
const expensivePrice = 20;

/** An operation and what it costs with given variables. */
interface PricedOperation {
  readonly document: DocumentNode;
  readonly node: OperationDefinitionNode;
  readonly cost: (variables: Readonly<Record<string, unknown>>) => number;
}

/**
 * What showing one event of a subscription costs with these variables: what the operation costs, without what opening its
 * stream does, and what its source does for each event. An execution that reads nothing costs 1.
 */
export function eventPrice(
  schema: GraphQLSchema,
  { document, node, cost }: PricedOperation,
  variables: Readonly<Record<string, unknown>>,
): number {
  const fieldIn = ({ selections }: SelectionSetNode): FieldNode | undefined => {
    const [first] = selections;
    if (first?.kind === Kind.FIELD) return first;
    if (first?.kind === Kind.INLINE_FRAGMENT) return fieldIn(first.selectionSet);
    const fragment = document.definitions.find(
      (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === first?.name.value,
    );
    return fragment?.kind === Kind.FRAGMENT_DEFINITION ? fieldIn(fragment.selectionSet) : undefined;
  };
  const root = schema.getSubscriptionType();
  const name = fieldIn(node.selectionSet)?.name.value ?? "";
  const field = root?.getFields()[name];
  if (!root || !field) return 1;
  const opening = priceOf(root, name, getNamedType(field.type)).once;
  return Math.max(1, cost(variables) - opening) + (eventPrices[name] ?? 0);
}

/** Refuses fields in a subscription that cost so much that they cannot be executed for each event. */
export const noExpensiveFieldsInEvents: ValidationRule = (context) => ({
  OperationDefinition: (operation) => {
    if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return;
    const types = new TypeInfo(context.getSchema());
    const visitor = visitWithTypeInfo(types, {
      Field: (field) => {
        const parent = types.getParentType()?.name;
        const name = `${parent}.${field.name.value}`;
        if (parent === undefined || parent === "Subscription" || (prices[name] ?? 0) < expensivePrice) return;
        const message = `${name} costs too much to be part of each event. Ask for it in a query when the event has come.`;
        context.reportError(new GraphQLError(message, { nodes: field }));
      },
    });
    for (const part of [operation, ...context.getRecursivelyReferencedFragments(operation)]) visit(part, visitor);
  },
});
