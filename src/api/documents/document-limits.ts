import type { LimitViolation } from "../../kernel/errors.js";

/** How large a document may be. Each is the greatest allowed. */
export interface DocumentLimits {
  /** Characters of the document. */
  readonly length: number;
  readonly tokens: number;
  /** Fields inside each other. */
  readonly depth: number;
  /** Fields that are asked for, those of a fragment as often as it is used. */
  readonly fields: number;
  readonly rootFields: number;
  readonly aliases: number;
  /** How often one selection, its fragments included, names the same field or alias. */
  readonly repeats: number;
  readonly directives: number;
  readonly fragments: number;
  readonly operations: number;
  readonly variables: number;
  /** Values in the variables that are sent, those inside of lists and objects included. */
  readonly variableValues: number;
  /** What an operation may cost; `field-prices` has the unit. */
  readonly cost: number;
}

/** What is counted, and what never needs to be greater. */
export const fixedLimits = {
  /** Brackets inside each other, beyond those of the fields: every parser and every executor goes as deep. */
  nesting: 32,
  /** Lists inside each other in a question about the schema itself; as graphql-js has it. */
  introspectionDepth: 2,
  /** Lists and objects inside each other in a variable. */
  variableDepth: 16,
  /** Characters of the variables of a subscription, as JSON: they are kept as long as it runs. */
  subscriptionVariables: 32_000,
} as const;

/** Mistakes that graphql-js looks for in one document, or in its variables. */
export const maxErrors = 20;

type Figure = keyof DocumentLimits | keyof typeof fixedLimits | "lines";

const remedies: Readonly<Record<Figure, string>> = {
  length: "Send large values as variables.",
  tokens: "Ask for less, or in several requests; send large values as variables.",
  lines: "Leave out empty lines; send large values as variables.",
  nesting: "Send deep values as variables.",
  depth: "Ask for what lies deeper by its id, in another request.",
  fields: "Ask for less, or in several requests.",
  rootFields: "Send several requests.",
  aliases: "Ask for a list instead of many single things, or send several requests.",
  repeats: "Name each field once in a selection.",
  directives: "Leave out what is not needed.",
  fragments: "Put fragments together, or send several requests.",
  operations: "Send only the operation that is wanted.",
  introspectionDepth: "Ask for a type by its name, with `__type`.",
  variables: "Put variables together in an input object.",
  variableDepth: "Send flatter values.",
  variableValues: "Send less at once.",
  subscriptionVariables: "Subscribe to less at once.",
  cost: "Ask for smaller pages, or for less of each node.",
};

/** The figures that are over their limits. */
export function limitViolations(
  found: Readonly<Partial<Record<Figure, number>>>,
  allowed: Readonly<Partial<Record<Figure, number>>>,
): LimitViolation[] {
  return (Object.entries(found) as [Figure, number][])
    .filter(([limit, figure]) => figure > allowed[limit]!)
    .map(([limit, figure]) => ({ limit, allowed: allowed[limit]!, found: figure, remedy: remedies[limit] }));
}
