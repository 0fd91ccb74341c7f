import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { handleProtocols } from "graphql-ws";
import { WebSocketServer, type ServerOptions, type WebSocket } from "ws";
import { RateLimited } from "../../kernel/errors.js";
import type { ClientNetworks } from "../authentication/client-networks.js";
import type { Quota } from "../pricing/quota.js";
import { SocketHeartbeat } from "./socket-heartbeat.js";

/** What is under a socket. */
export interface SocketTransport {
  /** What it writes to. */
  readonly stream: Duplex;
  /** The network that its client comes from. */
  readonly network: string;
  /** To be called when its client is authenticated. */
  readonly authenticated: () => void;
}

export interface AcceptOptions {
  readonly server: Server;
  readonly path: string;
  /** How many sockets may be open that are not authenticated yet. */
  readonly waiting: Quota;
  readonly networks: ClientNetworks;
  /** Begins the protocol on a socket; gives what to call when that is closed. */
  readonly opened: (
    socket: WebSocket,
    transport: SocketTransport,
  ) => (code: number, reason: string) => Promise<void> | void;
}

/** How long a client may take to answer our close before it is cut off. */
const closeTimeoutMs = 2_000;
/** The largest message that a client may send, in bytes. */
const maxMessageBytes = 1024 * 1024;

/** The answer while too many sockets are open that are not authenticated yet. */
const tooManySockets =
  "HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/** Accepts WebSockets on the HTTP server's port, and keeps them alive. */
export function acceptSockets({ server, path, waiting, networks, opened }: AcceptOptions): {
  readonly openCount: () => number;
  readonly close: () => Promise<void>;
} {
  // The types of ws (8.18) lack `closeTimeout`.
  const how: ServerOptions & { readonly closeTimeout: number } = {
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    closeTimeout: closeTimeoutMs,
    handleProtocols,
  };
  const sockets = new WebSocketServer(how);
  const heartbeat = new SocketHeartbeat();

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
    const endHeartbeat = heartbeat.add(socket);
    // ws closes the socket after an error.
    socket.on("error", ignore);
    const closed = opened(socket, transport);
    socket.on("close", (code, reason) => {
      transport.authenticated();
      endHeartbeat();
      void closed(code, reason.toString());
    });
  };
  server.on("upgrade", upgrade);

  return {
    openCount: () => sockets.clients.size,
    close: async () => {
      server.off("upgrade", upgrade);
      heartbeat.stop();
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
