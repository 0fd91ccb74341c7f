import { Router, type Request, type RequestHandler, type Response } from "express";
import { OperationTypeNode } from "graphql";
import { Conflict, InvalidInput } from "../../kernel/errors.js";
import { isStorable } from "../../kernel/storable.js";
import type { Contexts } from "../authentication/authentication.js";
import type { ClientNetworks } from "../authentication/client-networks.js";
import { declaredVariables } from "../documents/known-operation.js";
import { completeId } from "./event-stream.js";
import type { Destination, EventStreamOperations } from "./event-stream-operations.js";
import { acceptsEvents, lastEventId, readRequest, streamPath, wantsEvents } from "./event-stream-request.js";
import { requestPrices } from "../pricing/field-prices.js";
import { refuseRequest } from "../http/refuse-request.js";
import type { RequestCharges } from "../http/request-charges.js";
import type { ReservedStreams, Task } from "./reserved-streams.js";
import type { SseConnection, SseConnections } from "./sse-connections.js";
import type { Subscription } from "../subscriptions/subscriptions.js";

export interface EventStreamOptions {
  readonly connections: SseConnections;
  readonly operations: EventStreamOperations;
  readonly reserved: ReservedStreams;
  readonly contexts: Contexts;
  readonly networks: ClientNetworks;
  readonly charges: RequestCharges;
  readonly report: (cause: unknown) => string;
}

const tokenHeader = "x-graphql-event-stream-token";
/** Of the name of an operation, in characters. */
const longestName = 200;

/**
 * GraphQL over server-sent events, in the protocol of graphql-sse: a stream for one operation, or one that is reserved and
 * then carries several. Events have their cursor as `id`, so that a client continues with `Last-Event-ID`. Everything
 * else goes on to the next handler.
 */
export function eventStreams(options: EventStreamOptions): Router {
  const streams = new EventStreams(options);
  const answer =
    (handle: (request: Request, response: Response, next: () => void) => Promise<void>): RequestHandler =>
    (request, response, next) => {
      handle(request, response, next).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else refuseRequest(response, error, options.report);
      });
    };
  return Router()
    .all(
      streamPath,
      answer((request, response) => streams.stream(request, response)),
    )
    .all(
      "/graphql",
      answer((request, response, next) => streams.distinct(request, response, next)),
    );
}

class EventStreams {
  constructor(private readonly options: EventStreamOptions) {}

  stream(request: Request, response: Response): Promise<void> {
    const token = request.get(tokenHeader) ?? request.query["token"];
    if (request.method === "PUT") return this.reserve(request, response);
    if (typeof token === "string") return this.reserved(token, request, response);
    return this.distinct(request, response, () => {
      if (request.method === "GET" || request.method === "POST") response.status(406);
      else response.status(405).set("allow", "GET, POST, PUT, DELETE");
      throw new InvalidInput([{ path: "Accept", message: "This address gives text/event-stream alone." }]);
    });
  }

  /** A stream for one operation. A client that accepts JSON too gets events for subscriptions alone. */
  async distinct(request: Request, response: Response, next: () => void): Promise<void> {
    const { connections, operations, contexts, charges, networks } = this.options;
    if (!acceptsEvents(request) || !["GET", "POST"].includes(request.method)) return next();
    // An `EventSource` connects again after a stream that has ended, until it gets this status.
    if (lastEventId(request) === completeId) return void response.status(204).end();
    const asked = readRequest(request);
    const network = networks.of(request);
    const rateLimitKey = await charges.rateLimitKey(request);
    const operation = await operations.read(asked, rateLimitKey);
    const kind = "node" in operation ? operation.node.operation : undefined;
    if (kind !== OperationTypeNode.SUBSCRIPTION && !wantsEvents(request)) return next();
    if (kind === OperationTypeNode.MUTATION && request.method === "GET") {
      response.status(405).set("allow", "POST");
      throw new InvalidInput([{ path: "query", message: "Send a mutation by POST." }]);
    }
    // Charged before the first query of the database.
    const charge = operations.charge(operation, asked, rateLimitKey);
    const connection = await connections.begin(request, response);
    const { auth, stream } = connection;
    if ("node" in operation) {
      const context = await contexts.ofSocket(auth.memberId, auth.sessionId, network);
      context.charge = charge;
      const entered = (subscription: Subscription): void => connections.enter(connection, subscription);
      const how = { variables: declaredVariables(operation, asked.variables), context, after: lastEventId(request) };
      await operations.run(operation, how, { stream, entered });
    } else {
      await operations.fail({ stream }, operation);
    }
    stream.end();
  }

