import { browser, type GraphQLAnswer, type GraphQLRequest, type Observer, type OpenSocket } from "./browser.js";
import type { KnownIds } from "./known-ids.js";
import type { Session } from "./session.js";
import type { Streams } from "./streams.js";

/** What GraphiQL sends with: queries and mutations over HTTP, subscriptions over WebSocket, as whoever is logged in. */
export function makeFetcher(session: Session, ids: KnownIds, streams: Streams) {
  const url = `${browser.location.origin}/graphql`;
  let open: OpenSocket | undefined;
  const sockets = browser.graphqlWs.createClient({
    url: url.replace(/^http/, "ws"),
    // A stream that was cut would begin anew and show everything twice.
    retryAttempts: 0,
    connectionParams: () => session.authorization(),
    on: {
      opened: (socket) => (open = socket),
      closed: () => (open = undefined),
    },
  });
  // The token that the socket was opened with ends before the streams on it do.
  session.subscribe(() => {
    void session.authorization().then((payload) => open?.send(JSON.stringify({ type: "ping", payload })));
  });

  const ask = async (request: GraphQLRequest, headers: Record<string, string> = {}): Promise<GraphQLAnswer> => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...(await session.authorization()), ...headers },
      body: JSON.stringify(request),
    });
    const answer = (await response.json()) as GraphQLAnswer;
    ids.learn(answer.data);
    return answer;
  };

  const follow = (request: GraphQLRequest) => ({
    subscribe: (observer: Observer) => {
      const stream = streams.begin(request.operationName ?? "");
      const leave = sockets.subscribe(request, {
        next: (answer) => {
          ids.learn(answer.data);
          stream.event(answer);
          observer.next(answer);
        },
        error: (cause) => {
          stream.end("failed");
          observer.next(refusal(explain(cause)));
          observer.complete();
        },
        complete: () => {
          stream.end("ended");
          observer.complete();
        },
      });
      return { unsubscribe: leave };
    },
  });

  return (asked: GraphQLRequest, { headers }: { readonly headers?: Record<string, string> } = {}) => {
    const missing: string[] = [];
    const variables = ids.resolve(asked.variables ?? {}, missing) as Record<string, unknown>;
    if (missing.length > 0) return refusal(unknownWord(missing, session.name() !== undefined));
    const { kind, name } = operationOf(asked);
    const request = { ...asked, variables, ...(name !== undefined && { operationName: name }) };
    return kind === "subscription" ? follow(request) : ask(request, headers);
  };
}

/** Read from the document itself: GraphiQL's own idea is that of the tab before, just after a change of tabs. */
function operationOf({ query, operationName }: GraphQLRequest): { kind?: string; name?: string | undefined } {
  try {
    const operations = browser.GraphiQL.GraphQL.parse(query).definitions.filter(({ operation }) => operation);
    const named = operations.find(({ name }) => name?.value === operationName);
    const meant = operations.length === 1 ? operations[0] : named;
    return { kind: meant?.operation ?? "query", name: meant?.name?.value };
  } catch {
    // The server says better what is wrong with it.
    return {};
  }
}

const refusal = (message: string): GraphQLAnswer => ({ errors: [{ message }] });

function unknownWord(missing: readonly string[], loggedIn: boolean): string {
  if (!loggedIn) return "Log in first, in the bar above.";
  const words = [...new Set(missing)].join(", ");
  return `No id for ${words} has been seen on this page yet: create or list one first, or put an id in its place.`;
}

/** graphql-ws reports errors of the operation as an array, and a lost socket by how it was closed. */
function explain(cause: unknown): string {
  if (Array.isArray(cause)) return cause.map(({ message }: { message: string }) => message).join("; ");
  const { code, reason } = (cause ?? {}) as { code?: unknown; reason?: unknown };
  if (code === 4401) return "Log in first, in the bar above.";
  if (typeof reason === "string" && reason !== "") return reason;
  return "The connection was lost. Run it again; where there is an `after`, give it the last cursor.";
}
