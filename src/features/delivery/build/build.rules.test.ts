import { expect, test } from "@jest/globals";
import { pollIntervalMs } from "./build.rules.js";

test.each([
  ["its console grows", 1, 0, 0, 250],
  ["it was quiet once", 0, 1, 0, 500],
  ["it was quiet twice", 0, 2, 0, 1_000],
  ["it has long been quiet", 0, 50, 0, 2_000],
  ["the last look took its time", 1, 0, 80, 170],
  ["the last look took longer than the interval", 1, 0, 5_000, 50],
])("the next look at a build, when %s", (_when, newBytes, quietPolls, tookMs, expected) => {
  expect(pollIntervalMs(newBytes, quietPolls, tookMs)).toBe(expected);
});
