import { expect, test } from "@jest/globals";
import { jsonShape } from "./json-body.js";

const shape = (text: string): readonly number[] => {
  const { depth, values } = jsonShape(Buffer.from(text), { depth: 9, values: 9 });
  return [depth, values];
};

test.each([
  ["{}", 1, 2],
  ["[1,2,3]", 1, 4],
  ['{"a":{"b":[[1],[2]]}}', 4, 7],
  ['{"query":"{{[[,,\\"{{,\\\\"}', 1, 2],
  ['"\\\\",[', 1, 3],
  ["[[[", 3, 4],
  ["]]]", 0, 1],
  ['"unfinished [[[ \\', 0, 1],
  ["", 0, 1],
])("%s is %i deep and has about %i values", (text, depth, values) => {
  expect(shape(text)).toEqual([depth, values]);
});

test("a text is read no further than to where it is too much", () => {
  expect(jsonShape(Buffer.from("[".repeat(1_000)), { depth: 9, values: 99 })).toEqual({ depth: 10, values: 11 });
  expect(jsonShape(Buffer.from("1,".repeat(1_000)), { depth: 9, values: 99 })).toEqual({ depth: 0, values: 100 });
});
