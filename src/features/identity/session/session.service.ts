import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { platformActor, type MemberActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import { NotFound, Unauthenticated } from "../../../kernel/errors.js";
import { journalCursor, journalHead } from "../../../journal/journal-place.js";
import type { MutationResult, Mutations } from "../../foundation/mutations.js";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";
import type { ActorReader, ActorSnapshot } from "./actor.reader.js";
import { Member } from "../member/member.entity.js";
import type { MemberSessions } from "../member/member-ports.js";
import { Session } from "./session.entity.js";
import type { SessionLifetime } from "./session-lifetime.js";
import type { StartedSession, SessionTokens, TokenPairs } from "./token-pairs.js";
import { hashToken, type RefreshClaim, type Tokens } from "./tokens.js";

/** Who a token speaks for, and until when. */
export interface Authentication extends ActorSnapshot {
  readonly expiresAt: Date;
}

/**
 * A client that lost the answer to its refresh, or refreshes in two windows at once, may repeat it for this long with the
 * token that was replaced last.
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
   * A new pair for a refresh token. One that this server issued for the session, and that is neither of its present
   * generation nor the repeatable one, has two holders: the session ends. A repeat gives a pair of the present generation
   * too; as soon as one token of a generation is used, the others of it are former ones. So two holders of a session find each
   * other out at the second refresh after the theft at the latest. A text that no server of ours signed tells nothing and
   * ends nothing: a session's id is no secret.
   */
  async refresh(refreshToken: string): Promise<SessionTokens> {
    const claim = await this.deps.tokens.readRefresh(refreshToken);
    const renewed = claim && (await this.renew(claim, hashToken(refreshToken)));
    if (!renewed) throw new Unauthenticated("The refresh token is not valid any more. Log in again.");
    return this.deps.tokenPairs.issue(renewed);
  }

  /** Ends one of the actor's own sessions; without an id the one that asks. */
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

  /** Who an access token speaks for, with the rights held now; throws UNAUTHENTICATED when its session is over. One SQL statement. */
  async authenticate(accessToken: string): Promise<Authentication> {
    const { memberId, sessionId, expiresAt } = await this.deps.tokens.readAccess(accessToken);
    return { ...(await this.deps.actors.of(memberId, sessionId)), expiresAt };
  }

  /** The member that a genuine access token names, whose session may be over; nothing is asked of the database. */
  async memberNamedBy(accessToken: string): Promise<string | undefined> {
    try {
      return (await this.deps.tokens.readAccess(accessToken)).memberId;
    } catch (error) {
      if (error instanceof Unauthenticated) return undefined;
      throw error;
    }
  }

  /** The member behind a session, with the rights held now; throws UNAUTHENTICATED when it is over. */
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

  /** The session of a refresh token, which stays as it is until the transaction ends. Tokens from before they were signed are found by their hashes. */
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

  /** The platform's limit may have become stricter than it was when `expiresAt` was set. */
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

/** Whether it is a token of the present generation. */
const isOf = (session: Session, claim: RefreshClaim | "UNSIGNED", hash: string): boolean =>
  claim === "UNSIGNED"
    ? session.refreshGeneration === 0 && session.refreshHash === hash
    : session.refreshGeneration === claim.generation;

const isRepeatable = ({ previousRefreshHash, replacedAt }: Session, hash: string, now: Date): boolean =>
  previousRefreshHash === hash && replacedAt !== null && now.getTime() - replacedAt!.getTime() < repeatableMs;
