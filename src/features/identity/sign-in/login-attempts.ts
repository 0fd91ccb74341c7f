import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Clock } from "../../../kernel/clock.js";
import type { Digests } from "../../../kernel/digests.js";
import { RateLimited } from "../../../kernel/errors.js";
import {
  allowances,
  forgottenAt,
  waitMs,
  withAttempt,
  withoutAttempt,
  type Allowance,
  type AttemptCount,
} from "./login-delay.rules.js";

/** Where a login comes from and whose it claims to be. */
export interface LoginClaim {
  readonly email: string;
  readonly network: string;
}

/** An attempt that was counted. */
export interface CountedAttempt {
  /** How long anybody else must wait whose network is not known to the account; 0 when nobody need. */
  readonly othersWaitMs: number;
}

/** One count, under the digests that it is kept by. */
interface Counter extends AttemptCount {
  readonly account: string;
  readonly network: string;
  readonly allowance: Allowance;
}

interface CounterRow {
  readonly account: string;
  readonly network: string;
  readonly attempts: number;
  readonly counted_at: Date | string;
  readonly allowed_at: Date | string;
}

/** How many forgotten counts one attempt clears away: more than it makes, so that the table does not grow. */
const clearedAtOnce = 20;

/** Counts attempts to log in, for all replicas together. Whether there is such an account makes no difference. */
export class LoginAttempts {
  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly digests: Digests,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts an attempt before its password is checked, so that guesses at the same time are counted too. Throws RATE_LIMITED,
   * and counts nothing, when there were too many at this account from this network.
   */
  async count(claim: LoginClaim): Promise<CountedAttempt> {
    await this.clear();
    const now = this.clock.now();
    const judged = await this.fork().transactional(async (em) => {
      const counters = await this.lock(em, claim, now);
      const own = counters.filter(isOwn);
      const wider = counters.filter((counter) => !isOwn(counter));
      const ownWaitMs = longestWait(own, now);
      if (ownWaitMs > 0) return { ownWaitMs, othersWaitMs: 0 };
      const othersWaitMs = longestWait(wider, now);
      // An attempt that must wait keeps nobody waiting longer.
      for (const counter of othersWaitMs > 0 ? own : counters)
        await this.store(em, counter, withAttempt(counter, counter.allowance, now));
      return { ownWaitMs, othersWaitMs };
    });
    if (judged.ownWaitMs > 0) throw tooManyGuesses(judged.ownWaitMs);
    return judged;
  }

  /** The attempt was no guess: the password was right. */
  async forgive(claim: LoginClaim, { othersWaitMs }: CountedAttempt): Promise<void> {
    const now = this.clock.now();
    await this.fork().transactional(async (em) => {
      for (const counter of await this.lock(em, claim, now)) {
        if (isOwn(counter)) await this.store(em, counter, none(now));
        else if (othersWaitMs === 0) await this.store(em, counter, withoutAttempt(counter, counter.allowance, now));
      }
    });
  }

  /** Forgets all attempts at an account, within a transaction. Those of a network at any account stay counted. */
  async lift(em: SqlEntityManager, email: string): Promise<void> {
    const account = this.accountOf(email);
    await em.execute(`select from login_attempts where account = ? order by network for update`, [account]);
    await em.execute(`delete from login_attempts where account = ?`, [account]);
  }

  /** The counters of an attempt, locked. They are always locked in the order of their keys, so that nobody waits in a circle. */
  private async lock(em: SqlEntityManager, claim: LoginClaim, now: Date): Promise<Counter[]> {
    const account = this.accountOf(claim.email);
    const network = this.digests.of(`network ${claim.network}`);
    const rows = await em.execute<CounterRow[]>(
      `insert into login_attempts as known (account, network, attempts, counted_at, allowed_at, forgotten_at)
       values ('', ?, 0, ?, ?, ?), (?, '', 0, ?, ?, ?), (?, ?, 0, ?, ?, ?)
       on conflict (account, network) do update set attempts = known.attempts
       returning account, network, attempts, counted_at, allowed_at`,
      [network, now, now, now, account, now, now, now, account, network, now, now, now],
    );
    return rows.map((row) => ({
      account: row.account,
      network: row.network,
      attempts: row.attempts,
      countedAt: new Date(row.counted_at),
      allowedAt: new Date(row.allowed_at),
      allowance: allowanceOf(row),
    }));
  }

  private async store(em: SqlEntityManager, counter: Counter, count: AttemptCount): Promise<void> {
    await em.execute(
      `update login_attempts set attempts = ?, counted_at = ?, allowed_at = ?, forgotten_at = ?
       where account = ? and network = ?`,
      [
        count.attempts,
        count.countedAt,
        count.allowedAt,
        forgottenAt(count, counter.allowance),
        counter.account,
        counter.network,
      ],
    );
  }

  /** In a transaction of its own: its locks are in no order. */
  private async clear(): Promise<void> {
    await this.fork().execute(
      `delete from login_attempts where (account, network) in (
         select account, network from login_attempts where forgotten_at < ? order by forgotten_at limit ?
         for update skip locked)`,
      [this.clock.now(), clearedAtOnce],
    );
  }

  private accountOf(email: string): string {
    return this.digests.of(`account ${email}`);
  }
}

export const tooManyGuesses = (forMs: number): RateLimited => new RateLimited("Too many attempts to log in.", forMs);

const isOwn = ({ account, network }: Counter): boolean => account !== "" && network !== "";

const allowanceOf = ({ account, network }: CounterRow): Allowance => {
  if (account === "") return allowances.network;
  return network === "" ? allowances.account : allowances.accountAndNetwork;
};

const longestWait = (counters: readonly Counter[], now: Date): number =>
  Math.max(...counters.map((counter) => waitMs(counter, now)));

const none = (now: Date): AttemptCount => ({ attempts: 0, countedAt: now, allowedAt: now });
