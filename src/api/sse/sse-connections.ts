import type { Request, Response } from "express";
import { Forbidden, Unauthenticated } from "../../kernel/errors.js";
import { EventStream } from "./event-stream.js";
import { accessToken } from "../authentication/access-token.js";
import {
  closeReasons,
  type CloseReason,
  type AuthBinding,
  type ConnectionAuth,
} from "../subscriptions/connection-auth.js";
import type { Subscription } from "../subscriptions/subscriptions.js";

/** An open event stream: its authentication, its response and its running operations. */
export interface SseConnection {
  readonly seat: AuthBinding;
  readonly stream: EventStream;
  /** What runs, by its operation id; the one operation of a stream of its own has none. */
  readonly running: Map<string | undefined, Subscription>;
  isGone: boolean;
}

/** A comment goes out this often, for proxies that close what is silent. */
const commentMs = 12_000;

/** The open event streams. Each belongs to a session and ends with it. */
export class SseConnections {
  private readonly here = new Set<SseConnection>();
  private readonly comments = setInterval(() => {
    for (const { stream } of this.here) stream.comment();
  }, commentMs).unref();

  constructor(
    private readonly seats: ConnectionAuth,
    private readonly patienceMs: number,
  ) {}

  get count(): number {
    return this.here.size;
  }

  /** Begins the response. Throws UNAUTHENTICATED, before anything is sent. */
  async begin(request: Request, response: Response, left: () => void = () => undefined): Promise<SseConnection> {
    let dismiss: (why: CloseReason) => void = () => response.destroy();
    const seat = await this.seats.bind(requiredToken(request), (why) => dismiss(why));
    const guest: SseConnection = {
      seat,
      stream: new EventStream(response, this.patienceMs),
      running: new Map(),
      isGone: false,
    };
    dismiss = (why) => this.dismiss(guest, why);
    this.here.add(guest);
    const leave = (): void => {
      guest.isGone = true;
      this.here.delete(guest);
      this.seats.release(seat);
      for (const subscription of guest.running.values()) void subscription.leave();
      left();
    };
    if (response.destroyed) leave();
    else response.once("close", leave);
    return guest;
  }

  /** Remembers what runs, so that it ends with the stream; also when that has ended meanwhile. */
  enter(guest: SseConnection, subscription: Subscription, operationId?: string): void {
    guest.running.set(operationId, subscription);
    if (guest.isGone) void subscription.leave();
  }

  /** Who sends a request about a stream that is open elsewhere. Throws UNAUTHENTICATED. */
  async sessionOf(request: Request): Promise<AuthBinding> {
    const seat = await this.seats.bind(requiredToken(request), () => undefined);
    this.seats.release(seat);
    return seat;
  }

  /** Ends all streams, so that their clients go elsewhere. */
  close(): void {
    clearInterval(this.comments);
    for (const { stream } of this.here) stream.end();
  }

  /** Says why and ends the stream without completing it: the client comes back, and is asked again who it is. */
  private dismiss(guest: SseConnection, why: CloseReason): void {
    const { stream, running } = guest;
    guest.isGone = true;
    for (const [id, subscription] of running) {
      void subscription.leave();
      stream.result({ errors: [{ message: closeReasons[why], extensions: { code: codeOf(why) } }] }, id);
    }
    stream.end();
  }
}

const codeOf = (why: CloseReason): string => (why === "ROLES_CHANGED" ? new Forbidden("") : new Unauthenticated()).code;

function requiredToken(request: Request): string {
  const token = accessToken(request);
  if (token === undefined) throw new Unauthenticated();
  return token;
}
