import { getOperationAST, type DocumentNode } from "graphql";
import { LRUCache } from "lru-cache";
import { RateLimited } from "../../kernel/errors.js";
import type { RateLimiter, RateLimitKey } from "../pricing/rate-limiter.js";
import { knownOperation, type KnownOperation } from "./known-operation.js";
import { asGraphQL, readDocument, type Errors, type Measures } from "./read-document.js";

export interface DocumentCacheOptions extends Measures {
  /** How many documents that are new each may send. */
  readonly newDocuments: RateLimiter;
}

/** A document that fits the schema, and those of its operations that were asked for. */
export interface KnownDocument {
  readonly document: DocumentNode;
  readonly operations: Map<string, KnownOperation>;
}

/** What is kept of documents: so many, and so many characters of them. A client has a few dozen. */
const kept = { max: 1_000, maxSize: 500_000 };
/** And of invalid ones, which push out no valid ones. */
const keptInvalid = { max: 200, maxSize: 100_000 };

/** Documents by the SHA-256 of their text, in hex: each is parsed and validated once. */
export class DocumentCache {
  private readonly valid = new LRUCache<string, KnownDocument>(kept);
  private readonly invalid = new LRUCache<string, Errors>(keptInvalid);

  constructor(private readonly options: DocumentCacheOptions) {}

  has(hash: string): boolean {
    return this.valid.has(hash) || this.invalid.has(hash);
  }

  /** A valid document that is kept. */
  get(hash: string): DocumentNode | undefined {
    return this.valid.get(hash)?.document;
  }

  /** The document, or what is wrong with it. A document that is new is counted for its sender. */
  read(hash: string, text: string, sender: RateLimitKey): KnownDocument | Errors {
    return this.valid.get(hash) ?? this.invalid.get(hash) ?? this.readAndKeep(hash, text, sender);
  }

  /** An operation of a document that `read` gave; undefined when the name does not say which. */
  operation(
    hash: string,
    { document, operations }: KnownDocument,
    operationName: string | null | undefined,
  ): KnownOperation | undefined {
    const node = operationName === "" ? undefined : getOperationAST(document, operationName);
    if (!node) return undefined;
    const name = node.name?.value ?? "";
    const known =
      operations.get(name) ?? knownOperation(this.options.schema, { key: `${hash}:${name}`, document, node });
    operations.set(name, known);
    return known;
  }

  private readAndKeep(hash: string, text: string, sender: RateLimitKey): KnownDocument | Errors {
    try {
      this.options.newDocuments.charge(sender, 1);
    } catch (error) {
      if (error instanceof RateLimited) return [asGraphQL(error)];
      throw error;
    }
    const read = readDocument(text, this.options);
    const size = text.length;
    if (!("kind" in read)) {
      this.invalid.set(hash, read, { size });
      return read;
    }
    const known: KnownDocument = { document: read, operations: new Map() };
    this.valid.set(hash, known, { size });
    return known;
  }
}
