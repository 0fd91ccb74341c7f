import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { RateLimited } from "../../kernel/errors.js";
import { RateLimiter } from "../pricing/rate-limiter.js";
import { EventExecutions } from "./event-executions.js";

let rateLimiter: RateLimiter;
let executions: EventExecutions;
/** The names of what was executed, in its order. */
let ran: string[];
let refused: RateLimited[];

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ["setImmediate"] });
  [ran, refused] = [[], []];
  const clock = { now: () => new Date() };
  rateLimiter = new RateLimiter({ refusal: "You have spent it.", perMinute: { member: 6_000, anonymous: 60 }, clock });
  executions = new EventExecutions({ rateLimiter, clock });
});
afterEach(() => {
  jest.useRealTimers();
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const leftOf = (memberId: string): number => rateLimiter.charge({ memberId }, 0).remaining;

function add(
  memberId: string,
  name: string,
  {
    price = 1,
    until = Promise.resolve(),
    isAbandoned = () => false,
  }: Partial<Parameters<EventExecutions["add"]>[0]> & {
    until?: Promise<void>;
  } = {},
): (another: string) => void {
  const run = (): Promise<void> => (ran.push(name), until);
  return executions.add({ price, isAbandoned, run, refuse: (cause) => refused.push(cause) }, memberId);
}
const addAll = (memberId: string, count: number, more?: Parameters<typeof add>[2]): void => {
  for (let number = 1; number <= count; number++) add(memberId, `${memberId} ${number}`, more);
};
const names = (memberId: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${memberId} ${index + 1}`);

const settle = async (): Promise<void> => {
  for (let round = 0; round < 40; round++) await turn();
};

describe("what is paid for", () => {
  test("begins at once, and a few at a time in each turn of the event loop", async () => {
    addAll("ann", 50);
    const perTurn = [ran.length];
    for (let last = ran.length; last < 50; last = ran.length) {
      await turn();
      perTurn.push(ran.length - last);
    }
    expect(ran).toEqual(names("ann", 50));
    expect(perTurn).toEqual([9, 9, 9, 9, 9, 5]);
  });

  test.each([
    [1, 10],
    [40, 4],
    [90, 2],
    [500, 1],
  ])("of a price of %d runs %d at a time", async (price, most) => {
    let end = (): void => undefined;
    addAll("ann", 10, { price, until: new Promise<void>((resolve) => (end = resolve)) });
    addAll("bob", 10, { price, until: new Promise<void>((resolve) => setImmediate(resolve)) });
    await settle();
    // Those of the two come by turns, and those of one of them end.
    expect(ran.filter((name) => name.startsWith("ann")).length).toBe(most);
    end();
    await settle();
    expect(ran.length).toBe(20);
  });

  test("runs by turns of the members", async () => {
    addAll("ann", 100);
    add("bob", "bob 1");
    await turn();
    await turn();
    expect(ran).toContain("bob 1");
    expect(ran.length).toBeLessThan(30);
    await settle();
    expect(ran.length).toBe(101);
  });

  test("begins when it is the turn of anybody who waits for it, and once", async () => {
    addAll("ann", 100);
    const join = add("ann", "shared");
    join("bob");
    await turn();
    await turn();
    expect(ran).toContain("shared");
    expect(ran.length).toBeLessThan(30);
    await settle();
    expect(ran.length).toBe(101);
    expect([leftOf("ann"), leftOf("bob")]).toEqual([5_899, 6_000]);
  });

  test("that never ends keeps its place for some seconds only", async () => {
    addAll("ann", 30, { until: new Promise<void>(() => undefined) });
    await settle();
    expect(ran.length).toBe(18);
    await jest.advanceTimersByTimeAsync(5_000);
    await settle();
    expect(ran.length).toBe(30);
  });
});

describe("what nobody can pay for", () => {
  const expensive = { price: 1_000 };
  test("waits until there is enough again, in the order in which it came, and a tenth of the budget is left for requests", async () => {
    addAll("ann", 8, expensive);
    await settle();
    expect(ran).toEqual(names("ann", 5));
    expect(leftOf("ann")).toBe(1_000);
    // What is cheap enough does not overtake.
    add("ann", "cheap");
    await settle();
    expect(ran).toHaveLength(5);
    // 100 a second.
    await jest.advanceTimersByTimeAsync(6_000);
    await settle();
    expect(ran).toEqual(names("ann", 6));
    await jest.advanceTimersByTimeAsync(20_100);
    await settle();
    expect(ran).toEqual([...names("ann", 8), "cheap"]);
    expect(refused).toEqual([]);
  });

  test("holds nobody else back", async () => {
    addAll("ann", 8, expensive);
    addAll("bob", 2, expensive);
    await settle();
    expect(ran).toEqual(expect.arrayContaining(names("bob", 2)));
  });

  test("is paid for by another one who comes to wait for it", async () => {
    addAll("ann", 5, expensive);
    const join = add("ann", "shared", expensive);
    await settle();
    expect(ran).not.toContain("shared");
    join("bob");
    await settle();
    expect(ran).toContain("shared");
    expect([leftOf("ann"), leftOf("bob")]).toEqual([1_000, 5_000]);
    join("cid");
    expect(leftOf("cid")).toBe(6_000);
  });

  test("is refused after a minute, and says when to come again", async () => {
    addAll("ann", 5, expensive);
    // Something else takes whatever comes back.
    rateLimiter.debit({ memberId: "ann" }, 20_000);
    add("ann", "late", expensive);
    await jest.advanceTimersByTimeAsync(59_000);
    expect(refused).toEqual([]);
    await jest.advanceTimersByTimeAsync(1_000);
    await settle();
    expect(ran).not.toContain("late");
    expect(refused.map(({ code }) => code)).toEqual(["RATE_LIMITED"]);
    expect(refused[0]!.details["retryAfterMs"]).toBeGreaterThan(0);
    // What comes later is paid for when there is enough again.
    await jest.advanceTimersByTimeAsync(300_000);
    add("ann", "again", expensive);
    expect(ran).toContain("again");
  });

  test("is dropped, and costs nothing, when nobody waits for it any more", async () => {
    addAll("ann", 5, expensive);
    let isGone = false;
    add("ann", "gone", { ...expensive, isAbandoned: () => isGone });
    add("ann", "next", expensive);
    isGone = true;
    await jest.advanceTimersByTimeAsync(6_000);
    await settle();
    expect(ran.slice(5)).toEqual(["next"]);
  });
});

test("what was paid for by one is paid for by another instead, who has enough", () => {
  rateLimiter.charge({ memberId: "ann" }, 100);
  rateLimiter.charge({ memberId: "cid" }, 6_000);
  executions.chargeInstead(100, "ann", "bob");
  expect([leftOf("ann"), leftOf("bob")]).toEqual([6_000, 5_900]);
  executions.chargeInstead(100, "bob", "cid");
  expect([leftOf("bob"), leftOf("cid")]).toEqual([5_900, 0]);
});
