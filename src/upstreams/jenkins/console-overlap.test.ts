import { expect, test } from "@jest/globals";
import { characterBoundary, uniqueOverlap } from "./console-overlap.js";

test.each<[string, string, string, number, number | undefined]>([
  ["the end is met again", "one two three", "three four", 3, 5],
  ["nothing is met again", "one two three", "four five", 1, undefined],
  ["less is met again than was asked from", "one two three", "three four", 6, undefined],
  ["the text repeats itself", "ababab", "abababab", 2, undefined],
  ["all of it is met again", "one", "one two", 1, 3],
])("when %s", (_when, known, next, atLeast, expected) => {
  expect(uniqueOverlap(Buffer.from(known), Buffer.from(next), atLeast)).toBe(expected);
});

test.each<[string, number, number]>([
  ["plain", 3, 3],
  ["plain", 9, 5],
  ["aé", 2, 1],
  ["aé", 3, 3],
  ["語", 2, 0],
  ["🚀!", 3, 0],
  ["🚀!", 4, 4],
])("%s is not divided at %i", (text, size, expected) => {
  expect(characterBoundary(Buffer.from(text), size)).toBe(expected);
});
