import WebSocket from "ws";

/** Subscriptions that a client holds open. */
export interface Held {
  /** Resolves when the server has closed all of them, with the reason of each connection or stream. */
  readonly closed: Promise<readonly string[]>;
}

/** Opens these subscriptions with an access token. */
type Hold = (url: string, token: string, documents: readonly string[]) => Promise<Held>;

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** One WebSocket for all. Its reason is the close code and text. */
const webSocket: Hold = async (url, token, documents) => {
  const socket = new WebSocket(`${url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
  const closed = new Promise<string>((resolve) =>
    socket.once("close", (code, reason) => resolve(`${code} ${String(reason)}`)),
  );
  await new Promise((resolve) => socket.once("open", resolve));
  const acknowledged = new Promise((resolve) => socket.once("message", resolve));
  socket.send(JSON.stringify({ type: "connection_init", payload: bearer(token) }));
  await acknowledged;
  documents.forEach((query, index) =>
    socket.send(JSON.stringify({ id: String(index), type: "subscribe", payload: { query } })),
  );
  return { closed: closed.then((reason) => [reason]) };
};

/** The error codes in an event stream, when it has ended. A stream that was completed adds `complete`. */
async function codesIn(stream: Response): Promise<readonly string[]> {
  const text = await stream.text();
  const codes = [...text.matchAll(/"errors":\[\{.*?"code":"(\w+)"/g)].map(([, code]) => code!);
  return /^event: complete/m.test(text) ? [...codes, "complete"] : codes;
}

/** An event stream for each. The reason is the code in its last event. */
const eventStreams: Hold = async (url, token, documents) => {
  const headers = { accept: "text/event-stream", ...bearer(token) };
  const streams = await Promise.all(
    documents.map((query) => fetch(`${url}/graphql/stream?${new URLSearchParams({ query }).toString()}`, { headers })),
  );
  return { closed: Promise.all(streams.map(codesIn)).then((codes) => codes.flat()) };
};

/** One reserved event stream for all. The reasons are the codes in its last events, one for each. */
const reservedStream: Hold = async (url, token, documents) => {
  const reserved = await fetch(`${url}/graphql/stream`, { method: "PUT", headers: bearer(token) });
  const headers = { ...bearer(token), "x-graphql-event-stream-token": await reserved.text() };
  const stream = await fetch(`${url}/graphql/stream`, { headers: { ...headers, accept: "text/event-stream" } });
  for (const [index, query] of documents.entries()) {
    await fetch(`${url}/graphql/stream`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ query, extensions: { operationId: String(index) } }),
    });
  }
  return { closed: codesIn(stream) };
};

/** Every transport of subscriptions, with how many reasons it gives for so many subscriptions. */
export const holds: Readonly<Record<string, { readonly hold: Hold; readonly reasons: (count: number) => number }>> = {
  "a WebSocket": { hold: webSocket, reasons: () => 1 },
  "event streams": { hold: eventStreams, reasons: (count) => count },
  "a reserved event stream": { hold: reservedStream, reasons: (count) => count },
};