  private async reserve(request: Request, response: Response): Promise<void> {
    const { connections, reserved, charges } = this.options;
    await charges.charge(request, requestPrices.reserveStream);
    const token = await reserved.reservations.reserve(await connections.sessionOf(request));
    response.status(201).type("text/plain").send(token);
  }

  /** A stream that was reserved: opened once, then asked for operations by POST, and relieved of them by DELETE. */
  private async reserved(token: string, request: Request, response: Response): Promise<void> {
    const { connections, reserved, charges } = this.options;
    await charges.charge(request, requestPrices.reservedStreamRequest);
    const { sessionId } = await connections.sessionOf(request);
    const { id, isOpen } = await reserved.reservations.find(token, sessionId);
    if (request.method === "DELETE") {
      await reserved.reservations.remove(id, nameIn(request.query["operationId"], "operationId"));
      response.status(200).end();
    } else if (acceptsEvents(request)) {
      await reserved.reservations.open(id);
      const connection = await connections.begin(request, response, () => reserved.leave(id));
      const network = this.options.networks.of(request);
      if (!connection.isGone) reserved.enter(id, connection, (opened, task) => this.run(opened, task, network));
    } else {
      if (!isOpen) throw new Conflict("Open the event stream first: GET with its token.");
      await this.add(id, request);
      response.status(202).end();
    }
  }

  /** Asks for one more operation, if it can be run at all. */
  private async add(streamId: string, request: Request): Promise<void> {
    const { operations, reserved, charges } = this.options;
    const asked = readRequest(request);
    const name = nameIn(asked.extensions?.["operationId"], "extensions.operationId");
    const operation = await operations.read(asked, await charges.rateLimitKey(request));
    if (!("node" in operation)) throw operation[0]!;
    if (operation.node.operation === OperationTypeNode.MUTATION && request.method !== "POST")
      throw new InvalidInput([{ path: "query", message: "Send a mutation by POST." }]);
    const { query, operationName } = asked;
    const variables = declaredVariables(operation, asked.variables);
    await reserved.reservations.add(streamId, name, { query, operationName, variables });
  }

  private async run(
    connection: SseConnection,
    { name, request, isWanted, over }: Task,
    network: string,
  ): Promise<void> {
    const { connections, operations, contexts } = this.options;
    const { auth, stream, running } = connection;
    const operation = await operations.read(request, auth);
    if (!("node" in operation)) return operations.fail({ stream, operationId: name, over }, operation);
    const context = await contexts.ofSocket(auth.memberId, auth.sessionId, network);
    let mine: Subscription | undefined;
    const destination: Destination = {
      stream,
      operationId: name,
      over,
      entered: (subscription) => {
        // The client may have cancelled this operation while it was opened, and have started another with the same id.
        if (!isWanted()) return void subscription.leave();
        connections.enter(connection, (mine = subscription), name);
      },
    };
    const variables = declaredVariables(operation, request.variables);
    await operations.run(operation, { variables, context }, destination);
    if (running.get(name) === mine) running.delete(name);
  }
}

/** What a client calls an operation of a reserved stream. */
function nameIn(value: unknown, path: string): string {
  if (typeof value === "string" && value.length > 0 && value.length <= longestName && isStorable(value)) return value;
  throw new InvalidInput([{ path, message: `Name the operation, in 1 to ${longestName} characters.` }]);
}
