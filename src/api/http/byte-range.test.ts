import { expect, test } from "@jest/globals";
import { byteRange } from "./byte-range.js";

test.each([
  ["bytes=0-0", 10, { start: 0, end: 1 }],
  ["bytes=2-5", 10, { start: 2, end: 6 }],
  ["bytes=2-", 10, { start: 2, end: 10 }],
  ["bytes=2-99", 10, { start: 2, end: 10 }],
  ["bytes=-3", 10, { start: 7, end: 10 }],
  ["bytes=-99", 10, { start: 0, end: 10 }],
  ["bytes=10-", 10, "UNSATISFIABLE"],
  ["bytes=-0", 10, "UNSATISFIABLE"],
  ["bytes=0-", 0, "UNSATISFIABLE"],
  ["bytes=-5", 0, undefined],
  ["bytes=5-2", 10, undefined],
  ["bytes=-", 10, undefined],
  ["bytes=0-1,3-4", 10, undefined],
  ["bytes=0-1,99-", 10, undefined],
  ["lines=0-1", 10, undefined],
  [undefined, 10, undefined],
])("%s of %i bytes is %j", (header, bytes, range) => expect(byteRange(header, bytes)).toEqual(range));
