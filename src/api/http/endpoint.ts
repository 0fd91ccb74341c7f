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
  readonly admission: RequestGuard;
  readonly questions: CacheKeys;
  readonly answers: ResponseCache;
  readonly present: (errors: readonly GraphQLError[]) => readonly unknown[];
}

/** GraphQL over HTTP. Apollo answers, unless the same answer is just given to somebody with the same rights. */
export function endpoint({ apollo, admission, questions, answers, present }: EndpointOptions): RequestHandler {
  return async (request, response) => {
    let admitting: Promise<GuardedRequest> | undefined;
    let refusal: Refusal | undefined;
    const admitted = (): Promise<GuardedRequest> =>
      (admitting ??= admission.admit(request).catch((error: unknown) => {
        if (error instanceof Refusal) refusal = error;
        throw error;
      }));
    const make = async (): Promise<CachedResponse> => {
      const context = async (): Promise<Context> => (await admitted()).context;
      const answer = answerOf(
        await apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest: asApollo(request), context }),
      );
      return refusal ? { ...answer, json: jsonOf({ errors: present(refusal.errors) }) } : answer;
    };
    // Whoever sends anything else may have been tricked into it. Apollo finds out before anything is done.
    const isJson = request.method === "POST" && request.is("application/json");
    // Who is not let in is told by Apollo.
    const visitor = isJson ? await admitted().catch(() => undefined) : undefined;
    const question = visitor && questions.of(visitor, request);
    const answer = question ? await answers.to(question, make) : await make();
    send(response, answer, (visitor ?? (await admitting?.catch(() => undefined)))?.context.bill);
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

function send(response: Response, { status, headers, json }: CachedResponse, bill: Charge | undefined): void {
  const end = bill ? `,"extensions":${JSON.stringify({ cost: shownCost(bill) })}}\n` : "}\n";
  response.writeHead(status, [...headers.flat(), "content-length", String(json.length + Buffer.byteLength(end))]);
  response.write(json);
  response.end(end);
}
