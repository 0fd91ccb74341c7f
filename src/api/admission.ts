import { HeaderMap } from "@apollo/server";
import type { Request } from "express";
import { GraphQLError } from "graphql";
import type { Bill } from "../features/context.js";
import { InvalidInput, RateLimited, TooComplex, type PlatformError } from "../kernel/errors.js";
import { bearerToken, type Contexts, type HttpContext } from "./authentication.js";
import type { Budgets, Payer } from "./budgets.js";
import type { ClientNetworks } from "./client-networks.js";
import { UnfitText, type Documents, type GraphQLRequest, type KnownOperation } from "./documents.js";
import { requestPrices } from "./field-prices.js";
import { Untrusted } from "./trusted-documents.js";

/** A request that came in, and the operation that it asks for, if its document is right. */
export interface Admitted extends HttpContext {
  readonly operation?: KnownOperation;
}

export interface AdmissionOptions {
  readonly documents: Documents;
  readonly contexts: Contexts;
  readonly budgets: Budgets;
  readonly networks: ClientNetworks;
}

const batch = new InvalidInput([{ path: "body", message: "Send an object with one operation, and no list of them." }]);

/**
 * The door in front of Apollo. What is too large is refused before anything is parsed and before anybody is asked who sends
 * it; then whoever sends it pays. Whatever else is wrong with a document Apollo tells by itself.
 */
export class Admission {
  constructor(private readonly options: AdmissionOptions) {}

  /** Lets a request in; throws what Apollo shows to the others. */
  async admit(request: Request): Promise<Admitted> {
    const { documents, contexts, networks } = this.options;
    if (Array.isArray(request.body)) throw refused(batch, 400);
    const asked = readRequest(request);
    const { authorization, "user-agent": userAgent } = request.headers;
    const client = { network: networks.of(request), userAgent };
    const payer = await contexts.payer(bearerToken(authorization), client.network);
    const found = documents.look(asked, payer);
    if (!("key" in found)) {
      const cause = found[0]?.originalError;
      if (cause instanceof RateLimited) throw refused(cause, statusFor(request, 429));
      this.charge(payer, requestPrices.refusedDocument, request);
      if (cause instanceof TooComplex || cause instanceof Untrusted || cause instanceof UnfitText)
        throw refused(cause, statusFor(request, 400));
      return contexts.ofHttp(authorization, client);
    }
    // Before the database is waited for: whoever asks faster than is answered is stopped here.
    const bill = this.charge(payer, found.cost(asked.variables), request);
    const from = await contexts.ofHttp(authorization, client);
    from.context.bill = bill;
    return { ...from, operation: found };
  }

  private charge(payer: Payer, cost: number, request: Request): Bill {
    try {
      return this.options.budgets.charge(payer, cost);
    } catch (error) {
      throw error instanceof RateLimited ? refused(error, statusFor(request, 429)) : error;
    }
  }
}

/** What is asked for, read as Apollo reads it: in the body or, of a GET, in the address. What cannot be read is left out. */
function readRequest({ method, url, body }: Request): GraphQLRequest {
  if (method !== "GET") return (body ?? {}) as GraphQLRequest;
  const asked = new URL(url, "http://localhost").searchParams;
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

/** The status for those who read it; those who accept `application/json` alone read the errors, as GraphQL over HTTP has it. */
const statusFor = ({ headers }: Request, status: number): number =>
  (headers.accept ?? "").includes("application/graphql-response+json") ? status : 200;

function refused(originalError: PlatformError, status: number): GraphQLError {
  const { retryAfterMs } = originalError.details;
  const headers = new HeaderMap();
  if (typeof retryAfterMs === "number") headers.set("retry-after", String(Math.ceil(retryAfterMs / 1_000)));
  return new GraphQLError(originalError.message, { originalError, extensions: { http: { status, headers } } });
}
