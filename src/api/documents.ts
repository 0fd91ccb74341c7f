import {
  getOperationAST,
  GraphQLError,
  Kind,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import { LRUCache } from "lru-cache";
import {
  InvalidInput,
  RateLimited,
  TooComplex,
  type Excess,
  type FieldProblem,
  type PlatformError,
} from "../kernel/errors.js";
import type { Budgets, Payer } from "./budgets.js";
import { excesses, fixedLimits, type DocumentLimits } from "./document-limits.js";
import { askedSize, textSize, variablesSize, writtenSize } from "./document-size.js";
import { noDearFieldsInEvents } from "./event-price.js";
import { operationCost } from "./operation-cost.js";
import { textCheck, type TextCheck } from "./text-check.js";
import { noTrustedDocuments, sha256, Untrusted, type TrustedDocuments } from "./trusted-documents.js";

/** A request as every transport brings it. */
export interface GraphQLRequest {
  readonly query?: string | null | undefined;
  /** The name of a trusted document, instead of its text; Apollo's clients say it in their `extensions`. */
  readonly documentId?: string | null | undefined;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
}

/** A document that fits the schema, and the one operation of it that was asked for. */
export interface KnownOperation {
  /** The same for the same document and operation. */
  readonly key: string;
  readonly document: DocumentNode;
  readonly node: OperationDefinitionNode;
  /** What it costs with these variables, in rows that are looked up. */
  readonly cost: (variables: GraphQLRequest["variables"]) => number;
  /** What is wrong with the texts that it is given. */
  readonly problems: TextCheck;
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

/** A request that holds a text which is too long, or not of the content that its argument takes. */
export class UnfitText extends InvalidInput {}

/** A document that fits the schema, and those of its operations that were asked for. */
interface KnownDocument {
  readonly document: DocumentNode;
  readonly operations: Map<string, KnownOperation>;
}

type Errors = readonly GraphQLError[];

/** What is kept of documents: so many, and so many characters of them. A client has a few dozen. */
const kept = { max: 1_000, maxSize: 500_000 };
/** And of wrong ones, which push out no good ones. */
const keptWrong = { max: 200, maxSize: 100_000 };

const rules = [...specifiedRules, noDearFieldsInEvents];
/** Of the name of an operation, in characters. */
const longestName = 200;

/** Wrong places of a document that are told at once. */
export const validation = { maxErrors: 20 };

/** What documents are measured by. */
export interface Measures {
  readonly schema: GraphQLSchema;
  readonly limits: DocumentLimits;
}

export interface DocumentOptions extends Measures {
  /** How many documents that are new each may send. */
  readonly newDocuments: Budgets;
  readonly trusted?: TrustedDocuments | undefined;
}

/** What clients ask, read once per document: measured before any work is done, then parsed, validated and kept. */
export class Documents {
  /** By the SHA-256 of their text, in hex. */
  private readonly known = new LRUCache<string, KnownDocument>(kept);
  private readonly wrong = new LRUCache<string, Errors>(keptWrong);

  private readonly trusted: TrustedDocuments;

  constructor(private readonly options: DocumentOptions) {
    this.trusted = options.trusted ?? noTrustedDocuments;
  }

  /**
   * The operation that is asked for, or what is wrong with the request; nothing of it was done. A document that is new is
   * counted, so that a client who makes another one for each request does not keep everybody waiting.
   */
  look(request: GraphQLRequest, sender: Payer): KnownOperation | Errors {
    const { operationName, variables } = request;
    const limits = { ...this.options.limits, ...fixedLimits };
    const query = this.textOf(request);
    if (typeof query !== "string") return [query];
    if ((operationName?.length ?? 0) > longestName)
      return [unfit([{ path: "operationName", message: `At most ${longestName} characters.` }])];
    const tooLarge = excesses({ length: query.length, ...variablesSize(variables, limits) }, limits);
    if (tooLarge.length > 0) return [tooComplex(tooLarge)];
    const hash = sha256(query);
    const known = this.known.get(hash) ?? this.wrong.get(hash) ?? this.readAndKeep(hash, query, sender);
    if (!("document" in known)) return known;
    const operation = this.operation(hash, known, operationName);
    if (!operation) return [refusal("operationName", "Name the one operation of the document that you want.")];
    const tooCostly = excesses({ cost: operation.cost(variables) }, limits);
    if (tooCostly.length > 0) return [tooComplex(tooCostly)];
    const wrong = operation.problems(variables);
    if (wrong.length > 0) return [unfit(wrong)];
    if (operation.node.operation !== OperationTypeNode.SUBSCRIPTION) return operation;
    const subscriptionVariables = JSON.stringify(declaredVariables(operation, variables)).length;
    const tooMuch = excesses({ subscriptionVariables }, limits);
    return tooMuch.length > 0 ? [tooComplex(tooMuch)] : operation;
  }

  /** A document that was looked at and fits the schema, by the SHA-256 of its text in hex. */
  byHash(hash: string): DocumentNode | undefined {
    return this.known.get(hash)?.document;
  }

  private textOf(request: GraphQLRequest): string | GraphQLError {
    try {
      return this.trusted.textOf(request) ?? refusal("query", "Send a GraphQL document.");
    } catch (error) {
      if (error instanceof Untrusted) return asGraphQL(error);
      throw error;
    }
  }

  private operation(
    hash: string,
    { document, operations }: KnownDocument,
    operationName: string | null | undefined,
  ): KnownOperation | undefined {
    const node = getOperationAST(document, operationName);
    if (!node) return undefined;
    const name = node.name?.value ?? "";
    const known = operations.get(name);
    if (known) return known;
    const { schema } = this.options;
    const made = {
      key: `${hash}:${name}`,
      document,
      node,
      cost: operationCost(schema, document, node),
      problems: textCheck(schema, document, node),
    };
    operations.set(name, made);
    return made;
  }

  private readAndKeep(hash: string, query: string, sender: Payer): KnownDocument | Errors {
    try {
      this.options.newDocuments.charge(sender, 1);
    } catch (error) {
      if (error instanceof RateLimited) return [asGraphQL(error)];
      throw error;
    }
    const read = readDocument(query, this.options);
    if ("document" in read) this.known.set(hash, read, { size: query.length });
    else this.wrong.set(hash, read, { size: query.length });
    return read;
  }
}

/** What is wrong with a document that somebody vouches for, in words. */
export function problemsOf(text: string, measures: Measures): string[] {
  const tooLong = excesses({ length: text.length }, measures.limits);
  const read = tooLong.length > 0 ? [tooComplex(tooLong)] : readDocument(text, measures);
  if (!("document" in read)) return read.map(({ message }) => message);
  const isOperation = ({ kind }: { kind: Kind }): boolean => kind === Kind.OPERATION_DEFINITION;
  return read.document.definitions.some(isOperation) ? [] : ["There is no operation in it."];
}

function readDocument(text: string, { schema, limits }: Measures): KnownDocument | Errors {
  const nesting = limits.depth + fixedLimits.nesting;
  const tooLong = excesses(textSize(text), { ...limits, nesting });
  if (tooLong.length > 0) return [tooComplex(tooLong)];
  const document = parsed(text);
  if (document instanceof GraphQLError) return [document];
  const tooMuch = excesses(writtenSize(document), limits);
  // Only what is written within limits is followed.
  const tooWide = tooMuch.length > 0 ? tooMuch : excesses(askedSize(document), { ...limits, ...fixedLimits });
  if (tooWide.length > 0) return [tooComplex(tooWide)];
  const errors = validate(schema, document, rules, validation);
  return errors.length > 0 ? errors : { document, operations: new Map() };
}

function parsed(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

const refusal = (path: string, message: string): GraphQLError => asGraphQL(new InvalidInput([{ path, message }]));
const tooComplex = (limits: readonly Excess[]): GraphQLError => asGraphQL(new TooComplex(limits));
const unfit = (problems: readonly FieldProblem[]): GraphQLError => asGraphQL(new UnfitText(problems));
const asGraphQL = (originalError: PlatformError): GraphQLError =>
  new GraphQLError(originalError.message, { originalError });
