import { Router, type Request, type RequestHandler, type Response } from "express";
import { OperationTypeNode } from "graphql";
import { Conflict, InvalidInput, NotFound, RateLimited } from "../kernel/errors.js";
import type { Contexts } from "./authentication.js";
import type { ClientNetworks } from "./client-networks.js";
import { completeId } from "./event-stream.js";
import type { EventStreamOperations } from "./event-stream-operations.js";
import { acceptsEvents, lastEventId, readRequest, tokenOf, streamPath, wantsEvents } from "./event-stream-request.js";
import { refuseRequest } from "./refuse-request.js";
import { Reservations, type Reservation } from "./reservations.js";
import type { StreamGuests } from "./stream-guests.js";
import type { Subscription } from "./subscriptions.js";

export interface EventStreamOptions {
  readonly guests: StreamGuests;
  readonly operations: EventStreamOperations;
  readonly contexts: Contexts;
  readonly networks: ClientNetworks;
  readonly report: (cause: unknown) => string;
}

const tokenHeader = "x-graphql-event-stream-token";

/**
 * GraphQL over server-sent events, in the protocol of graphql-sse: a stream for one operation, or one that is reserved and
 * then carries several. Events have their cursor as `id`, so that whoever was cut goes on by `Last-Event-ID`. Everything
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
  private readonly reservations = new Reservations();

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

  /** A stream of its own for one operation. Who accepts JSON as well gets events for subscriptions alone. */
  async distinct(request: Request, response: Response, next: () => void): Promise<void> {
    const { guests, operations, contexts, networks } = this.options;
    if (!acceptsEvents(request) || !["GET", "POST"].includes(request.method)) return next();
    // A stream that had ended: an `EventSource` comes back all the same, until it is told that there is nothing.
    if (lastEventId(request) === completeId) return void response.status(204).end();
    const asked = readRequest(request);
    const operation = operations.read(asked, await contexts.payer(tokenOf(request), networks.of(request)));
    const kind = "node" in operation ? operation.node.operation : undefined;
    if (kind !== OperationTypeNode.SUBSCRIPTION && !wantsEvents(request)) return next();
    if (kind === OperationTypeNode.MUTATION && request.method === "GET") {
      response.status(405).set("allow", "POST");
      throw new InvalidInput([{ path: "query", message: "Send a mutation by POST." }]);
    }
    const guest = await guests.begin(request, response);
    const { seat, stream } = guest;
    if ("node" in operation) {
      const context = await contexts.ofSocket(seat.memberId, seat.sessionId);
      const entered = (subscription: Subscription): void => guests.enter(guest, subscription);
      const how = { variables: { ...asked.variables }, context, after: lastEventId(request) };
      await operations.run(operation, how, { stream, entered });
    } else {
      operations.fail(stream, operation);
    }
    stream.end();
  }

  private async reserve(request: Request, response: Response): Promise<void> {
    const { sessionId } = await this.options.guests.sessionOf(request);
    const reservation = this.reservations.reserve(sessionId);
    if (!reservation) throw new RateLimited("This session has reserved too many streams.", 30_000);
    response.status(201).type("text/plain").send(reservation.token);
  }

  /** A stream that was reserved: opened once, then asked for operations by POST, and relieved of them by DELETE. */
  private async reserved(token: string, request: Request, response: Response): Promise<void> {
    const { guests } = this.options;
    const { sessionId } = await guests.sessionOf(request);
    const reservation = this.reservations.find(token, sessionId);
    if (!reservation) throw new NotFound("event stream", "of this token");
    if (request.method === "DELETE") {
      const { operationId: id = "" } = request.query as Record<string, string>;
      reservation.operations.delete(id);
      await reservation.guest?.running.get(id)?.leave();
      response.status(200).end();
    } else if (acceptsEvents(request)) {
      if (reservation.guest) throw new Conflict("This event stream is open already.");
      reservation.guest = await guests.begin(request, response, () => this.reservations.drop(reservation));
    } else {
      await this.add(reservation, request, response);
    }
  }

  /** Runs one more operation into a stream that is open. */
  private async add({ guest, operations: ids }: Reservation, request: Request, response: Response): Promise<void> {
    const { guests, operations, contexts, networks } = this.options;
    const asked = readRequest(request);
    const id = asked.extensions?.["operationId"];
    if (typeof id !== "string" || id === "")
      throw new InvalidInput([{ path: "extensions.operationId", message: "Name the operation." }]);
    if (!guest) throw new Conflict("Open the event stream first: GET with its token.");
    if (ids.has(id)) throw new Conflict(`There is an operation ${id} already.`);
    const operation = operations.read(asked, await contexts.payer(tokenOf(request), networks.of(request)));
    if (!("node" in operation)) throw operation[0]!;
    if (operation.node.operation === OperationTypeNode.MUTATION && request.method !== "POST")
      throw new InvalidInput([{ path: "query", message: "Send a mutation by POST." }]);
    ids.add(id);
    const context = await contexts.ofSocket(guest.seat.memberId, guest.seat.sessionId);
    response.status(202).end();
    const entered = (subscription: Subscription): void => {
      guests.enter(guest, subscription, id);
      // It was taken back while it began.
      if (!ids.has(id)) void subscription.leave();
    };
    await operations.run(
      operation,
      { variables: { ...asked.variables }, context },
      { stream: guest.stream, operationId: id, entered },
    );
    ids.delete(id);
    guest.running.delete(id);
  }
}
