import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { MemberActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import { NotFound, Unauthenticated } from "../../../kernel/errors.js";
import type { NewId } from "../../../kernel/ids.js";
import { journalCursor, journalHead } from "../../../journal/journal-position.js";
import type { MutationResult, Mutations } from "../../foundation/mutations.js";
import { tooManyGuesses, type LoginAttempts } from "./login-attempts.js";
import { Member } from "../member/member.entity.js";
import { Session } from "../session/session.entity.js";
import type { Passwords } from "../member/password.js";
import type { Policy } from "../access/policy.js";
import type { SessionLifetime } from "../session/session-lifetime.js";
import type { SessionTokens, TokenPairs } from "../session/token-pairs.js";

/** A network is known to a member for this long after a login from it. */
const knownNetworkDays = 30;

export interface LoginRequest {
  readonly email: string;
  readonly password: string;
  /** The address of the client, behind any proxies. */
  readonly network: string;
  readonly userAgent?: string | undefined;
}

interface LoginServiceDependencies {
  readonly fork: () => SqlEntityManager;
  readonly mutations: Mutations;
  readonly policy: Policy;
  readonly passwords: Passwords;
  readonly attempts: LoginAttempts;
  readonly tokenPairs: TokenPairs;
  readonly sessionLifetime: SessionLifetime;
  readonly newId: NewId;
  readonly clock: Clock;
}

/** How sessions begin: by a password, which nobody can guess at quickly. */
export class LoginService {
  constructor(private readonly deps: LoginServiceDependencies) {}

  /**
   * Begins a session. Throws UNAUTHENTICATED, and RATE_LIMITED when attempts follow too quickly. Responses and their
   * timing are the same for an address without an account.
   */
  async login({ email, password, network, userAgent }: LoginRequest): Promise<SessionTokens> {
    const claim = { email: email.trim().toLowerCase(), network };
    const member = await this.deps.passwords.inTurn(network, async () => {
      const counted = await this.deps.attempts.count(claim);
      const found = await this.memberOf(claim.email);
      const isKnown = await this.isKnownIn(found?.id ?? "", network);
      // Guesses of others do not delay logins from a network that is known to the account; from any other network even
      // the right password is refused.
      const isHeldUp = counted.othersWaitMs > 0 && !isKnown;
      const fits = await this.deps.passwords.fits(isHeldUp ? undefined : found?.passwordHash, password);
      if (found && fits) {
        await this.deps.attempts.forgive(claim, counted);
        return found;
      }
      if (counted.othersWaitMs > 0) throw tooManyGuesses(counted.othersWaitMs);
      throw new Unauthenticated("The e-mail address or the password is wrong.");
    });
    const { session, cursor } = await this.begin(member, network, userAgent);
    return this.deps.tokenPairs.issue({ member, session, cursor });
  }

  /** Ends the login delay of a member. */
  async liftDelay(
    actor: MemberActor,
    input: { memberId: string; idempotencyKey?: string | null },
  ): Promise<MutationResult<Member>> {
    this.deps.policy.require(actor, "member:manage");
    return this.deps.mutations.run(actor, { mutation: "liftLoginDelay", input }, Member, async (unit) => {
      const member = await unit.em.findOne(Member, input.memberId);
      if (!member) throw new NotFound("member", input.memberId);
      await this.deps.attempts.lift(unit.em, member.email.toLowerCase());
      await unit.record({
        event: "member.loginDelayLifted",
        subjectId: member.id,
        data: { email: member.email, name: member.name },
      });
      return member;
    });
  }

  /** Addresses are unique among active members, whatever their case. */
  private async memberOf(email: string): Promise<Member | null> {
    const em = this.deps.fork();
    const [row] = await em.execute<object[]>(`select * from member where lower(email) = ? and state = 'ACTIVE'`, [
      email,
    ]);
    return row ? em.map(Member, row) : null;
  }

  private async isKnownIn(memberId: string, network: string): Promise<boolean> {
    const since = new Date(this.deps.clock.now().getTime() - knownNetworkDays * 24 * 60 * 60_000);
    const found = await this.deps
      .fork()
      .execute<unknown[]>(`select from session where member_id = ? and network = ? and created_at > ? limit 1`, [
        memberId,
        network,
        since,
      ]);
    return found.length > 0;
  }

  private async begin(
    member: Member,
    network: string,
    userAgent: string | undefined,
  ): Promise<{ session: Session; cursor: string }> {
    return this.deps.fork().transactional(async (em) => {
      const cursor = journalCursor(await journalHead(em));
      const now = this.deps.clock.now();
      const session = em.create(Session, {
        id: this.deps.newId("Session"),
        memberId: member.id,
        refreshGeneration: 1,
        network,
        userAgent: userAgent?.slice(0, 200) ?? null,
        createdAt: now,
        lastUsedAt: now,
        expiresAt: this.deps.sessionLifetime.endOf(now, now),
      });
      const { id: memberId, name } = member;
      const actor: MemberActor = { kind: "MEMBER", memberId, sessionId: session.id, name, grants: [] };
      await this.deps.mutations.unitOfWork(em, actor).record({ event: "session.started", subjectId: session.id });
      return { session, cursor };
    });
  }
}
