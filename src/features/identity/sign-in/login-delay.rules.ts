/** How attempts that are counted together are slowed down. */
export interface Allowance {
  /** So many may follow each other without a delay. */
  readonly free: number;
  /** One attempt is forgotten after this long. */
  readonly recoverMs: number;
}

/** What is counted: guesses at one account from one network, at one account from anywhere, and at any account from one network. */
export const allowances = {
  accountAndNetwork: { free: 5, recoverMs: 15 * 60_000 },
  account: { free: 50, recoverMs: 5 * 60_000 },
  network: { free: 100, recoverMs: 60_000 },
} as const satisfies Record<string, Allowance>;

/** The attempts that are not forgotten yet; a fraction of the oldest may be. */
export interface AttemptCount {
  readonly attempts: number;
  readonly countedAt: Date;
  /** When the next attempt may be made. */
  readonly allowedAt: Date;
}

const firstDelayMs = 1_000;
const longestDelayMs = 15 * 60_000;

/** How long the next attempt must wait; 0 when it need not. */
export const waitMs = ({ allowedAt }: AttemptCount, now: Date): number =>
  Math.max(0, allowedAt.getTime() - now.getTime());

/** The count with one attempt more. Each one beyond the free ones doubles the delay before the next. */
export function withAttempt(count: AttemptCount, { free, recoverMs }: Allowance, now: Date): AttemptCount {
  const attempts = remembered(count, recoverMs, now) + 1;
  // Rounded up: what was forgotten between the first of several quick guesses and the last makes room for none.
  const beyond = Math.ceil(attempts) - free;
  const delayMs = beyond < 0 ? 0 : Math.min(longestDelayMs, firstDelayMs * 2 ** beyond);
  return { attempts, countedAt: now, allowedAt: new Date(now.getTime() + delayMs) };
}

/** The count without one attempt, which was no guess. */
export function withoutAttempt(count: AttemptCount, { free, recoverMs }: Allowance, now: Date): AttemptCount {
  const attempts = Math.max(0, remembered(count, recoverMs, now) - 1);
  return { attempts, countedAt: now, allowedAt: Math.ceil(attempts) < free ? now : count.allowedAt };
}

/** When nothing of the count is left to remember. */
export const forgottenAt = ({ attempts, countedAt, allowedAt }: AttemptCount, { recoverMs }: Allowance): Date =>
  new Date(Math.max(allowedAt.getTime(), countedAt.getTime() + attempts * recoverMs));

const remembered = ({ attempts, countedAt }: AttemptCount, recoverMs: number, now: Date): number =>
  Math.max(0, attempts - Math.max(0, now.getTime() - countedAt.getTime()) / recoverMs);
