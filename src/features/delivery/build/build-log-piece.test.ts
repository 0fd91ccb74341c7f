import { expect, test } from "@jest/globals";
import { longTextStandIn } from "../../../streams/long-text.js";
import { splitIntoPieces, gapPiece, memoryOf } from "./build-log-piece.js";

test.each([
  ["ASCII", "a line\n"],
  ["of several bytes", "höher → 日本語 🚀\n"],
])("a log of characters that are %s is cut into whole texts, one behind the other", (_what, line) => {
  const bytes = Buffer.from(line.repeat(20_000));
  const pieces = splitIntoPieces("b", 1_000, bytes);
  expect(pieces.length).toBeGreaterThan(2);
  expect(pieces.map(({ longText }) => longText!.toString()).join("")).toBe(bytes.toString());
  let offset = 1_000;
  for (const piece of pieces) {
    expect(piece.offset).toBe(offset);
    offset += piece.longText!.length;
    expect(piece).toMatchObject({ text: longTextStandIn, endOffset: offset, cursor: String(offset), kind: "TEXT" });
    expect(memoryOf(piece)).toBeGreaterThan(2 * (piece.endOffset - piece.offset));
  }
});

test("what is missing weighs next to nothing, however much it was", () => {
  expect(memoryOf(gapPiece("b", 0, 1e9))).toBeLessThan(1_000);
});
