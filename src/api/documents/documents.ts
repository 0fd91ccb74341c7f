import {
  getOperationAST,
  OperationTypeNode,
  type DocumentNode,
  type GraphQLError,
  type OperationDefinitionNode,
} from "graphql";
import { LRUCache } from "lru-cache";
import { InvalidInput, RateLimited } from "../../kernel/errors.js";
import type { RateLimiter, RateLimitKey } from "../pricing/rate-limiter.js";
import { limitViolations, fixedLimits } from "./document-limits.js";
import { expandedSize } from "./document-size.js";
import { variablesSize, type VariablesSize } from "../pricing/variables-size.js";
import { documentPrice } from "../pricing/field-prices.js";
import { operationCost } from "../pricing/operation-cost.js";
import { PacedWork } from "../pricing/paced-work.js";
import type { GraphQLRequest } from "./graphql-request.js";
import { asGraphQL, readDocument, tooComplex, type Errors, type Measures } from "./read-document.js";
import { textCheck, type TextCheck } from "./text-check.js";
import { noTrustedDocuments, sha256, Untrusted, type TrustedDocuments } from "./trusted-documents.js";
import { variablesCheck, type VariablesCheck } from "./variables-check.js";

/** A request that does not say which operation it wants, or not with what. */
export class UnreadableRequest extends InvalidInput {}

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

/** A document that fits the schema, and those of its operations that were asked for. */
interface KnownDocument {
  readonly document: DocumentNode;
  readonly operations: Map<string, KnownOperation>;
}

/** A request that is not too large. */
interface Measured {
  readonly query: string;
  /** The SHA-256 of it, in hex. */
  readonly hash: string;
  readonly size: VariablesSize;
}

/** What is kept of documents: so many, and so many characters of them. A client has a few dozen. */
const kept = { max: 1_000, maxSize: 500_000 };
/** And of wrong ones, which push out no good ones. */
const keptWrong = { max: 200, maxSize: 100_000 };

/** Of the name of an operation, in characters. */
const longestName = 200;
/** Wrong words in variables of this size are told with similar ones. */
const suggesting = { characters: 5_000, values: 50 };
/** Variables beyond this take milliseconds to read. */
const quickVariables = { characters: 50_000, values: 1_000 };

export interface DocumentOptions extends Measures {
  /** How many documents that are new each may send. */
  readonly newDocuments: RateLimiter;
  readonly trusted?: TrustedDocuments | undefined;
  /** Where requests wait that take long to read. */
  readonly paced?: PacedWork | undefined;
}

/** What clients ask, read once per document: measured before any work is done, then parsed, validated and kept. */
export class Documents {
  /** By the SHA-256 of their text, in hex. */
  private readonly known = new LRUCache<string, KnownDocument>(kept);
  private readonly wrong = new LRUCache<string, Errors>(keptWrong);

  private readonly trusted: TrustedDocuments;
  private readonly paced: PacedWork;

  constructor(private readonly options: DocumentOptions) {
    this.trusted = options.trusted ?? noTrustedDocuments;
    this.paced = options.paced ?? new PacedWork();
  }

  /**
   * The operation that is asked for, or what is wrong with the request; nothing of it was done. A document that is new is
   * counted, so that a client who makes another one for each request does not keep everybody waiting.
   */
  look(request: GraphQLRequest, sender: RateLimitKey): KnownOperation | Errors {
    const measured = this.measure(request);
    return "hash" in measured ? this.find(measured, request, sender) : measured;
  }

  /** The same; a request that takes long to read waits for its turn among those, and meanwhile others are served. */
  async lookInTurn(request: GraphQLRequest, sender: RateLimitKey): Promise<KnownOperation | Errors> {
    const measured = this.measure(request);
    if (!("hash" in measured)) return measured;
    const { hash, size } = measured;
    const isKnown = this.known.has(hash) || this.wrong.has(hash);
    const find = () => this.find(measured, request, sender);
    return isKnown && isWithin(size, quickVariables) ? find() : this.paced.run(find);
  }

  /** A document that was looked at and fits the schema, by the SHA-256 of its text in hex. */
  byHash(hash: string): DocumentNode | undefined {
    return this.known.get(hash)?.document;
  }

