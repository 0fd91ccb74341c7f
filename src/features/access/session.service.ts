import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { MemberActor } from "../../kernel/actor.js";
import type { Clock } from "../../kernel/clock.js";
import { NotFound, RateLimited, Unauthenticated } from "../../kernel/errors.js";
import type { NewId } from "../../kernel/ids.js";
import { journalCursor, journalHead } from "../../journal/journal-place.js";
import type { Changed, Changes } from "../change.js";
import type { Rows } from "../rows.js";
import { Where } from "../where.js";
import type { Actors, SeenActor } from "./actors.js";
import { Member, Session } from "./member.entity.js";
import { passwordFits } from "./password.js";
import { hashRefreshToken, newRefreshToken, sessionDays, type Tokens } from "./tokens.js";

/** What a login or a refresh gives to the client; the refresh token is shown this once. */
export interface SessionTokens {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Date;
  readonly refreshToken: string;
  readonly member: Member;
  readonly session: Session;
  /** The journal as it was before. */
  readonly cursor: string;
}

/** Who a token speaks for, and until when. */
export interface Authentication extends SeenActor {
  readonly expiresAt: Date;
}

/** After this many wrong passwords in a row each further one costs twice the wait of the one before. */
const freeFailures = 5;
const longestLockMs = 15 * 60_000;

