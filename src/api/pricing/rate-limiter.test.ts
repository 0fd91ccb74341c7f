import { beforeEach, expect, test } from "@jest/globals";
import { RateLimited } from "../../kernel/errors.js";
import { RateLimiter } from "./rate-limiter.js";

let nowMs: number;
let rateLimiter: RateLimiter;
beforeEach(() => {
  nowMs = Date.UTC(2026, 0, 1);
  rateLimiter = new RateLimiter({
    refusal: "You have spent it.",
    perMinute: { member: 600, anonymous: 60 },
    clock: { now: () => new Date(nowMs) },
  });
});
const ann = { memberId: "mem_ann" };
const bob = { memberId: "mem_bob" };
const anonymous = { network: "192.0.2.1" };

function waitOf(charge: () => unknown): number {
  try {
    charge();
  } catch (error) {
    expect(error).toBeInstanceOf(RateLimited);
    return (error as RateLimited).details["retryAfterMs"] as number;
  }
  throw new Error("It was paid.");
}

test("a charge says what it cost, what is left, and when all of it is there again", () => {
  expect(rateLimiter.charge(ann, 100)).toEqual({
    limit: 600,
    cost: 100,
    remaining: 500,
    resetAt: new Date(nowMs + 10_000),
  });
  expect(rateLimiter.charge(ann, 0)).toMatchObject({ cost: 0, remaining: 500 });
});

test("who has spent everything waits as long as it says, and no longer", () => {
  rateLimiter.charge(ann, 590);
  const waitMs = waitOf(() => rateLimiter.charge(ann, 20));
  expect(waitMs).toBe(1_000);
  nowMs += waitMs - 1;
  expect(waitOf(() => rateLimiter.charge(ann, 20))).toBe(1);
  nowMs += 1;
  expect(rateLimiter.charge(ann, 20)).toMatchObject({ remaining: 0 });
});

test("what was refused is not taken", () => {
  rateLimiter.charge(ann, 590);
  for (let i = 0; i < 5; i++) waitOf(() => rateLimiter.charge(ann, 20));
  expect(rateLimiter.charge(ann, 10)).toMatchObject({ remaining: 0 });
});

test("each member and each network has a budget of its own", () => {
  rateLimiter.charge(ann, 600);
  expect(rateLimiter.charge(bob, 600)).toMatchObject({ limit: 600, remaining: 0 });
  expect(rateLimiter.charge(anonymous, 60)).toMatchObject({ limit: 60, remaining: 0 });
  expect(rateLimiter.charge({ network: "192.0.2.2" }, 1)).toMatchObject({ limit: 60, remaining: 59 });
});

test("a bucket holds no more than a minute's worth, however long it rests", () => {
  rateLimiter.charge(ann, 1);
  nowMs += 3_600_000;
  expect(rateLimiter.charge(ann, 0)).toMatchObject({ remaining: 600, resetAt: new Date(nowMs) });
});

test("what costs more than a bucket holds is paid from a full one, and owed", () => {
  expect(rateLimiter.charge(anonymous, 180)).toMatchObject({
    cost: 180,
    remaining: 0,
    resetAt: new Date(nowMs + 180_000),
  });
  expect(waitOf(() => rateLimiter.charge(anonymous, 1))).toBe(121_000);
  expect(rateLimiter.charge(anonymous, 0)).toMatchObject({ remaining: 0 });
});
