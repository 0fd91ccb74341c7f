import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from "graphql";
import { documentPrice } from "../pricing/field-prices.js";
import { operationCost } from "../pricing/operation-cost.js";
import { expandedSize } from "./document-size.js";
import type { GraphQLRequest } from "./graphql-request.js";
import { textCheck, type TextCheck } from "./text-check.js";
import { variablesCheck, type VariablesCheck } from "./variables-check.js";

/** A document that fits the schema, and the one operation of it that was asked for. */
export interface KnownOperation {
  /** The same for the same document and operation. */
  readonly key: string;
  readonly document: DocumentNode;
  readonly node: OperationDefinitionNode;
  /** What it costs with these variables, in rows that are looked up. */
  readonly cost: (variables: GraphQLRequest["variables"]) => number;
  readonly check: VariablesCheck;
  /** What is wrong with the texts that it is given. */
  readonly problems: TextCheck;
}

export function knownOperation(
  schema: GraphQLSchema,
  { key, document, node }: Pick<KnownOperation, "key" | "document" | "node">,
): KnownOperation {
  const rows = operationCost(schema, document, node);
  const fields = documentPrice(expandedSize(document).fields);
  return {
    key,
    document,
    node,
    cost: (variables) => rows(variables) + fields,
    check: variablesCheck(schema, node),
    problems: textCheck(schema, document, node),
  };
}

/** Those variables that the operation declares: a client may send others, which are kept nowhere. */
export function declaredVariables(
  { node }: KnownOperation,
  given: GraphQLRequest["variables"],
): Record<string, unknown> {
  const names = (node.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
  return Object.fromEntries(
    names.flatMap((name) => (given && Object.hasOwn(given, name) ? [[name, given[name]]] : [])),
  );
}
