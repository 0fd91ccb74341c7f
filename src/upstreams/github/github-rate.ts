import { UpstreamUnavailable } from "../../kernel/errors.js";
import type { RateLimit } from "../source-host.js";

/** What GitHub says about how often it may still be asked, and until when it must not be asked at all. */
export class GitHubRate {
  private blockedUntil = 0;

  constructor(private readonly now: () => number = Date.now) {}

  /** Fails at once while GitHub would refuse anyway: asking on prolongs the refusal. */
  check(): void {
    const retryAfterMs = this.blockedUntil - this.now();
    if (retryAfterMs > 0) throw this.exhausted(retryAfterMs);
  }

  /** Notes what an answer told; nothing is asked again before `resetAt` when nothing remains. */
  note({ remaining, resetAt }: RateLimit): void {
    if (remaining <= 0) this.blockedUntil = Math.max(this.blockedUntil, resetAt.getTime());
  }

  /** GitHub refused. `headers` tell until when: `retry-after` in seconds, or else the reset of the hour; without either, a minute. */
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
