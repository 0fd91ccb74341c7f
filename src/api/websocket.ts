import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { ExecutionResult, GraphQLError, GraphQLSchema } from "graphql";
import { CloseCode } from "graphql-ws";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer, type WebSocket } from "ws";
import { Unauthenticated } from "../kernel/errors.js";
import type { Wakeups } from "../kernel/wakeups.js";
import type { SessionService } from "../features/access/session.service.js";
import { bearerToken, type Contexts } from "./authentication.js";
import { presentError } from "./present-error.js";
import { refuseUnstorable } from "./storable-input.js";

/** Who sits behind an open socket. */
interface Seat {
  readonly memberId: string;
  readonly sessionId: string;
}

export interface SocketOptions {
  readonly server: Server;
  readonly path: string;
  readonly schema: GraphQLSchema;
  readonly sessions: SessionService;
  readonly contexts: Contexts;
  readonly wakeups: Wakeups;
  readonly report: (cause: unknown) => string;
}

/** Closed because the rights behind the socket changed: connect again, and be asked again. */
const forbidden = CloseCode.Forbidden;

/** graphql-ws on the HTTP server's port. Every socket belongs to a session and dies with it. Returns its own end. */
export function serveSockets({ server, path, schema, sessions, contexts, wakeups, report }: SocketOptions): {
  readonly openCount: () => number;
  readonly close: () => Promise<void>;
} {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 1024 * 1024 });
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (request.url?.split("?")[0] !== path) return void socket.destroy();
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit("connection", client, request));
  };
  server.on("upgrade", upgrade);
  const seats = new Map<WebSocket, Seat>();

  const present = (errors: readonly GraphQLError[]): GraphQLError[] =>
    errors.map((error) => presentError(error, report) as unknown as GraphQLError);
  const presentResult = (result: ExecutionResult): ExecutionResult =>
    result.errors ? { ...result, errors: present(result.errors) } : result;

  const recheck = (concerned: (seat: Seat) => boolean): void => {
    for (const [socket, seat] of seats) {
      if (!concerned(seat)) continue;
      sessions.actorOf(seat.memberId, seat.sessionId).catch((error: unknown) => {
        if (error instanceof Unauthenticated) socket.close(forbidden, "The session has ended.");
      });
    }
  };
  const unlisten = [
    wakeups.on("session", (id) => recheck((seat) => id === undefined || seat.sessionId === id)),
    // Other rights mean other answers: the client connects again and every stream is asked for anew.
    wakeups.on("grants", (id) => {
      for (const [socket, seat] of seats) if (seat.memberId === id) socket.close(forbidden, "Your roles have changed.");
    }),
  ];

  const transport = useServer(
    {
      schema,
      onConnect: async ({ connectionParams, extra }) => {
        const token = bearerToken(connectionParams?.["authorization"] ?? connectionParams?.["Authorization"]);
        try {
          if (token === undefined) throw new Unauthenticated();
          const { actor } = await sessions.authenticate(token);
          seats.set(extra.socket, { memberId: actor.memberId, sessionId: actor.sessionId });
          return true;
        } catch (error) {
          if (!(error instanceof Unauthenticated)) report(error);
          const [code, reason] =
            error instanceof Unauthenticated ? [CloseCode.Unauthorized, "Unauthorized"] : [1011, "Try again."];
          extra.socket.close(code, reason);
          return false;
        }
      },
      context: ({ extra }) => {
        const seat = seats.get(extra.socket);
        if (!seat) throw new Unauthenticated();
        return contexts.ofSocket(seat.memberId, seat.sessionId);
      },
      onSubscribe: (_context, _id, payload) => {
        const refused = refuseUnstorable(payload);
        return refused && [refused];
      },
      onError: (_context, _id, _payload, errors) => present(errors),
      onNext: (_context, _id, _payload, _args, result) => presentResult(result),
      onClose: ({ extra }) => void seats.delete(extra.socket),
    },
    sockets,
  );
  return {
    openCount: () => sockets.clients.size,
    close: async () => {
      for (const end of unlisten) end();
      server.off("upgrade", upgrade);
      await transport.dispose();
    },
  };
}
