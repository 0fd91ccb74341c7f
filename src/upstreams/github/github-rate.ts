import { UpstreamUnavailable } from "../../kernel/errors.js";
import type { RateLimit } from "../source-host.js";

/** GitHub's rate limit, and the time until which it must not be called at all. */
export class GitHubRate {
  private blockedUntil = 0;

  constructor(private readonly now: () => number = Date.now) {}

  /** Fails at once while GitHub would refuse, because further calls prolong the refusal. */
  check(): void {
    const retryAfterMs = this.blockedUntil - this.now();
    if (retryAfterMs > 0) throw this.exhausted(retryAfterMs);
  }

  /** Records the rate limit of a response; when nothing remains, no call is made before `resetAt`. */
  note({ remaining, resetAt }: RateLimit): void {
    if (remaining <= 0) this.blockedUntil = Math.max(this.blockedUntil, resetAt.getTime());
  }

  /**
   * Records a refusal. `headers` say until when: `retry-after` in seconds, or the reset of the hour; without either, a
   * minute.
   */
  refused(headers: Readonly<Record<string, string | number | undefined>>): UpstreamUnavailable {
    const retryAfterMs = Number(headers["retry-after"]) * 1_000;
    const resetMs = Number(headers["x-ratelimit-reset"]) * 1_000;
    const isUsedUp = Number(headers["x-ratelimit-remaining"]) === 0;
    const until =
      retryAfterMs > 0 ? this.now() + retryAfterMs : isUsedUp && resetMs > this.now() ? resetMs : this.now() + 60_000;
    this.blockedUntil = Math.max(this.blockedUntil, until);
    return this.exhausted(this.blockedUntil - this.now());
  }

  private exhausted(retryAfterMs: number): UpstreamUnavailable {
    const message = `GitHub's rate limit is used up. Try again in ${Math.ceil(retryAfterMs / 1_000)} s.`;
    return new UpstreamUnavailable("github", message, { retryAfterMs });
  }
}
