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

/** The network that a login comes from, and the account that it names. */
export interface LoginClaim {
  readonly email: string;
  readonly network: string;
}

/** A counted attempt. */
export interface CountedAttempt {
  /** The delay for anyone whose network is not known to the account; 0 for none. */
  readonly othersWaitMs: number;
}

/** One counter, with the digests that identify it. */
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

/** The number of expired counters that one attempt deletes: more than it creates, so that the table does not grow. */
const clearedAtOnce = 20;

/** Counts login attempts over all replicas. Accounts that do not exist are counted equally. */
export class LoginAttempts {
  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly digests: Digests,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts an attempt before its password is checked, so that concurrent guesses count too. Throws RATE_LIMITED,
   * without counting, after too many attempts at this account from this network.
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
      // An attempt that must wait does not lengthen the delay.
      for (const counter of othersWaitMs > 0 ? own : counters)
        await this.store(em, counter, withAttempt(counter, counter.allowance, now));
      return { ownWaitMs, othersWaitMs };
    });
    if (judged.ownWaitMs > 0) throw tooManyGuesses(judged.ownWaitMs);
    return judged;
  }

  /** Takes a successful attempt back, because it was no guess. */
  async forgive(claim: LoginClaim, { othersWaitMs }: CountedAttempt): Promise<void> {
    const now = this.clock.now();
    await this.fork().transactional(async (em) => {
      for (const counter of await this.lock(em, claim, now)) {
        if (isOwn(counter)) await this.store(em, counter, none(now));
        else if (othersWaitMs === 0) await this.store(em, counter, withoutAttempt(counter, counter.allowance, now));
      }
    });
  }

  /** Deletes the counters of an account, within a transaction. Those of networks stay. */
  async lift(em: SqlEntityManager, email: string): Promise<void> {
    const account = this.accountOf(email);
    await em.execute(`select from login_attempts where account = ? order by network for update`, [account]);
    await em.execute(`delete from login_attempts where account = ?`, [account]);
  }

  /** The counters of an attempt, locked in the order of their keys to avoid deadlocks. */
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

  /** In its own transaction, because its locks have no order. */
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
