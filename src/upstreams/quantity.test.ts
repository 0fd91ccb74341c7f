import { expect, test } from "@jest/globals";
import { quantityOf } from "./quantity.js";

test.each<[unknown, number]>([
  ["500m", 0.5],
  ["1.5", 1.5],
  ["1.", 1],
  [".5", 0.5],
  ["1009m", 1.009],
  ["1Gi", 2 ** 30],
  ["1e3", 1_000],
  ["-2k", -2_000],
  ["", 0],
  [".", 0],
  ["1x", 0],
  [undefined, 0],
])("%j stands for %d", (text, number) => {
  expect(quantityOf(text)).toBe(number);
});

test("a long row of digits takes no longer than as many letters", () => {
  const startedAt = performance.now();
  expect(quantityOf(`${"1".repeat(200_000)}x`)).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});
