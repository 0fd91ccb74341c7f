import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { platformActor, type MemberActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import { NotFound, Unauthenticated } from "../../../kernel/errors.js";
import { journalCursor, journalHead } from "../../../journal/journal-position.js";
import type { MutationResult, Mutations } from "../../foundation/mutations.js";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";
import type { ActorReader, ActorSnapshot } from "./actor.reader.js";
import { Member } from "../member/member.entity.js";
import type { MemberSessions } from "../member/member-ports.js";
import { Session } from "./session.entity.js";
import type { SessionLifetime } from "./session-lifetime.js";
import type { StartedSession, SessionTokens, TokenPairs } from "./token-pairs.js";
import { hashToken, type RefreshClaim, type Tokens } from "./tokens.js";

/** The member of a token, and when the token expires. */
export interface Authentication extends ActorSnapshot {
  readonly expiresAt: Date;
}

/**
 * For this long a client may repeat a refresh with the token that was replaced last: because it lost the response, or
 * refreshes in two windows at once.
 */
const repeatableMs = 60_000;

interface SessionServiceDependencies {
  readonly fork: () => SqlEntityManager;
  readonly mutations: Mutations;
  readonly tokens: Tokens;
  readonly tokenPairs: TokenPairs;
  readonly sessionLifetime: SessionLifetime;
  readonly actors: ActorReader;
  readonly clock: Clock;
}

/** Refresh, logout and authentication: the lives of sessions. `login.service` begins them. */
export class SessionService implements MemberSessions {
  constructor(private readonly deps: SessionServiceDependencies) {}

  /**
   * A new pair for a refresh token. A token that this server issued, and that is neither of the session's present
   * generation nor the repeatable one, has two holders, so the session ends. A repetition also returns a pair of the
   * present generation; once one token of a generation is used, its others are old. Thus two holders are detected at
   * the second refresh after the theft at the latest. A text without our signature reveals and ends nothing, because a
   * session's id is no secret.
   */
  async refresh(refreshToken: string): Promise<SessionTokens> {
    const claim = await this.deps.tokens.readRefresh(refreshToken);
    const renewed = claim && (await this.renew(claim, hashToken(refreshToken)));
    if (!renewed) throw new Unauthenticated("The refresh token is not valid any more. Log in again.");
    return this.deps.tokenPairs.issue(renewed);
  }

  /** Ends one of the actor's own sessions; without an id the current one. */
  async revoke(
    actor: MemberActor,
    input: { id?: string | null; idempotencyKey?: string | null },
  ): Promise<MutationResult<Session>> {
    return this.deps.mutations.run(actor, { mutation: "revokeSession", input }, Session, async (unit) => {
      const id = input.id ?? actor.sessionId;
      const session = await unit.em.findOne(Session, { id, memberId: actor.memberId });
      if (!session) throw new NotFound("session", id);
      if (session.revokedAt) return session;
      session.revokedAt = this.deps.clock.now();
      await unit.record({ event: "session.revoked", subjectId: session.id });
      await unit.notify("session", session.id);
      return session;
    });
  }

  async endAllOf(unit: UnitOfWork, memberId: string): Promise<void> {
    for (const session of await unit.em.find(Session, { memberId, revokedAt: null })) {
      session.revokedAt = this.deps.clock.now();
      await unit.notify("session", session.id);
    }
  }

  /**
   * The actor of an access token, with its present rights; throws UNAUTHENTICATED when its session has ended. One SQL
   * statement.
   */
  async authenticate(accessToken: string): Promise<Authentication> {
    const { memberId, sessionId, expiresAt } = await this.deps.tokens.readAccess(accessToken);
    return { ...(await this.deps.actors.of(memberId, sessionId)), expiresAt };
  }

  /** The member that a genuine access token names, without a query; its session may have ended. */
  async memberNamedBy(accessToken: string): Promise<string | undefined> {
    try {
      return (await this.deps.tokens.readAccess(accessToken)).memberId;
    } catch (error) {
      if (error instanceof Unauthenticated) return undefined;
      throw error;
    }
  }

  /** The actor of a session, with its present rights; throws UNAUTHENTICATED when the session has ended. */
  async actorOf(memberId: string, sessionId: string): Promise<MemberActor> {
    return (await this.deps.actors.of(memberId, sessionId)).actor;
  }

  private async renew(claim: RefreshClaim | "UNSIGNED", hash: string): Promise<StartedSession | undefined> {
    return this.deps.fork().transactional(async (em) => {
      const cursor = journalCursor(await journalHead(em));
      const session = await this.locked(em, claim, hash);
      const now = this.deps.clock.now();
      if (!session || session.revokedAt || this.hasEnded(session, now)) return undefined;
      const isPresent = isOf(session, claim, hash);
      if (!isPresent && !isRepeatable(session, hash, now)) {
        await this.endStolen(em, session);
        return undefined;
      }
      const member = await em.findOneOrFail(Member, session.memberId);
      if (member.state !== "ACTIVE") return undefined;
      if (isPresent) {
        session.previousRefreshHash = hash;
        session.replacedAt = now;
        session.refreshGeneration += 1;
      }
      session.lastUsedAt = now;
      session.expiresAt = this.deps.sessionLifetime.endOf(session.createdAt, now);
      return { member, session, cursor };
    });
  }

  /**
   * The session of a refresh token, locked until the transaction ends. Tokens from before tokens were signed are found
   * by their hashes.
   */
  private async locked(em: SqlEntityManager, claim: RefreshClaim | "UNSIGNED", hash: string): Promise<Session | null> {
    const [row] =
      claim === "UNSIGNED"
        ? await em.execute<{ id: string }[]>(
            `select id from session where refresh_hash = ? or previous_refresh_hash = ? for update`,
            [hash, hash],
          )
        : await em.execute<{ id: string }[]>(`select id from session where id = ? for update`, [claim.sessionId]);
    return row ? em.findOne(Session, row.id) : null;
  }

  /** The platform's limit may have become stricter since `expiresAt` was set. */
  private hasEnded({ createdAt, expiresAt }: Session, now: Date): boolean {
    return expiresAt <= now || this.deps.sessionLifetime.lastEndOf(createdAt) <= now;
  }

  private async endStolen(em: SqlEntityManager, session: Session): Promise<void> {
    session.revokedAt = this.deps.clock.now();
    const unit = this.deps.mutations.unitOfWork(em, platformActor);
    await unit.record({ event: "session.stolen", subjectId: session.id });
    await unit.notify("session", session.id);
  }
}

/** Whether the token is of the present generation. */
const isOf = (session: Session, claim: RefreshClaim | "UNSIGNED", hash: string): boolean =>
  claim === "UNSIGNED"
    ? session.refreshGeneration === 0 && session.refreshHash === hash
    : session.refreshGeneration === claim.generation;

const isRepeatable = ({ previousRefreshHash, replacedAt }: Session, hash: string, now: Date): boolean =>
  previousRefreshHash === hash && replacedAt !== null && now.getTime() - replacedAt!.getTime() < repeatableMs;
