/** How attempts that share a counter are delayed. */
export interface Allowance {
  /** The number of consecutive attempts without a delay. */
  readonly free: number;
  /** The time after which one attempt is forgotten. */
  readonly recoverMs: number;
}

/**
 * The counters: attempts at one account from one network, at one account from anywhere, and at any account from one
 * network.
 */
export const allowances = {
  accountAndNetwork: { free: 5, recoverMs: 15 * 60_000 },
  account: { free: 50, recoverMs: 5 * 60_000 },
  network: { free: 100, recoverMs: 60_000 },
} as const satisfies Record<string, Allowance>;

/** The attempts that are not forgotten yet; the oldest may count as a fraction. */
export interface AttemptCount {
  readonly attempts: number;
  readonly countedAt: Date;
  /** When the next attempt is allowed. */
  readonly allowedAt: Date;
}

const firstDelayMs = 1_000;
const longestDelayMs = 15 * 60_000;

/** The delay before the next attempt; 0 for none. */
export const waitMs = ({ allowedAt }: AttemptCount, now: Date): number =>
  Math.max(0, allowedAt.getTime() - now.getTime());

/** The counter with one more attempt. Each attempt beyond the free ones doubles the delay before the next. */
export function withAttempt(count: AttemptCount, { free, recoverMs }: Allowance, now: Date): AttemptCount {
  const attempts = remembered(count, recoverMs, now) + 1;
  // Rounded up: the time between quick guesses must not make room for another one.
  const beyond = Math.ceil(attempts) - free;
  const delayMs = beyond < 0 ? 0 : Math.min(longestDelayMs, firstDelayMs * 2 ** beyond);
  return { attempts, countedAt: now, allowedAt: new Date(now.getTime() + delayMs) };
}

/** The counter without one attempt, which was no guess. */
export function withoutAttempt(count: AttemptCount, { free, recoverMs }: Allowance, now: Date): AttemptCount {
  const attempts = Math.max(0, remembered(count, recoverMs, now) - 1);
  return { attempts, countedAt: now, allowedAt: Math.ceil(attempts) < free ? now : count.allowedAt };
}

/** When the counter can be deleted. */
export const forgottenAt = ({ attempts, countedAt, allowedAt }: AttemptCount, { recoverMs }: Allowance): Date =>
  new Date(Math.max(allowedAt.getTime(), countedAt.getTime() + attempts * recoverMs));

const remembered = ({ attempts, countedAt }: AttemptCount, recoverMs: number, now: Date): number =>
  Math.max(0, attempts - Math.max(0, now.getTime() - countedAt.getTime()) / recoverMs);
