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
  readonly auth: AuthBinding;
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
    private readonly connectionAuth: ConnectionAuth,
    private readonly drainTimeoutMs: number,
  ) {}

  get count(): number {
    return this.here.size;
  }

  /** Begins the response. Throws UNAUTHENTICATED, before anything is sent. */
  async begin(request: Request, response: Response, left: () => void = () => undefined): Promise<SseConnection> {
    let close: (why: CloseReason) => void = () => response.destroy();
    const auth = await this.connectionAuth.bind(requiredToken(request), (why) => close(why));
    const connection: SseConnection = {
      auth,
      stream: new EventStream(response, this.drainTimeoutMs),
      running: new Map(),
      isGone: false,
    };
    close = (why) => this.closeFor(connection, why);
    this.here.add(connection);
    const leave = (): void => {
      connection.isGone = true;
      this.here.delete(connection);
      this.connectionAuth.release(auth);
      for (const subscription of connection.running.values()) void subscription.leave();
      left();
    };
    if (response.destroyed) leave();
    else response.once("close", leave);
    return connection;
  }

  /** Remembers what runs, so that it ends with the stream; also when that has ended meanwhile. */
  enter(connection: SseConnection, subscription: Subscription, operationId?: string): void {
    connection.running.set(operationId, subscription);
    if (connection.isGone) void subscription.leave();
  }

  /** Authenticates a request about a stream, which may be open at another replica. Throws UNAUTHENTICATED. */
  async sessionOf(request: Request): Promise<AuthBinding> {
    const auth = await this.connectionAuth.bind(requiredToken(request), () => undefined);
    this.connectionAuth.release(auth);
    return auth;
  }

  /** Ends all streams, so that their clients go elsewhere. */
  close(): void {
    clearInterval(this.comments);
    for (const { stream } of this.here) stream.end();
  }

  /** Sends the reason and ends the stream without completing it, so that the client connects and authenticates again. */
  private closeFor(connection: SseConnection, why: CloseReason): void {
    const { stream, running } = connection;
    connection.isGone = true;
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