  private textOf(request: GraphQLRequest): string | GraphQLError {
    try {
      return this.trusted.textOf(request) ?? unreadable("query", "Send a GraphQL document.");
    } catch (error) {
      if (error instanceof Untrusted) return asGraphQL(error);
      throw error;
    }
  }

  private measure(request: GraphQLRequest): Measured | Errors {
    const limits = { ...this.options.limits, ...fixedLimits };
    const query = this.textOf(request);
    if (typeof query !== "string") return [query];
    const { variables, operationName } = request;
    // A client may send anything in the place of either.
    if (!isNone(variables) && (typeof variables !== "object" || Array.isArray(variables)))
      return [unreadable("variables", "Send a JSON object.")];
    if (!isNone(operationName) && typeof operationName !== "string")
      return [unreadable("operationName", "Send the name of an operation.")];
    if ((operationName?.length ?? 0) > longestName)
      return [asGraphQL(new InvalidInput([{ path: "operationName", message: `At most ${longestName} characters.` }]))];
    const size = variablesSize(variables, limits);
    const { variableValues, variableDepth } = size;
    const tooMuch = limitViolations({ length: query.length, variableValues, variableDepth }, limits);
    return tooMuch.length > 0 ? [tooComplex(tooMuch)] : { query, hash: sha256(query), size };
  }

  private find(
    { query, hash, size }: Measured,
    request: GraphQLRequest,
    sender: RateLimitKey,
  ): KnownOperation | Errors {
    const { operationName, variables } = request;
    const known = this.known.get(hash) ?? this.wrong.get(hash) ?? this.readAndKeep(hash, query, sender);
    if (!("document" in known)) return known;
    const operation = this.operation(hash, known, operationName);
    if (!operation) return [unreadable("operationName", "Name the one operation of the document that you want.")];
    const tooCostly = limitViolations({ cost: operation.cost(variables) }, this.options.limits);
    if (tooCostly.length > 0) return [tooComplex(tooCostly)];
    const unfit = operation.problems(variables);
    if (unfit.length > 0) return [asGraphQL(new InvalidInput(unfit))];
    const wrong = operation.check(variables, { suggests: isWithin(size, suggesting) });
    if (wrong) return [asGraphQL(wrong)];
    if (operation.node.operation !== OperationTypeNode.SUBSCRIPTION) return operation;
    const subscriptionVariables = JSON.stringify(declaredVariables(operation, variables)).length;
    const tooMuch = limitViolations({ subscriptionVariables }, fixedLimits);
    return tooMuch.length > 0 ? [tooComplex(tooMuch)] : operation;
  }

  private operation(
    hash: string,
    { document, operations }: KnownDocument,
    operationName: string | null | undefined,
  ): KnownOperation | undefined {
    const node = operationName === "" ? undefined : getOperationAST(document, operationName);
    if (!node) return undefined;
    const name = node.name?.value ?? "";
    const known = operations.get(name);
    if (known) return known;
    const { schema } = this.options;
    const rows = operationCost(schema, document, node);
    const fields = documentPrice(expandedSize(document).fields);
    const made = {
      key: `${hash}:${name}`,
      document,
      node,
      cost: (variables: GraphQLRequest["variables"]) => rows(variables) + fields,
      check: variablesCheck(schema, node),
      problems: textCheck(schema, document, node),
    };
    operations.set(name, made);
    return made;
  }

  private readAndKeep(hash: string, query: string, sender: RateLimitKey): KnownDocument | Errors {
    try {
      this.options.newDocuments.charge(sender, 1);
    } catch (error) {
      if (error instanceof RateLimited) return [asGraphQL(error)];
      throw error;
    }
    const read = readDocument(query, this.options);
    const size = query.length;
    if (!("kind" in read)) {
      this.wrong.set(hash, read, { size });
      return read;
    }
    const known: KnownDocument = { document: read, operations: new Map() };
    this.known.set(hash, known, { size });
    return known;
  }
}

const isWithin = (
  { variableValues, characters }: VariablesSize,
  most: { values: number; characters: number },
): boolean => variableValues <= most.values && characters <= most.characters;

const isNone = (value: unknown): value is null | undefined => value === undefined || value === null;

const unreadable = (path: string, message: string): GraphQLError =>
  asGraphQL(new UnreadableRequest([{ path, message }]));
