const dayMs = 24 * 60 * 60_000;

/** A session that is not refreshed for this long ends. */
const idleDays = 30;

/** How long sessions last. */
export class SessionLifetime {
  /** @param maxDays After so many days a session ends, however often it is refreshed. */
  constructor(private readonly maxDays: number) {}

  /** When a session ends in any case. */
  lastEndOf(createdAt: Date): Date {
    return new Date(createdAt.getTime() + this.maxDays * dayMs);
  }

  /** When a session ends that was used last at `usedAt`, unless it is used again. */
  endOf(createdAt: Date, usedAt: Date): Date {
    return new Date(Math.min(usedAt.getTime() + idleDays * dayMs, this.lastEndOf(createdAt).getTime()));
  }
}
