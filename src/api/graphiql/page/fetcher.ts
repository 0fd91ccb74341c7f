import { createGraphiQLFetcher, type Fetcher, type FetcherOpts, type FetcherParams } from "@graphiql/toolkit";
import { getOperationAST, GraphQLError, parse } from "graphql";
import type { Client } from "graphql-ws";
import type { KnownIds } from "./known-ids.js";
import type { Session } from "./session.js";
import { createSocketClient } from "./socket-client.js";
import type { Streams } from "./streams.js";

/** What GraphiQL sends with: queries and mutations over HTTP, subscriptions over WebSocket, as whoever is logged in. */
export function createFetcher(session: Session, ids: KnownIds, streams: Streams): Fetcher {
  const url = `${location.origin}/graphql`;
  const send = createGraphiQLFetcher({
    url,
    enableIncrementalDelivery: false,
    fetch: async (input, init) => {
      const headers = new Headers(await session.authorization());
      new Headers(init?.headers).forEach((value, name) => headers.set(name, value));
      return fetch(input, { ...init, headers });
    },
    wsClient: recordResults(createSocketClient(session, url.replace(/^http/, "ws")), ids, streams),
  });
  return async (params, options) => {
    const missing: string[] = [];
    const variables: unknown = ids.resolve(params.variables ?? {}, missing);
    if (missing.length > 0) return errorResult(missingIds(missing, session.name() !== undefined));
    const { operationName, documentAST } = operationOf(params);
    const result = await send({ ...params, variables, operationName }, { ...options, documentAST });
    if ("data" in result) ids.learn(result.data);
    return result;
  };
}

/** The same client; the results of its subscriptions go into `streams` too, and errors become results to be shown. */
function recordResults(client: Client, ids: KnownIds, streams: Streams): Client {
  return {
    ...client,
    subscribe: (payload, sink) => {
      const stream = streams.begin(payload.operationName ?? "");
      return client.subscribe(payload, {
        next: (result) => {
          ids.learn(result.data);
          stream.event(result);
          sink.next(result as never);
        },
        error: (cause) => {
          stream.end("failed");
          sink.next(errorResult(explain(cause)));
          sink.complete();
        },
        complete: () => {
          stream.end("ended");
          sink.complete();
        },
      });
    },
  };
}

/** Read from the document itself: just after a change of tabs, GraphiQL still has the operation of the tab before. */
function operationOf({ query, operationName }: FetcherParams): Pick<FetcherParams, "operationName"> & FetcherOpts {
  try {
    const documentAST = parse(query);
    const operation = getOperationAST(documentAST, operationName) ?? getOperationAST(documentAST);
    return { documentAST, operationName: operation?.name?.value };
  } catch {
    // The server says better what is wrong with it.
    return {};
  }
}

const errorResult = (message: string) => ({ errors: [new GraphQLError(message)] });

function missingIds(missing: readonly string[], loggedIn: boolean): string {
  if (!loggedIn) return "Log in first, in the bar above.";
  const placeholders = [...new Set(missing)].join(", ");
  return `No id for ${placeholders} has been seen on this page yet: create or list one first, or put an id in its place.`;
}

/** graphql-ws reports errors of the operation as an array, and a lost socket by how it was closed. */
function explain(cause: unknown): string {
  if (Array.isArray(cause)) return cause.map(({ message }: { message: string }) => message).join("; ");
  const { code, reason } = (cause ?? {}) as { code?: unknown; reason?: unknown };
  if (code === 4401) return "Log in first, in the bar above.";
  if (typeof reason === "string" && reason !== "") return reason;
  return "The connection was lost. Run it again; where there is an `after`, give it the last cursor.";
}
