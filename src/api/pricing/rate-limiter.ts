import { LRUCache } from "lru-cache";
import type { Charge } from "../../features/foundation/context.js";
import type { Clock } from "../../kernel/clock.js";
import { RateLimited } from "../../kernel/errors.js";

/** Who pays: a member, in all of their sessions, or the network that a request without a valid token comes from. */
export type Payer = { readonly memberId: string } | { readonly network: string };

export interface RateLimiterOptions {
  /** Said to a payer whose bucket is empty. */
  readonly refusal: string;
  /** What each payer may spend in a minute. */
  readonly perMinute: { readonly member: number; readonly stranger: number };
  readonly clock: Clock;
}

interface Bucket {
  left: number;
  atMs: number;
}

/** Payers whose buckets are remembered. One that is forgotten begins with a full bucket. */
const remembered = 50_000;

/**
 * A token bucket for each payer, in this process: it holds a minute's worth at most and refills all the time. An operation
 * that costs more than a bucket holds is paid from a full one, and the rest is a debt.
 */
export class RateLimiter {
  private readonly buckets = new LRUCache<string, Bucket>({ max: remembered });

  constructor(private readonly options: RateLimiterOptions) {}

  /** Takes what an operation costs; throws RATE_LIMITED, and takes nothing, when the payer has not that much. */
  charge(payer: Payer, cost: number): Charge {
    const waitMs = this.take(payer, cost);
    if (waitMs > 0) throw this.refused(waitMs);
    return this.bill(payer, cost);
  }

  /** Takes `cost` and returns 0; takes nothing when less than `cost` and `reserve` is there, and returns how long that takes. */
  take(payer: Payer, cost: number, reserve = 0): number {
    const { key, limit, bucket, atMs } = this.look(payer);
    // What costs nothing is asked by clients that want to know when there is something to spend again.
    const missing = cost > 0 ? Math.min(cost + reserve, limit) - bucket.left : 0;
    if (missing > 0) return Math.ceil((missing * 60_000) / limit);
    this.buckets.set(key, { left: bucket.left - cost, atMs });
    return 0;
  }

  /** Takes what is only known after the work: what the bucket lacks is a debt. */
  debit(payer: Payer, cost: number): void {
    const { key, bucket, atMs } = this.look(payer);
    this.buckets.set(key, { left: bucket.left - cost, atMs });
  }

  /** What the payer may spend in a minute. */
  limitOf(payer: Payer): number {
    const { member, stranger } = this.options.perMinute;
    return "memberId" in payer ? member : stranger;
  }

  refused(waitMs: number): RateLimited {
    return new RateLimited(this.options.refusal, waitMs);
  }

  private look(payer: Payer): { key: string; limit: number; bucket: Bucket; atMs: number } {
    const key = "memberId" in payer ? payer.memberId : payer.network;
    const limit = this.limitOf(payer);
    const atMs = this.options.clock.now().getTime();
    const before = this.buckets.get(key) ?? { left: limit, atMs };
    const left = Math.min(limit, before.left + (Math.max(0, atMs - before.atMs) * limit) / 60_000);
    return { key, limit, bucket: { left, atMs }, atMs };
  }

  private bill(payer: Payer, cost: number): Charge {
    const { limit, bucket, atMs } = this.look(payer);
    return {
      limit,
      cost,
      remaining: Math.max(0, Math.floor(bucket.left)),
      resetAt: new Date(atMs + Math.ceil(((limit - bucket.left) * 60_000) / limit)),
    };
  }
}
