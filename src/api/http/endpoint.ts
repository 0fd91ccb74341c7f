import { HeaderMap, type ApolloServer, type HTTPGraphQLRequest, type HTTPGraphQLResponse } from "@apollo/server";
import type { Request, RequestHandler, Response } from "express";
import type { Charge, Context } from "../../features/foundation/context.js";
import type { GraphQLError } from "graphql";
import { Refusal, type RequestGuard, type GuardedRequest } from "./request-guard.js";
import type { CachedResponse, ResponseCache } from "./response-cache.js";
import type { CacheKeys } from "./cache-keys.js";
import { partsOf } from "../documents/search-of.js";
import { shownCost } from "../pricing/shown-cost.js";

export interface EndpointOptions {
  readonly apollo: ApolloServer<Context>;
  readonly requestGuard: RequestGuard;
  readonly cacheKeys: CacheKeys;
  readonly responseCache: ResponseCache;
  readonly present: (errors: readonly GraphQLError[]) => readonly unknown[];
}

/** GraphQL over HTTP. Apollo answers, unless the response cache has the same answer for the same member with the same rights. */
export function endpoint({ apollo, requestGuard, cacheKeys, responseCache, present }: EndpointOptions): RequestHandler {
  return async (request, response) => {
    let admission: Promise<GuardedRequest> | undefined;
    let refusal: Refusal | undefined;
    const admit = (): Promise<GuardedRequest> =>
      (admission ??= requestGuard.admit(request).catch((error: unknown) => {
        if (error instanceof Refusal) refusal = error;
        throw error;
      }));
    const make = async (): Promise<CachedResponse> => {
      const context = async (): Promise<Context> => (await admit()).context;
      const answer = answerOf(
        await apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest: asApollo(request), context }),
      );
      return refusal ? { ...answer, json: jsonOf({ errors: present(refusal.errors) }) } : answer;
    };
    // A browser may have been tricked into sending anything else; Apollo refuses it before it calls for the context.
    const isJson = request.method === "POST" && request.is("application/json");
    // Apollo answers with the reason when a request is refused.
    const guarded = isJson ? await admit().catch(() => undefined) : undefined;
    const cacheKey = guarded && cacheKeys.of(guarded, request);
    const answer = cacheKey ? await responseCache.respond(cacheKey, make) : await make();
    send(response, answer, (guarded ?? (await admission?.catch(() => undefined)))?.context.charge);
  };
}

function asApollo({ method, headers, url, body }: Request): HTTPGraphQLRequest {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(", ") : value);
  return { method, headers: map, search: partsOf(url).search, body: body as unknown };
}

/** Every answer of Apollo's is a JSON object with a line end: landing pages are off, and nothing is delivered in parts. */
function answerOf({ status, headers, body }: HTTPGraphQLResponse): CachedResponse {
  if (body.kind !== "complete") throw new Error("Nobody has asked for an answer in parts.");
  const bytes = Buffer.from(body.string);
  return {
    status: status ?? 200,
    headers: [...headers],
    json: bytes.subarray(0, bytes.lastIndexOf("}")),
    isWhole: (status ?? 200) === 200 && body.string.startsWith('{"data":'),
  };
}

/** An object without its closing brace. */
const jsonOf = (body: object): Buffer => Buffer.from(JSON.stringify(body).slice(0, -1));

function send(response: Response, { status, headers, json }: CachedResponse, charge: Charge | undefined): void {
  const end = charge ? `,"extensions":${JSON.stringify({ cost: shownCost(charge) })}}\n` : "}\n";
  response.writeHead(status, [...headers.flat(), "content-length", String(json.length + Buffer.byteLength(end))]);
  response.write(json);
  response.end(end);
}
