import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { CloseCode, handleProtocols, MessageType, type WebSocket as ProtocolSocket } from "graphql-ws";
import { WebSocketServer, type ServerOptions, type WebSocket } from "ws";
import { RateLimited } from "../../kernel/errors.js";
import type { ClientNetworks } from "../authentication/client-networks.js";
import { isWithin } from "../http/json-body.js";
import type { Quota } from "../pricing/quota.js";
import { highWaterMarkBytes } from "../subscriptions/backpressure.js";
import { closeReason, readMessage } from "./socket-message.js";

/** What a socket stands on. */
export interface SocketTransport {
  /** What it writes to. */
  readonly stream: Duplex;
  /** Where it comes from. */
  readonly network: string;
  /** To be called when its client has logged in. */
  readonly authenticated: () => void;
}

export interface AcceptOptions {
  readonly server: Server;
  readonly path: string;
  readonly report: (cause: unknown) => string;
  /** How many may be open before they have logged in. */
  readonly waiting: Quota;
  readonly networks: ClientNetworks;
  readonly limits: { readonly document: { readonly variableValues: number } };
  /** Begins the protocol on a socket; gives what to call when that is closed. */
  readonly opened: (
    socket: WebSocket,
    protocol: ProtocolSocket,
    transport: SocketTransport,
  ) => (code: number, reason: string) => Promise<void> | void;
}

/** A socket that answers no ping for this long is gone. */
const pingMs = 12_000;
/** Sockets are pinged in so many groups, one after the other: thousands at once would keep everyone waiting. */
const pingGroups = 60;
/** How long a client may take to answer our close before it is cut off. */
const closeTimeoutMs = 2_000;
/** The largest message that a client may send, in bytes. */
const maxMessageBytes = 1024 * 1024;

const pong = JSON.stringify({ type: MessageType.Pong });

/** Told to who comes while too many others have not logged in yet. */
const tooManySockets =
  "HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/** Accepts WebSockets on the HTTP server's port, and keeps them alive. Returns its own end. */
export function acceptSockets({ server, path, report, waiting, networks, limits, opened }: AcceptOptions): {
  readonly openCount: () => number;
  readonly close: () => Promise<void>;
} {
  const how: ServerOptions & { readonly closeTimeout: number } = {
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    closeTimeout: closeTimeoutMs,
    handleProtocols,
  };
  const sockets = new WebSocketServer(how);
  const alive = new WeakSet<WebSocket>();
  const groups = Array.from({ length: pingGroups }, () => new Set<WebSocket>());
  let accepted = 0;
  // One for all of them: there are thousands.
  const answered = function (this: WebSocket): void {
    alive.add(this);
  };

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (request.url?.split("?")[0] !== path) return void socket.destroy();
    try {
      const network = networks.of(request);
      const authenticated = waiting.take(network);
      let isAccepted = false;
      sockets.handleUpgrade(request, socket, head, (opened) => {
        isAccepted = true;
        accept(opened, { stream: socket, network, authenticated });
      });
      if (!isAccepted) authenticated();
    } catch (error) {
      if (!(error instanceof RateLimited)) throw error;
      socket.on("error", () => undefined);
      socket.end(tooManySockets);
    }
  };
  const accept = (socket: WebSocket, transport: SocketTransport): void => {
    alive.add(socket);
    const group = groups[accepted++ % pingGroups]!.add(socket);
    socket.on("pong", answered);
    // What is wrong with a frame closes the socket by itself.
    socket.on("error", ignore);
    const closed = opened(
      socket,
      {
        protocol: socket.protocol,
        send: (data) =>
          new Promise((resolve) => {
            if (socket.readyState !== socket.OPEN) resolve();
            else socket.send(data, () => resolve());
          }),
        close: (code, reason) => socket.close(code, closeReason(reason)),
        // Not the payload, which may hold a token; and nothing for a client that does not read.
        onPing: () => {
          if (socket.readyState === socket.OPEN && socket.bufferedAmount <= highWaterMarkBytes) socket.send(pong);
        },
        onMessage: (take) =>
          socket.on("message", (data: Buffer) => {
            if (!isWithin(data, limits.document))
              return socket.close(CloseCode.BadRequest, "Too many or too deep values.");
            const read = readMessage(data);
            if ("refusal" in read) return socket.close(CloseCode.BadRequest, read.refusal);
            take(read.message).catch((error: unknown) => {
              report(error);
              socket.close(CloseCode.InternalServerError, "Internal server error");
            });
          }),
      },
      transport,
    );
    socket.on("close", (code, reason) => {
      transport.authenticated();
      group.delete(socket);
      void closed(code, reason.toString());
    });
  };
  server.on("upgrade", upgrade);
  let pinged = 0;
  const pings = setInterval(() => {
    for (const socket of groups[pinged++ % pingGroups]!) {
      // One that is being closed has as long as that takes.
      if (socket.readyState !== socket.OPEN) continue;
      if (!alive.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, pingMs / pingGroups);
  pings.unref();

  return {
    openCount: () => sockets.clients.size,
    close: async () => {
      server.off("upgrade", upgrade);
      clearInterval(pings);
      for (const socket of sockets.clients) socket.close(1001, "Going away");
      const cutOff = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
      }, closeTimeoutMs);
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
      clearTimeout(cutOff);
    },
  };
}

const ignore = (): void => undefined;
