import { LRUCache } from "lru-cache";
import type { Bill } from "../features/context.js";
import type { Clock } from "../kernel/clock.js";
import { RateLimited } from "../kernel/errors.js";

/** Who pays: a session, or the network that a stranger comes from. */
export type Payer = { readonly sessionId: string } | { readonly network: string };

export interface BudgetOptions {
  /** Said to who has no more of it. */
  readonly refusal: string;
  /** What each may spend in a minute. */
  readonly perMinute: { readonly session: number; readonly stranger: number };
  readonly clock: Clock;
}

interface Purse {
  left: number;
  atMs: number;
}

/** Payers that are remembered. One that is forgotten begins anew. */
const remembered = 50_000;

/**
 * What everybody may spend, in this process: a purse that fills by itself, a minute's worth at most. An operation that
 * costs more than a purse can hold is paid from a full one, and what is missing is owed.
 */
export class Budgets {
  private readonly purses = new LRUCache<string, Purse>({ max: remembered });

  constructor(private readonly options: BudgetOptions) {}

  /** Takes what an operation costs; throws RATE_LIMITED, and takes nothing, when the payer has not that much. */
  charge(payer: Payer, cost: number): Bill {
    const { session, stranger } = this.options.perMinute;
    const [key, limit] = "sessionId" in payer ? [payer.sessionId, session] : [payer.network, stranger];
    const atMs = this.options.clock.now().getTime();
    const perMs = limit / 60_000;
    const purse = this.purses.get(key) ?? { left: limit, atMs };
    const left = Math.min(limit, purse.left + Math.max(0, atMs - purse.atMs) * perMs);
    const missing = Math.min(cost, limit) - left;
    // What costs nothing is asked by whoever wants to know when there is something to spend again.
    if (cost > 0 && missing > 0) throw new RateLimited(this.options.refusal, Math.ceil(missing / perMs));
    purse.left = left - cost;
    purse.atMs = atMs;
    this.purses.set(key, purse);
    return {
      limit,
      cost,
      remaining: Math.max(0, Math.floor(purse.left)),
      resetAt: new Date(atMs + Math.ceil((limit - purse.left) / perMs)),
    };
  }
}
