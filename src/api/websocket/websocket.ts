import { execute, GraphQLError, type ExecutionArgs, type GraphQLSchema } from "graphql";
import { CloseCode, makeServer } from "graphql-ws";
import type { WebSocket } from "ws";
import { PlatformError, RateLimited, Unauthenticated } from "../../kernel/errors.js";
import type { Context } from "../../features/foundation/context.js";
import { bearerToken, type Contexts } from "../authentication/authentication.js";
import type { RateLimiter } from "../pricing/rate-limiter.js";
import type { Documents } from "../documents/documents.js";
import { declaredVariables, type KnownOperation } from "../documents/known-operation.js";
import type { GraphQLRequest } from "../documents/graphql-request.js";
import { leastPrice, requestPrices } from "../pricing/field-prices.js";
import type { ExpensiveOperations } from "../pricing/expensive-operations.js";
import { closeReasons, type AuthBinding, type ConnectionAuth } from "../subscriptions/connection-auth.js";
import { forget } from "./graphql-ws-objects.js";
import { protocolSocket, type ProtocolSocketOptions } from "./protocol-socket.js";
import { SocketWriter } from "./socket-writer.js";
import { acceptSockets, type AcceptOptions } from "./sockets.js";
import type { Subscription, Subscriptions } from "../subscriptions/subscriptions.js";

export interface SocketOptions extends Omit<AcceptOptions, "opened">, ProtocolSocketOptions {
  readonly schema: GraphQLSchema;
  readonly documents: Documents;
  readonly rateLimiter: RateLimiter;
  readonly subscriptions: Subscriptions;
  readonly connectionAuth: ConnectionAuth;
  readonly expensiveOperations: ExpensiveOperations;
  readonly contexts: Contexts;
  /** How long a socket may take nothing of what it asked for. */
  readonly drainTimeoutMs: number;
  readonly present: (errors: readonly GraphQLError[]) => GraphQLError[];
}

/** An open socket. */
interface SocketConnection {
  readonly socket: WebSocket;
  readonly writer: SocketWriter;
  /** The network that its client comes from. */
  readonly network: string;
  /** To be called when its client is authenticated. */
  readonly authenticated: () => void;
  readonly streams: Set<Subscription>;
  auth?: AuthBinding;
}

/** What graphql-ws is given for an operation, and hands back when it is to be executed. */
interface Arguments extends ExecutionArgs {
  readonly connection: SocketConnection;
  readonly id: string;
  readonly operation: KnownOperation;
}

/** How long a new socket may take to authenticate. */
const connectionInitTimeoutMs = 3_000;

