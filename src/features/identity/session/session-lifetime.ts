const dayMs = 24 * 60 * 60_000;

/** A session that is not refreshed for this long ends. */
const idleDays = 30;

/** The maximum lifetimes of sessions. */
export class SessionLifetime {
  /** @param maxDays A session ends after so many days, however often it is refreshed. */
  constructor(private readonly maxDays: number) {}

  /** When a session ends at the latest. */
  lastEndOf(createdAt: Date): Date {
    return new Date(createdAt.getTime() + this.maxDays * dayMs);
  }

  /** When a session that was last used at `usedAt` ends, unless it is used again. */
  endOf(createdAt: Date, usedAt: Date): Date {
    return new Date(Math.min(usedAt.getTime() + idleDays * dayMs, this.lastEndOf(createdAt).getTime()));
  }
}