/** Login, refresh, logout: the lives of sessions. */
export class SessionService {
  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly rows: Rows,
    private readonly changes: Changes,
    private readonly tokens: Tokens,
    private readonly actors: Actors,
    private readonly newId: NewId,
    private readonly clock: Clock,
  ) {}

  async login({
    email,
    password,
    userAgent,
  }: {
    email: string;
    password: string;
    userAgent?: string | undefined;
  }): Promise<SessionTokens> {
    const em = this.fork();
    const member = await em.findOne(Member, {
      $and: [{ email: { $ilike: email.trim().replaceAll(/[\\%_]/g, "\\$&") } }],
    });
    const waitMs = (member?.lockedUntil?.getTime() ?? 0) - this.clock.now().getTime();
    if (waitMs > 0) throw new RateLimited("Too many wrong passwords.", waitMs);
    const fits = await passwordFits(member?.passwordHash, password);
    if (!member || !fits || member.state !== "ACTIVE") {
      if (member) await this.countFailure(em, member.id);
      throw new Unauthenticated("The e-mail address or the password is wrong.");
    }
    const refreshToken = newRefreshToken();
    const begun = await em.transactional(async (tx) => {
      const cursor = journalCursor(await journalHead(tx));
      await tx.nativeUpdate(Member, { id: member.id }, { failedLogins: 0, lockedUntil: null });
      const now = this.clock.now();
      const created = tx.create(Session, {
        id: this.newId("Session"),
        memberId: member.id,
        refreshHash: hashRefreshToken(refreshToken),
        userAgent: userAgent?.slice(0, 200) ?? null,
        expiresAt: inDays(now, sessionDays),
      });
      const actor: MemberActor = {
        kind: "MEMBER",
        memberId: member.id,
        sessionId: created.id,
        name: member.name,
        grants: [],
      };
      await this.changes.within(tx, actor).record({ event: "session.started", subjectId: created.id });
      return { member, session: created, cursor };
    });
    return this.tokensFor(begun, refreshToken);
  }

  /** A new pair for a refresh token, which is used up. One that was used before was stolen by somebody: its session ends. */
  async refresh(refreshToken: string): Promise<SessionTokens> {
    const hash = hashRefreshToken(refreshToken);
    const next = newRefreshToken();
    const refreshed = await this.fork().transactional(async (em) => {
      const cursor = journalCursor(await journalHead(em));
      const [row] = await em.execute<{ id: string }[]>(
        `select id from session where refresh_hash = ? or previous_refresh_hash = ? for update`,
        [hash, hash],
      );
      const session = row && (await em.findOne(Session, row.id));
      const now = this.clock.now();
      if (!session || session.revokedAt || session.expiresAt <= now) return undefined;
      if (session.refreshHash !== hash) {
        session.revokedAt = now;
        await this.changes.within(em, { kind: "PLATFORM" }).record({ event: "session.stolen", subjectId: session.id });
        await em.execute(`select pg_notify('orrery', ?)`, [`session:${session.id}`]);
        return undefined;
      }
      const member = await em.findOneOrFail(Member, session.memberId);
      if (member.state !== "ACTIVE") return undefined;
      session.previousRefreshHash = hash;
      session.refreshHash = hashRefreshToken(next);
      session.lastUsedAt = now;
      session.expiresAt = inDays(now, sessionDays);
      return { member, session, cursor };
    });
    if (!refreshed) throw new Unauthenticated("The refresh token is not valid any more. Log in again.");
    return this.tokensFor(refreshed, next);
  }

  /** Ends one of the actor's own sessions; without an id the one that asks. */
  async revoke(
    actor: MemberActor,
    input: { id?: string | null; idempotencyKey?: string | null },
  ): Promise<Changed<Session>> {
    return this.changes.make(actor, { mutation: "revokeSession", input }, Session, async (change) => {
      const id = input.id ?? actor.sessionId;
      const session = await change.em.findOne(Session, { id, memberId: actor.memberId });
      if (!session) throw new NotFound("session", id);
      if (session.revokedAt) return session;
      session.revokedAt = this.clock.now();
      await change.record({ event: "session.revoked", subjectId: session.id });
      await change.wake("session", session.id);
      return session;
    });
  }

  async session(actor: MemberActor, id: string): Promise<Session | null> {
    return this.rows.one(Session, new Where().is("id", id).is("member_id", actor.memberId));
  }

  async sessionsOf(actor: MemberActor): Promise<Session[]> {
    const where = new Where()
      .is("member_id", actor.memberId)
      .and("revoked_at is null and expires_at > ?", this.clock.now());
    return this.rows.newest(Session, where, { limit: 100 });
  }

  /** Who an access token speaks for, with the rights held now; throws UNAUTHENTICATED when its session is over. One SQL statement. */
  async authenticate(accessToken: string): Promise<Authentication> {
    const { memberId, sessionId, expiresAt } = await this.tokens.readAccess(accessToken);
    return { ...(await this.actors.of(memberId, sessionId)), expiresAt };
  }

  /** The member that a genuine access token names, whose session may be over; nothing is asked of the database. */
  async memberNamedBy(accessToken: string): Promise<string | undefined> {
    try {
      return (await this.tokens.readAccess(accessToken)).memberId;
    } catch (error) {
      if (error instanceof Unauthenticated) return undefined;
      throw error;
    }
  }

  /** The member behind a session, with the rights held now; throws UNAUTHENTICATED when it is over. */
  async actorOf(memberId: string, sessionId: string): Promise<MemberActor> {
    return (await this.actors.of(memberId, sessionId)).actor;
  }

  private async countFailure(em: SqlEntityManager, memberId: string): Promise<void> {
    await em.execute(
      `update member set failed_logins = failed_logins + 1, locked_until = case when failed_logins + 1 < ? then null
         else ?::timestamptz + least(?, 1000 * power(2, least(failed_logins + 1 - ?, 20))) * interval '1 ms' end
       where id = ?`,
      [freeFailures, this.clock.now(), longestLockMs, freeFailures, memberId],
    );
  }

  private async tokensFor(
    granted: Pick<SessionTokens, "member" | "session" | "cursor">,
    refreshToken: string,
  ): Promise<SessionTokens> {
    const { token, expiresAt } = await this.tokens.issueAccess(granted.member.id, granted.session.id);
    return { ...granted, accessToken: token, accessTokenExpiresAt: expiresAt, refreshToken };
  }
}

const inDays = (from: Date, days: number): Date => new Date(from.getTime() + days * 24 * 60 * 60_000);
