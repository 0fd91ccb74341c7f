import { describe, expect, test } from "@jest/globals";
import {
  allowances,
  forgottenAt,
  waitMs,
  withAttempt,
  withoutAttempt,
  type AttemptCount,
} from "./login-delay.rules.js";

const begin = new Date("2026-01-01T00:00:00Z");
const at = (ms: number): Date => new Date(begin.getTime() + ms);
const none: AttemptCount = { attempts: 0, countedAt: begin, allowedAt: begin };
const own = allowances.accountAndNetwork;

/** So many attempts, each as soon as it may be made; the last count and the waits before the next. */
function attempts(many: number, pauseMs = 0): { count: AttemptCount; waits: number[] } {
  let count = none;
  const waits: number[] = [];
  for (let each = 0; each < many; each++) {
    const now = new Date(Math.max(count.countedAt.getTime() + pauseMs, count.allowedAt.getTime()));
    count = withAttempt(count, own, now);
    waits.push(waitMs(count, now));
  }
  return { count, waits };
}

describe("attempts to log in", () => {
  test("five are free, and each further one doubles the delay, up to a quarter of an hour", () => {
    const { waits } = attempts(20);
    expect(waits.slice(0, 8)).toEqual([0, 0, 0, 0, 1_000, 2_000, 4_000, 8_000]);
    expect(Math.max(...waits)).toBe(15 * 60_000);
    expect(waits.at(-1)).toBe(15 * 60_000);
  });

  test("a little time between them makes no room for another one", () => {
    expect(attempts(6, 100).waits).toEqual([0, 0, 0, 0, 1_000, 2_000]);
  });

  test.each([
    ["seldom ones are never delayed", 100, 16 * 60_000, 0],
    ["more than one in the time that it takes to forget one are", 30, 10 * 60_000, 1_000],
  ])("%s", (_what, many, pauseMs, least) => {
    const { waits } = attempts(many, pauseMs);
    expect(Math.max(...waits)).toBeGreaterThanOrEqual(least);
    if (least === 0) expect(waits.every((wait) => wait === 0)).toBe(true);
  });

  test("one that was no guess is taken back, with the delay that it made", () => {
    const { count } = attempts(4);
    const fifth = withAttempt(count, own, begin);
    expect(waitMs(fifth, begin)).toBe(1_000);
    expect(withoutAttempt(fifth, own, begin)).toEqual({ attempts: 4, countedAt: begin, allowedAt: begin });
    const { count: many } = attempts(9);
    expect(waitMs(withoutAttempt(many, own, many.countedAt), many.countedAt)).toBeGreaterThan(1_000);
    expect(withoutAttempt(none, own, begin)).toEqual(none);
  });

  test("a count is kept until nothing of it is left", () => {
    const { count } = attempts(4);
    const end = forgottenAt(count, own);
    expect(end).toEqual(at(4 * own.recoverMs));
    expect(withAttempt(count, own, end)).toEqual({ attempts: 1, countedAt: end, allowedAt: end });
  });
});
