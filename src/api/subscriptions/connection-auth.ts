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
/** Rights that cannot be read are read again so many times, at this interval, before the connection is closed. */
const recheckAttempts = 10;
const recheckMs = 500;

/** Authentication of open connections: one is closed within a second when its session, a role or its token ends. */
export class ConnectionAuth {
  private readonly open = new Map<AuthBinding, (why: CloseReason) => void>();
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
      pubSub.subscribe("session", (id) => this.recheck((binding) => id === undefined || binding.sessionId === id)),
      pubSub.subscribe("grants", (id) => this.recheck((binding) => id === undefined || binding.memberId === id)),
    ];
    this.sweeper = setInterval(() => this.closeExpired(), sweepMs);
    this.sweeper.unref();
  }

  /** Binds a connection to the session of its token; `close` is called once, when the binding ends. Throws UNAUTHENTICATED. */
  async bind(token: string, close: (why: CloseReason) => void): Promise<AuthBinding> {
    for (;;) {
      const before = this.changes;
      const { actor, expiresAt } = await this.sessions.authenticate(token);
      // Rights that changed while they were read may be the old ones.
      if (before !== this.changes) continue;
      const binding: AuthBinding = {
        memberId: actor.memberId,
        sessionId: actor.sessionId,
        rights: rightsKey(actor),
        expiresAt,
      };
      this.open.set(binding, close);
      return binding;
    }
  }

  release(binding: AuthBinding): void {
    this.open.delete(binding);
  }

  /** Keeps the binding until the new token expires, which must be of the same session. Throws UNAUTHENTICATED. */
  async renew(binding: AuthBinding, token: string): Promise<void> {
    const { actor, expiresAt } = await this.sessions.authenticate(token);
    if (actor.sessionId !== binding.sessionId) throw new Unauthenticated("The token is of another session.");
    binding.expiresAt = expiresAt;
  }

  stop(): void {
    for (const end of this.unlisten) end();
    clearInterval(this.sweeper);
  }

  private end(binding: AuthBinding, why: CloseReason): void {
    const close = this.open.get(binding);
    this.open.delete(binding);
    close?.(why);
  }

  private closeExpired(): void {
    const now = this.clock.now();
    for (const binding of this.open.keys()) if (binding.expiresAt <= now) this.end(binding, "TOKEN_EXPIRED");
  }

  private recheck(isConcerned: (binding: AuthBinding) => boolean): void {
    this.changes++;
    const bySession = Map.groupBy([...this.open.keys()].filter(isConcerned), ({ sessionId }) => sessionId);
    for (const bindings of bySession.values()) void this.recheckSession(bindings);
  }

  private async recheckSession(bindings: readonly AuthBinding[], attempt = 1): Promise<void> {
    const { memberId, sessionId } = bindings[0]!;
    try {
      const rights = rightsKey(await this.sessions.actorOf(memberId, sessionId));
      for (const binding of bindings) if (binding.rights !== rights) this.end(binding, "ROLES_CHANGED");
    } catch (error) {
      if (!(error instanceof Unauthenticated) && attempt < recheckAttempts) {
        setTimeout(() => void this.recheckSession(bindings, attempt + 1), recheckMs).unref();
        return;
      }
      if (!(error instanceof Unauthenticated)) this.failed(error);
      for (const binding of bindings) this.end(binding, "SESSION_ENDED");
    }
  }
}
