export interface RateLimitState {
  readonly limit: number;
  readonly remaining: number;
  readonly resetAt: Date;
}

const windowMs = 3_600_000;

/** The points of one account: 5000 an hour, one for each query. */
export class RateLimit {
  private remaining: number;
  private resetAt = new Date(Date.now() + windowMs);

  constructor(readonly limit = 5_000) {
    this.remaining = limit;
  }

  get state(): RateLimitState {
    if (Date.now() >= this.resetAt.getTime()) {
      this.remaining = this.limit;
      this.resetAt = new Date(Date.now() + windowMs);
    }
    return { limit: this.limit, remaining: this.remaining, resetAt: this.resetAt };
  }

  set({ remaining = this.remaining, resetAt = this.resetAt }: Partial<RateLimitState>): void {
    this.remaining = remaining;
    this.resetAt = resetAt;
  }

  /** Takes a point; false when none is left. */
  take(): boolean {
    if (this.state.remaining === 0) return false;
    this.remaining--;
    return true;
  }

  get headers(): Record<string, string> {
    const { limit, remaining, resetAt } = this.state;
    return {
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": String(remaining),
      "x-ratelimit-used": String(limit - remaining),
      "x-ratelimit-reset": String(Math.floor(resetAt.getTime() / 1000)),
      "x-ratelimit-resource": "graphql",
    };
  }
}
