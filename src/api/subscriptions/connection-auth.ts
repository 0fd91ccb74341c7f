import { Unauthenticated } from "../../kernel/errors.js";
import type { Clock } from "../../kernel/clock.js";
import type { PubSub } from "../../kernel/pub-sub.js";
import type { SessionService } from "../../features/identity/session/session.service.js";
import { rightsKey } from "./topic.js";

/** Why the server closes a connection. Its client connects and authenticates again. */
export type CloseReason = "SESSION_ENDED" | "ROLES_CHANGED" | "TOKEN_EXPIRED";

export const closeReasons: Readonly<Record<CloseReason, string>> = {
  SESSION_ENDED: "The session has ended.",
  ROLES_CHANGED: "Your roles have changed: connect again.",
  TOKEN_EXPIRED: "The access token has expired: connect again with a new one.",
};

/** The session and rights that an open connection was authenticated with. */
export interface AuthBinding {
  readonly memberId: string;
  readonly sessionId: string;
  readonly rights: string;
  /** When its token ends, unless it is renewed. */
  expiresAt: Date;
}

const sweepMs = 500;
/** How often, and how fast, rights that cannot be read are asked for again before the connection is closed. */
const recheckAttempts = 10;
const recheckMs = 500;

/** Authentication of open connections: one is closed within a second when its session, a role or its token ends. */
export class ConnectionAuth {
  private readonly taken = new Map<AuthBinding, (why: CloseReason) => void>();
  private readonly unlisten: readonly (() => void)[];
  private readonly sweeper: NodeJS.Timeout;
  /** Grows whenever rights may have changed. */
  private changes = 0;

  constructor(
    private readonly sessions: SessionService,
    pubSub: PubSub,
    private readonly clock: Clock,
    private readonly failed: (error: unknown) => void,
  ) {
    this.unlisten = [
      pubSub.subscribe("session", (id) => this.recheck((seat) => id === undefined || seat.sessionId === id)),
      pubSub.subscribe("grants", (id) => this.recheck((seat) => id === undefined || seat.memberId === id)),
    ];
    this.sweeper = setInterval(() => this.dismissExpired(), sweepMs);
    this.sweeper.unref();
  }

  get count(): number {
    return this.taken.size;
  }

  /** Binds a connection to the session of its token; `dismiss` is called once if the binding ends. Throws UNAUTHENTICATED. */
  async bind(token: string, dismiss: (why: CloseReason) => void): Promise<AuthBinding> {
    for (;;) {
      const before = this.changes;
      const { actor, expiresAt } = await this.sessions.authenticate(token);
      // Rights that changed while they were read may be the old ones.
      if (before !== this.changes) continue;
      const seat: AuthBinding = {
        memberId: actor.memberId,
        sessionId: actor.sessionId,
        rights: rightsKey(actor),
        expiresAt,
      };
      this.taken.set(seat, dismiss);
      return seat;
    }
  }

  release(seat: AuthBinding): void {
    this.taken.delete(seat);
  }

  /** Keeps the binding until the new token expires, which must be of the same session. Throws UNAUTHENTICATED. */
  async renew(seat: AuthBinding, token: string): Promise<void> {
    const { actor, expiresAt } = await this.sessions.authenticate(token);
    if (actor.sessionId !== seat.sessionId) throw new Unauthenticated("The token is of another session.");
    seat.expiresAt = expiresAt;
  }

  stop(): void {
    for (const end of this.unlisten) end();
    clearInterval(this.sweeper);
  }

  private dismiss(seat: AuthBinding, why: CloseReason): void {
    const tell = this.taken.get(seat);
    this.taken.delete(seat);
    tell?.(why);
  }

  private dismissExpired(): void {
    const now = this.clock.now();
    for (const seat of this.taken.keys()) if (seat.expiresAt <= now) this.dismiss(seat, "TOKEN_EXPIRED");
  }

  private recheck(isConcerned: (seat: AuthBinding) => boolean): void {
    this.changes++;
    const bySession = Map.groupBy([...this.taken.keys()].filter(isConcerned), ({ sessionId }) => sessionId);
    for (const seats of bySession.values()) void this.recheckSession(seats);
  }

  private async recheckSession(seats: readonly AuthBinding[], attempt = 1): Promise<void> {
    const { memberId, sessionId } = seats[0]!;
    try {
      const rights = rightsKey(await this.sessions.actorOf(memberId, sessionId));
      for (const seat of seats) if (seat.rights !== rights) this.dismiss(seat, "ROLES_CHANGED");
    } catch (error) {
      if (!(error instanceof Unauthenticated) && attempt < recheckAttempts) {
        setTimeout(() => void this.recheckSession(seats, attempt + 1), recheckMs).unref();
        return;
      }
      if (!(error instanceof Unauthenticated)) this.failed(error);
      for (const seat of seats) this.dismiss(seat, "SESSION_ENDED");
    }
  }
}
