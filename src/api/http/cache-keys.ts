import type { Request } from "express";
import { OperationTypeNode, TypeInfo, visit, visitWithTypeInfo, type GraphQLSchema } from "graphql";
import { isNotCached } from "../../features/foundation/graphql.js";
import { canonicalJson } from "../../kernel/canonical-json.js";
import type { GuardedRequest } from "./request-guard.js";
import type { CacheKey } from "./response-cache.js";
import type { KnownOperation } from "../documents/known-operation.js";
import type { GraphQLRequest } from "../documents/graphql-request.js";
import { rightsKey } from "../subscriptions/topic.js";

/** Tells which responses may be cached, and by which key. */
export class CacheKeys {
  private readonly known = new WeakMap<KnownOperation, boolean>();

  /** `clusterRevision` grows with each change of what the cluster's cache shows. */
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly clusterRevision: () => number,
  ) {}

  /** The key for a request that a member sends by POST; undefined when its response must not be used for another request. */
  of({ context, operation, snapshot }: GuardedRequest, { headers, body }: Request): CacheKey | undefined {
    const { variables, extensions } = body as GraphQLRequest;
    if (snapshot === undefined || !isPlain(extensions) || !this.isShareable(operation)) return undefined;
    const { actor } = context;
    return {
      snapshot: `${snapshot} ${this.clusterRevision()}`,
      text: JSON.stringify([
        operation.key,
        actor.memberId,
        rightsKey(actor),
        headers.accept,
        canonicalJson(variables ?? {}),
      ]),
    };
  }

  private isShareable(operation: KnownOperation): boolean {
    const known = this.known.get(operation) ?? this.readsOnlyWhatIsStored(operation);
    this.known.set(operation, known);
    return known;
  }

  /** Of the whole document: a field too many, in an operation that was not asked for, costs speed alone. */
  private readsOnlyWhatIsStored({ document, node }: KnownOperation): boolean {
    if (node.operation !== OperationTypeNode.QUERY) return false;
    const types = new TypeInfo(this.schema);
    let found = true;
    visit(
      document,
      visitWithTypeInfo(types, {
        Field: () => {
          const field = types.getFieldDef();
          if (!field || isNotCached(field)) found = false;
        },
      }),
    );
    return found;
  }
}

/** Whether Apollo finds nothing to say about the extensions; the rest of the request was looked at before it was let in. */
const isPlain = (extensions: unknown): boolean =>
  extensions === undefined ||
  extensions === null ||
  (typeof extensions === "object" && !Array.isArray(extensions) && !("persistedQuery" in extensions));
