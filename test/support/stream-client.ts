import { createClient as createEventClient } from "graphql-sse";
import { createClient as createSocketClient } from "graphql-ws";
import WebSocket from "ws";
import type { Untyped } from "../../src/demo/orrery-client.js";

/** One try to read a subscription: where, who, what, from where on, and what to do with each event. */
export interface Attempt {
  readonly url: string;
  readonly token: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly after: string | undefined;
  /** Gets each event; true when nothing more is wanted. */
  readonly take: (event: Untyped, cursor: string) => boolean;
}

/** Reads until the stream ends, or nothing more is wanted: true. Rejects, or gives false, when it was cut. */
type Transport = (attempt: Attempt) => Promise<boolean>;

const only = (data: Untyped): Untyped => Object.values(data as object)[0];

const startingAt = ({ variables, after }: Attempt): Record<string, unknown> => ({
  ...variables,
  ...(after !== undefined && { after }),
});

async function readAll(
  results: AsyncIterableIterator<{ data?: Untyped; errors?: readonly unknown[] | undefined }>,
  { take }: Attempt,
): Promise<boolean> {
  for await (const { data, errors } of results) {
    if (errors) throw new Error(JSON.stringify(errors));
    const event = only(data);
    if (take(event, event.cursor)) return true;
  }
  return true;
}

/** graphql-transport-ws, as its own client speaks it. */
const webSocket: Transport = async (attempt) => {
  const { url, token, query } = attempt;
  const client = createSocketClient({
    url: `${url.replace(/^http/, "ws")}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  try {
    return await readAll(client.iterate<Untyped>({ query, variables: startingAt(attempt) }), attempt);
  } finally {
    await client.dispose();
  }
};

const graphqlSse =
  (singleConnection: boolean): Transport =>
  async (attempt) => {
    const { url, token, query } = attempt;
    const options = {
      url: `${url}/graphql/stream`,
      headers: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
    };
    const client = singleConnection
      ? createEventClient({ ...options, singleConnection: true })
      : createEventClient({ ...options, singleConnection: false });
    try {
      return await readAll(client.iterate<Untyped>({ query, variables: startingAt(attempt) }), attempt);
    } finally {
      client.dispose();
    }
  };

/** What an `EventSource` does, or `curl`: a GET that is repeated with the id of the last event. */
const lastEventId: Transport = async ({ url, token, query, variables, after, take }) => {
  const leave = new AbortController();
  const asked = new URLSearchParams({ query, variables: JSON.stringify(variables), access_token: token });
  const response = await fetch(`${url}/graphql/stream?${asked.toString()}`, {
    headers: { accept: "text/event-stream", ...(after !== undefined && { "last-event-id": after }) },
    signal: leave.signal,
  });
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  let text = "";
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const events = text.split("\n\n");
    text = events.pop()!;
    for (const event of events) {
      const field = (name: string): string => new RegExp(`^${name}: ?(.*)$`, "m").exec(event)?.[1] ?? "";
      if (field("event") === "complete") return true;
      if (field("event") !== "next") continue;
      const { data, errors } = JSON.parse(field("data")) as { data?: Untyped; errors?: readonly unknown[] };
      if (errors) throw new Error(JSON.stringify(errors));
      if (!take(only(data), field("id"))) continue;
      leave.abort();
      return true;
    }
  }
  return false;
};

/** Every way in which a subscription can be read. */
export const transports: Readonly<Record<string, Transport>> = {
  "graphql-ws": webSocket,
  "graphql-sse": graphqlSse(false),
  "graphql-sse, single connection": graphqlSse(true),
  "last-event-id": lastEventId,
};

/** Reads to the end as a careful client does: whenever it is cut it comes back with the last cursor that it got. */
export async function persist(
  transport: Transport,
  attempt: () => Omit<Attempt, "after" | "take"> | undefined,
  take: (event: Untyped) => boolean,
  timeoutMs: number,
): Promise<void> {
  let after: string | undefined;
  for (const end = Date.now() + timeoutMs; ; await new Promise((resolve) => setTimeout(resolve, 30))) {
    const now = attempt();
    if (now) {
      try {
        const keep = (event: Untyped, cursor: string): boolean => ((after = cursor), take(event));
        if (await transport({ ...now, after, take: keep })) return;
      } catch (error) {
        if (Date.now() > end) throw error;
      }
    }
    if (Date.now() > end) throw new Error("The stream did not end in time.");
  }
}
