import { GraphQLError, Kind, parse, specifiedRules, validate, type DocumentNode, type GraphQLSchema } from "graphql";
import { TooComplex, type LimitViolation, type PlatformError } from "../../kernel/errors.js";
import { limitViolations, fixedLimits, maxErrors, type DocumentLimits } from "./document-limits.js";
import { expandedSize, textSize, sourceSize } from "./document-size.js";
import { noExpensiveFieldsInEvents } from "../pricing/event-price.js";

/** What documents are measured by. */
export interface Measures {
  readonly schema: GraphQLSchema;
  readonly limits: DocumentLimits;
}

/** What is wrong with a request. */
export type Errors = readonly GraphQLError[];

const rules = [...specifiedRules, noExpensiveFieldsInEvents];

/** Suggestions are made for few errors in a short document: to find them takes a millisecond for each error. */
const suggesting = { mistakes: 5, characters: 5_000 };

/** The document that a text is, measured before each step that takes longer than the one before; or what is wrong with it. */
export function readDocument(text: string, { schema, limits }: Measures): DocumentNode | Errors {
  const nesting = limits.depth + fixedLimits.nesting;
  // graphql-js counts the lines before each error that it reports.
  const lines = limits.tokens;
  const tooLong = limitViolations(textSize(text), { ...limits, nesting, lines });
  if (tooLong.length > 0) return [tooComplex(tooLong)];
  const document = parsed(text);
  if (document instanceof GraphQLError) return [document];
  const tooMuch = limitViolations(sourceSize(document), limits);
  // Only what is written within limits is followed.
  const tooWide = tooMuch.length > 0 ? tooMuch : limitViolations(expandedSize(document), { ...limits, ...fixedLimits });
  if (tooWide.length > 0) return [tooComplex(tooWide)];
  const mistakes = validate(schema, document, rules, { maxErrors, hideSuggestions: true });
  if (mistakes.length === 0) return document;
  const suggests = text.length <= suggesting.characters && mistakes.length <= suggesting.mistakes;
  return suggests ? validate(schema, document, rules, { maxErrors }) : mistakes;
}

/** What is wrong with a document of a manifest, as messages. */
export function problemsOf(text: string, measures: Measures): string[] {
  const tooLong = limitViolations({ length: text.length }, measures.limits);
  const read = tooLong.length > 0 ? [tooComplex(tooLong)] : readDocument(text, measures);
  if (!("kind" in read)) return read.map(({ message }) => message);
  const isOperation = ({ kind }: { kind: Kind }): boolean => kind === Kind.OPERATION_DEFINITION;
  return read.definitions.some(isOperation) ? [] : ["There is no operation in it."];
}

function parsed(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

/** The error for what exceeds these limits. */
export const tooComplex = (limits: readonly LimitViolation[]): GraphQLError => asGraphQL(new TooComplex(limits));

/** An error of ours as GraphQL's. */
export const asGraphQL = (originalError: PlatformError): GraphQLError =>
  new GraphQLError(originalError.message, { originalError });
