import { describe, expect, test } from "@jest/globals";
import { escapeHidden, problemOfText } from "./visible-text.js";

const ordinary = [
  "Größe",
  "漢字かな",
  "שלום",
  "می\u200cخواهم",
  "क्\u200dष",
  "👩\u200d🚀",
  "❤\ufe0f",
  "naïve – “so”",
  " a\u00a0b",
];
const harmful = [
  "\u001b[2K",
  "\r",
  "\u0007",
  "\u007f",
  "\u009b31m",
  "\u202e",
  "\u2066",
  "\u200e",
  "\u200f",
  "\u061c",
  "\u200b",
  "\u2060",
  "\ufeff",
  "\u2028",
  "\u2029",
  "\u{e0041}",
];

describe("a line", () => {
  test.each(ordinary)("may be %s", (text) => {
    expect(problemOfText(text, "LINE")).toBeUndefined();
    expect(escapeHidden(text, "LINE")).toBe(text);
  });

  test.each([...harmful, "\n", "\t"].map((text) => [`U+${text.codePointAt(0)!.toString(16)}`, text]))(
    "may not hold %s",
    (_shown, text) => {
      const point = text.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
      expect(problemOfText(`ab${text}`, "LINE")).toContain(`there is U+${point} at index 2.`);
      expect(escapeHidden(`ab${text}`, "LINE")).toMatch(/^ab\\u[0-9a-f]{4}/);
      expect(problemOfText(escapeHidden(`ab${text}`, "LINE"), "LINE")).toBeUndefined();
    },
  );
});

test.each(harmful.map((text) => [`U+${text.codePointAt(0)!.toString(16)}`, text]))(
  "several lines may not hold %s",
  (_shown, text) => {
    expect(problemOfText(`a\n\tb${text}`, "LINES")).toContain("control characters but line feeds and tabs");
    expect(escapeHidden(`a\n\tb${text}`, "LINES")).toMatch(/^a\n\tb\\u[0-9a-f]{4}/);
  },
);

test("anything may be what can be stored", () => {
  expect(problemOfText("\u001b\u202e\r\n", "ANYTHING")).toBeUndefined();
  for (const text of ["\0", "\ud800"]) expect(problemOfText(text, "ANYTHING")).toContain("no database holds them");
});

test("what is escaped in JSON is JSON still, of the same text", () => {
  const text = `a${harmful.join("b")}`;
  const escaped = escapeHidden(JSON.stringify({ text }), "LINES");
  expect(JSON.parse(escaped)).toEqual({ text });
  expect(problemOfText(escaped, "LINE")).toBeUndefined();
});