/** GraphQL over WebSocket, in the protocol graphql-transport-ws. Every socket belongs to a session and dies with it. */
export function serveSockets(options: SocketOptions): {
  readonly openCount: () => number;
  readonly close: () => Promise<void>;
} {
  const {
    schema,
    documents,
    rateLimiter,
    subscriptions,
    connectionAuth,
    expensiveOperations,
    contexts,
    drainTimeoutMs,
    present,
    report,
  } = options;

  const authenticate = async (connection: SocketConnection, authorization: unknown): Promise<void> => {
    const token = bearerToken(authorization);
    if (token === undefined) throw new Unauthenticated();
    rateLimiter.charge(await contexts.rateLimitKey(token, connection.network), requestPrices.socketToken);
    if (connection.auth) return connectionAuth.renew(connection.auth, token);
    connection.auth = await connectionAuth.bind(token, (why) => {
      connection.socket.close(CloseCode.Forbidden, closeReasons[why]);
      for (const stream of connection.streams) void stream.leave();
    });
    connection.authenticated();
    if (connection.socket.readyState !== connection.socket.OPEN) connectionAuth.release(connection.auth);
  };

  const read = async (
    connection: SocketConnection,
    id: string,
    request: GraphQLRequest,
  ): Promise<Arguments | GraphQLError[]> => {
    try {
      if (!connection.auth) throw new Unauthenticated();
      const operation = await documents.readInTurn(request, connection.auth);
      if (!("node" in operation)) {
        rateLimiter.charge(connection.auth, leastPrice);
        return [...operation];
      }
      const { document, node } = operation;
      const variableValues = declaredVariables(operation, request.variables);
      // Charged before the first wait, so that a client that sends faster than it is answered is refused here.
      const charge = rateLimiter.charge(connection.auth, operation.cost(variableValues));
      const contextValue = await contexts.ofSocket(
        connection.auth.memberId,
        connection.auth.sessionId,
        connection.network,
      );
      contextValue.charge = charge;
      return {
        schema,
        document,
        operationName: node.name?.value,
        variableValues,
        contextValue,
        connection,
        id,
        operation,
      };
    } catch (originalError) {
      const message = originalError instanceof PlatformError ? originalError.message : "";
      return [new GraphQLError(message, { originalError: originalError as Error })];
    }
  };

  /** How a socket is closed whose token is not taken. */
  const closeFor = (error: unknown, wrongToken: [CloseCode, string]): [number, string] => {
    if (error instanceof Unauthenticated) return wrongToken;
    if (error instanceof RateLimited) return [CloseCode.TooManyInitialisationRequests, error.message];
    report(error);
    // 1011 lets clients come back, which they do not after a code of the protocol's own.
    return [1011, "Try again."];
  };

  const protocol = makeServer<{ authorization?: unknown; Authorization?: unknown }, SocketConnection>({
    schema,
    connectionInitWaitTimeout: connectionInitTimeoutMs,
    onConnect: async (context) => {
      const { connectionParams, extra } = context;
      try {
        await authenticate(extra, connectionParams?.authorization ?? connectionParams?.Authorization);
        forget(context, "connectionParams");
        return true;
      } catch (error) {
        extra.socket.close(...closeFor(error, [CloseCode.Unauthorized, "Unauthorized"]));
        return false;
      }
    },
    // The protocol leaves the payload of a ping to us: a new token in it keeps the socket open when the old one expires.
    onPing: async ({ extra }, payload) => {
      if (payload?.["authorization"] === undefined || !extra.auth) return;
      await authenticate(extra, payload["authorization"]).catch((error: unknown) => {
        extra.socket.close(...closeFor(error, [CloseCode.Forbidden, "The token in the ping is not valid."]));
      });
    },
    onSubscribe: async ({ extra }, id, payload) => {
      const found = await read(extra, id, payload);
      for (const part of ["query", "operationName", "variables", "extensions"] as const) forget(payload, part);
      return found;
    },
    execute: (args) => expensiveOperations.run((args.contextValue as Context).charge, () => execute(args)),
    subscribe: async (args) => {
      const { connection, id, operation, variableValues, contextValue } = args as Arguments;
      const opened = await subscriptions.open({
        operation,
        variables: variableValues ?? {},
        context: contextValue as Awaited<ReturnType<Contexts["ofSocket"]>>,
      });
      forget(args, "contextValue");
      return "deliver" in opened ? new Delivery(connection, id, opened) : opened;
    },
    onError: (_context, _id, _payload, errors) => present(errors),
    onNext: (_context, _id, _payload, _args, result) =>
      result.errors ? { ...result, errors: present(result.errors) } : result,
    onClose: ({ extra }) => extra.auth && connectionAuth.release(extra.auth),
  });

  return acceptSockets({
    ...options,
    opened: (socket, { stream, network, authenticated }) =>
      protocol.opened(protocolSocket(socket, options), {
        socket,
        network,
        writer: new SocketWriter(socket, stream, drainTimeoutMs),
        authenticated,
        streams: new Set(),
      }),
  });
}

/** The stream of results that graphql-ws is given: it yields nothing, because payloads are written past it, and ends with them. */
class Delivery implements AsyncIterableIterator<never> {
  constructor(
    private readonly connection: SocketConnection,
    private readonly id: string,
    private readonly stream: Subscription,
  ) {
    connection.streams.add(stream);
  }

  // Thousands wait here: an async function that waits takes twice the memory of a promise.
  next(): Promise<IteratorResult<never>> {
    const { socket, writer } = this.connection;
    if (socket.readyState !== socket.OPEN) return this.return();
    return this.stream.deliver(writer.next(this.id)).then(() => this.return());
  }

  async return(): Promise<IteratorResult<never>> {
    this.connection.streams.delete(this.stream);
    await this.stream.leave();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
