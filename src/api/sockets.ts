import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { CloseCode, handleProtocols, type WebSocket as ProtocolSocket } from "graphql-ws";
import { WebSocketServer, type WebSocket } from "ws";

export interface AcceptOptions {
  readonly server: Server;
  readonly path: string;
  readonly report: (cause: unknown) => string;
  /** Begins the protocol on a socket; gives what to call when that is closed. */
  readonly opened: (
    socket: WebSocket,
    protocol: ProtocolSocket,
  ) => (code: number, reason: string) => Promise<void> | void;
}

/** A socket that answers no ping for this long is gone. */
const pingMs = 12_000;
/** How long a client may take to answer our close before it is cut off. */
const farewellMs = 2_000;
/** The largest message that a client may send, in bytes. */
const maxMessageBytes = 1024 * 1024;

/** Accepts WebSockets on the HTTP server's port, and keeps them alive. Returns its own end. */
export function acceptSockets({ server, path, report, opened }: AcceptOptions): {
  readonly openCount: () => number;
  readonly close: () => Promise<void>;
} {
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    handleProtocols,
  });
  const alive = new WeakSet<WebSocket>();

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (request.url?.split("?")[0] !== path) return void socket.destroy();
    sockets.handleUpgrade(request, socket, head, accept);
  };
  const accept = (socket: WebSocket): void => {
    alive.add(socket);
    socket.on("pong", () => alive.add(socket));
    // What is wrong with a frame closes the socket by itself.
    socket.on("error", () => undefined);
    const closed = opened(socket, {
      protocol: socket.protocol,
      send: (data) =>
        new Promise((resolve) => {
          if (socket.readyState !== socket.OPEN) resolve();
          else socket.send(data, () => resolve());
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (take) =>
        socket.on("message", (data: Buffer) => {
          take(data.toString()).catch((error: unknown) => {
            report(error);
            socket.close(CloseCode.InternalServerError, "Internal server error");
          });
        }),
    });
    socket.once("close", (code, reason) => void closed(code, reason.toString()));
  };
  server.on("upgrade", upgrade);
  const pings = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!alive.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, pingMs);
  pings.unref();

  return {
    openCount: () => sockets.clients.size,
    close: async () => {
      server.off("upgrade", upgrade);
      clearInterval(pings);
      for (const socket of sockets.clients) socket.close(1001, "Going away");
      const cutOff = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
      }, farewellMs);
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
      clearTimeout(cutOff);
    },
  };
}
