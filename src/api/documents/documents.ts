import { OperationTypeNode, type DocumentNode, type GraphQLError } from "graphql";
import { InvalidInput } from "../../kernel/errors.js";
import { PacedWork } from "../pricing/paced-work.js";
import type { RateLimitKey } from "../pricing/rate-limiter.js";
import { variablesSize, type VariablesSize } from "../pricing/variables-size.js";
import { DocumentCache, type DocumentCacheOptions } from "./document-cache.js";
import { limitViolations, fixedLimits } from "./document-limits.js";
import type { GraphQLRequest } from "./graphql-request.js";
import { declaredVariables, type KnownOperation } from "./known-operation.js";
import { asGraphQL, tooComplex, type Errors } from "./read-document.js";
import { noTrustedDocuments, sha256, Untrusted, type TrustedDocuments } from "./trusted-documents.js";

/** A request that does not say which operation it wants, or not with what. */
export class UnreadableRequest extends InvalidInput {}

/** A request that is not too large. */
interface Measured {
  readonly query: string;
  /** The SHA-256 of it, in hex. */
  readonly hash: string;
  readonly size: VariablesSize;
}

/** Of the name of an operation, in characters. */
const longestName = 200;
/** Suggestions are made for errors in variables up to this size. */
const suggesting = { characters: 5_000, values: 50 };
/** Variables beyond this take milliseconds to read. */
const quickVariables = { characters: 50_000, values: 1_000 };

export interface DocumentOptions extends DocumentCacheOptions {
  readonly trusted?: TrustedDocuments | undefined;
  /** Where requests wait that take long to read. */
  readonly paced?: PacedWork | undefined;
}

/** Reads requests: measures them before any work is done, and finds their operation and what is wrong with its variables. */
export class Documents {
  private readonly cache: DocumentCache;
  private readonly trusted: TrustedDocuments;
  private readonly paced: PacedWork;

  constructor(private readonly options: DocumentOptions) {
    this.cache = new DocumentCache(options);
    this.trusted = options.trusted ?? noTrustedDocuments;
    this.paced = options.paced ?? new PacedWork();
  }

  /**
   * The operation that is asked for, or what is wrong with the request; nothing of it was done. A document that is new is
   * counted, so that a client with another document in each request does not slow the others down.
   */
  read(request: GraphQLRequest, sender: RateLimitKey): KnownOperation | Errors {
    const measured = this.measure(request);
    return "hash" in measured ? this.find(measured, request, sender) : measured;
  }

  /** The same; a request that takes long to read waits for its turn among those, and meanwhile others are served. */
  async readInTurn(request: GraphQLRequest, sender: RateLimitKey): Promise<KnownOperation | Errors> {
    const measured = this.measure(request);
    if (!("hash" in measured)) return measured;
    const { hash, size } = measured;
    const find = () => this.find(measured, request, sender);
    return this.cache.has(hash) && isWithin(size, quickVariables) ? find() : this.paced.run(find);
  }

  /** A document that was looked at and fits the schema, by the SHA-256 of its text in hex. */
  byHash(hash: string): DocumentNode | undefined {
    return this.cache.get(hash);
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
    const known = this.cache.read(hash, query, sender);
    if (!("document" in known)) return known;
    const operation = this.cache.operation(hash, known, operationName);
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
}

const isWithin = (
  { variableValues, characters }: VariablesSize,
  most: { values: number; characters: number },
): boolean => variableValues <= most.values && characters <= most.characters;

const isNone = (value: unknown): value is null | undefined => value === undefined || value === null;

const unreadable = (path: string, message: string): GraphQLError =>
  asGraphQL(new UnreadableRequest([{ path, message }]));
