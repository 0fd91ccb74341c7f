import { expect, test } from "@jest/globals";
import { RateLimited } from "../../kernel/errors.js";
import { Quota } from "./quota.js";

const take = (quota: Quota, holder: string, times: number): (() => void)[] =>
  Array.from({ length: times }, () => quota.take(holder));

test("each holder has so many places, and may take another when one is given back", () => {
  const quota = new Quota({ what: "subscriptions", each: 2, all: 10 });
  const [giveBack] = take(quota, "ann", 2);
  expect(() => quota.take("ann")).toThrow(RateLimited);
  expect(() => quota.take("ann")).toThrow("You have 2 subscriptions open, and may have 2. Try again in 5 s.");
  take(quota, "bob", 1);
  giveBack!();
  take(quota, "ann", 1);
  expect(quota.count).toBe(3);
});

test("there are so many places in all", () => {
  const quota = new Quota({ what: "sockets", each: 2, all: 3 });
  take(quota, "ann", 2);
  const [giveBack] = take(quota, "bob", 1);
  expect(() => quota.take("bob")).toThrow("This server cannot hold more sockets now.");
  giveBack!();
  quota.take("eve");
});

test("a place that is given back twice was one place", () => {
  const quota = new Quota({ what: "subscriptions", each: 2, all: 2 });
  const [giveBack] = take(quota, "ann", 2);
  giveBack!();
  giveBack!();
  take(quota, "ann", 1);
  expect(() => quota.take("ann")).toThrow(RateLimited);
  expect(quota.count).toBe(2);
});
