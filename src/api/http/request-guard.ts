import { HeaderMap } from "@apollo/server";
import type { Request } from "express";
import { GraphQLError } from "graphql";
import type { Charge } from "../../features/foundation/context.js";
import { InvalidInput, RateLimited, type PlatformError } from "../../kernel/errors.js";
import { bearerToken, type Contexts, type HttpContext } from "../authentication/authentication.js";
import type { RateLimiter, RateLimitKey } from "../pricing/rate-limiter.js";
import type { ClientNetworks } from "../authentication/client-networks.js";
import { UnreadableRequest, type Documents } from "../documents/documents.js";
import type { KnownOperation } from "../documents/known-operation.js";
import type { GraphQLRequest } from "../documents/graphql-request.js";
import { leastPrice } from "../pricing/field-prices.js";
import { asGraphQL, type Errors } from "../documents/read-document.js";
import { searchOf } from "../documents/search-of.js";

/** A request that came in, and the operation that it asks for. */
export interface GuardedRequest extends HttpContext {
  readonly operation: KnownOperation;
}

export interface RequestGuardOptions {
  readonly documents: Documents;
  readonly contexts: Contexts;
  readonly rateLimiter: RateLimiter;
  readonly networks: ClientNetworks;
}

const batch = new InvalidInput([{ path: "body", message: "Send an object with one operation, and no list of them." }]);

/** Why a request is not let in. Apollo shows one error for it: the others are in `errors`. */
export class Refusal extends GraphQLError {
  constructor(
    readonly errors: Errors,
    status: number,
  ) {
    const { message, originalError } = errors[0]!;
    const { retryAfterMs } = originalError instanceof RateLimited ? originalError.details : {};
    const headers = new HeaderMap();
    if (typeof retryAfterMs === "number") headers.set("retry-after", String(Math.ceil(retryAfterMs / 1_000)));
    super(message, { originalError: originalError ?? null, extensions: { http: { status, headers } } });
  }
}

/**
 * Checks and charges each request before Apollo executes it and before the database authenticates its sender. A refused
 * request is charged too.
 */
export class RequestGuard {
  constructor(private readonly options: RequestGuardOptions) {}

  /** Lets a request in; throws what Apollo shows to the others. */
  async admit(request: Request): Promise<GuardedRequest> {
    const { documents, contexts, networks } = this.options;
    if (Array.isArray(request.body)) throw refusal(batch, 400);
    const asked = readRequest(request);
    const { authorization, "user-agent": userAgent } = request.headers;
    const client = { network: networks.of(request), userAgent };
    const rateLimitKey = await contexts.rateLimitKey(bearerToken(authorization), client.network);
    const found = await documents.readInTurn(asked, rateLimitKey);
    // Charged before the first wait, so that a client that sends faster than it is answered is refused here.
    const charge = this.charge(rateLimitKey, "key" in found ? found.cost(asked.variables) : leastPrice, request);
    if (!("key" in found)) throw new Refusal(found, statusOf(request, found));
    const from = await contexts.ofHttp(authorization, client);
    from.context.charge = charge;
    return { ...from, operation: found };
  }

  private charge(rateLimitKey: RateLimitKey, cost: number, request: Request): Charge {
    try {
      return this.options.rateLimiter.charge(rateLimitKey, cost);
    } catch (error) {
      throw error instanceof RateLimited ? refusal(error, statusFor(request, 429)) : error;
    }
  }
}

/** What is asked for, read as Apollo reads it: in the body or, of a GET, in the address. What cannot be read is left out. */
function readRequest({ method, url, body }: Request): GraphQLRequest {
  if (method !== "GET") return (body ?? {}) as GraphQLRequest;
  const asked = searchOf(url);
  return {
    query: asked.get("query"),
    documentId: asked.get("documentId"),
    operationName: asked.get("operationName"),
    variables: json(asked.get("variables")),
    extensions: json(asked.get("extensions")),
  };
}

function json(text: string | null): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text ?? "null") as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function statusOf(request: Request, [first]: Errors): number {
  if (first?.originalError instanceof UnreadableRequest) return 400;
  return statusFor(request, first?.originalError instanceof RateLimited ? 429 : 400);
}

/** GraphQL over HTTP: a client that accepts `application/json` alone gets status 200 and reads the errors. */
const statusFor = ({ headers }: Request, status: number): number =>
  (headers.accept ?? "").includes("application/graphql-response+json") ? status : 200;

const refusal = (cause: PlatformError, status: number): Refusal => new Refusal([asGraphQL(cause)], status);
