import { expect, test } from "@jest/globals";
import type { Charge } from "../../features/foundation/context.js";
import { ExpensiveOperations } from "./expensive-operations.js";

const costing = (cost: number): Charge => ({ cost, limit: 10_000, remaining: 0, resetAt: new Date(0) });

test("operations that cost much are executed one after the other, and others at once", async () => {
  const expensive = new ExpensiveOperations();
  const begun: string[] = [];
  const end: Record<string, () => void> = {};
  const operation = (name: string) => (): Promise<string> => {
    begun.push(name);
    return new Promise((resolve) => (end[name] = () => resolve(name)));
  };
  const [first, second] = ["first", "second"].map((name) => expensive.run(costing(5_000), operation(name)));
  const cheap = expensive.run(costing(1_000), operation("cheap"));
  await new Promise(setImmediate);
  expect(begun).toEqual(["cheap", "first"]);
  end["first"]!();
  end["cheap"]!();
  expect(await Promise.all([first, cheap])).toEqual(["first", "cheap"]);
  while (!end["second"]) await new Promise(setImmediate);
  end["second"]();
  expect(await second).toBe("second");
});

test("one that waits for something else keeps no others waiting, and one that fails neither", async () => {
  const expensive = new ExpensiveOperations();
  void expensive.run(costing(5_000), () => new Promise(() => undefined));
  const failed = expensive.run(costing(5_000), () => Promise.reject(new Error("It failed.")));
  const thrown = expensive.run(costing(5_000), () => {
    throw new Error("It threw.");
  });
  await expect(failed).rejects.toThrow("It failed.");
  await expect(thrown).rejects.toThrow("It threw.");
  expect(await expensive.run(costing(5_000), () => "done")).toBe("done");
});
