import { createClient, type Client } from "graphql-ws";
import type { Session } from "./session.js";

/** The WebSocket for subscriptions, as whoever is logged in. */
export function createSocketClient(session: Session, url: string): Client {
  const client = createClient({
    url,
    // A subscription that is sent again would begin anew and show everything twice.
    retryAttempts: 0,
    connectionParams: () => session.authorization(),
  });
  let socket: WebSocket | undefined;
  client.on("opened", (opened) => (socket = opened as WebSocket));
  client.on("closed", () => (socket = undefined));
  // The token that the socket was opened with expires before the subscriptions on it end.
  session.subscribe(() => {
    void session.authorization().then((payload) => socket?.send(JSON.stringify({ type: "ping", payload })));
  });
  return client;
}
