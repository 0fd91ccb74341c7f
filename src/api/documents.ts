import { createHash } from "node:crypto";
import {
  getOperationAST,
  GraphQLError,
  parse,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import { LRUCache } from "lru-cache";
import { InvalidInput } from "../kernel/errors.js";

/** A request as every transport brings it. */
export interface GraphQLRequest {
  readonly query?: string | null | undefined;
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
}

/** Documents that are kept; a client has a few dozen. */
const keptDocuments = 1_000;

/** What clients ask, read once per document: parsed, validated and kept. */
export class Documents {
  private readonly known = new LRUCache<string, KnownOperation | readonly GraphQLError[]>({ max: keptDocuments });

  constructor(private readonly schema: GraphQLSchema) {}

  /** The operation that is asked for, or what is wrong with its document. */
  look({ query, operationName }: GraphQLRequest): KnownOperation | readonly GraphQLError[] {
    if (typeof query !== "string" || query === "") return [refusal("query", "Send a GraphQL document.")];
    const key = createHash("sha256")
      .update(`${operationName ?? ""}\n${query}`)
      .digest("base64url");
    const found = this.known.get(key) ?? this.read(key, query, operationName);
    this.known.set(key, found);
    return found;
  }

  private read(
    key: string,
    query: string,
    operationName: string | null | undefined,
  ): KnownOperation | readonly GraphQLError[] {
    const document = parsed(query);
    if (document instanceof GraphQLError) return [document];
    const errors = validate(this.schema, document);
    if (errors.length > 0) return errors;
    const node = getOperationAST(document, operationName);
    if (!node) return [refusal("operationName", "Name the one operation of the document that you want.")];
    return { key, document, node };
  }
}

function parsed(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

function refusal(path: string, message: string): GraphQLError {
  const originalError = new InvalidInput([{ path, message }]);
  return new GraphQLError(originalError.message, { originalError });
}
