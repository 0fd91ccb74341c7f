import { LRUCache } from "lru-cache";
import type { Charge } from "../../features/foundation/context.js";
import type { Clock } from "../../kernel/clock.js";
import { RateLimited } from "../../kernel/errors.js";

/** Whose requests are counted together: those of a member, in all of their sessions, or the network that a request without a valid token comes from. */
export type RateLimitKey = { readonly memberId: string } | { readonly network: string };

export interface RateLimiterOptions {
  /** The message for a member or network whose bucket is empty. */
  readonly refusal: string;
  /** What each may spend in a minute. */
  readonly perMinute: { readonly member: number; readonly anonymous: number };
  readonly clock: Clock;
}

interface Bucket {
  left: number;
  atMs: number;
}

/** So many buckets are remembered. One that is forgotten begins full. */
const remembered = 50_000;

/**
 * A token bucket for each member and each network, in this process: it holds a minute's worth at most and refills all the time. An operation
 * that costs more than a bucket holds is paid from a full one, and the rest is a debt.
 */
export class RateLimiter {
  private readonly buckets = new LRUCache<string, Bucket>({ max: remembered });

  constructor(private readonly options: RateLimiterOptions) {}

  /** Takes what an operation costs; throws RATE_LIMITED, and takes nothing, when the bucket has not that much. */
  charge(rateLimitKey: RateLimitKey, cost: number): Charge {
    const waitMs = this.take(rateLimitKey, cost);
    if (waitMs > 0) throw this.refused(waitMs);
    return this.chargeOf(rateLimitKey, cost);
  }

  /** Takes `cost` and returns 0; takes nothing when less than `cost` and `reserve` is there, and returns how long that takes. */
  take(rateLimitKey: RateLimitKey, cost: number, reserve = 0): number {
    const { key, limit, bucket, atMs } = this.bucketOf(rateLimitKey);
    // What costs nothing is asked by clients that want to know when there is something to spend again.
    const missing = cost > 0 ? Math.min(cost + reserve, limit) - bucket.left : 0;
    if (missing > 0) return Math.ceil((missing * 60_000) / limit);
    this.buckets.set(key, { left: bucket.left - cost, atMs });
    return 0;
  }

  /** Takes what is only known after the work: what the bucket lacks is a debt. */
  debit(rateLimitKey: RateLimitKey, cost: number): void {
    const { key, bucket, atMs } = this.bucketOf(rateLimitKey);
    this.buckets.set(key, { left: bucket.left - cost, atMs });
  }

  /** What may be spent in a minute. */
  limitOf(rateLimitKey: RateLimitKey): number {
    const { member, anonymous } = this.options.perMinute;
    return "memberId" in rateLimitKey ? member : anonymous;
  }

  refused(waitMs: number): RateLimited {
    return new RateLimited(this.options.refusal, waitMs);
  }

  private bucketOf(rateLimitKey: RateLimitKey): { key: string; limit: number; bucket: Bucket; atMs: number } {
    const key = "memberId" in rateLimitKey ? rateLimitKey.memberId : rateLimitKey.network;
    const limit = this.limitOf(rateLimitKey);
    const atMs = this.options.clock.now().getTime();
    const before = this.buckets.get(key) ?? { left: limit, atMs };
    const left = Math.min(limit, before.left + (Math.max(0, atMs - before.atMs) * limit) / 60_000);
    return { key, limit, bucket: { left, atMs }, atMs };
  }

  private chargeOf(rateLimitKey: RateLimitKey, cost: number): Charge {
    const { limit, bucket, atMs } = this.bucketOf(rateLimitKey);
    return {
      limit,
      cost,
      remaining: Math.max(0, Math.floor(bucket.left)),
      resetAt: new Date(atMs + Math.ceil(((limit - bucket.left) * 60_000) / limit)),
    };
  }
}
