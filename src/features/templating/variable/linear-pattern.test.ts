import { describe, expect, test } from "@jest/globals";
import { problemOfPattern, problemOfTexts } from "./linear-pattern.js";

const label = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";

describe("a pattern", () => {
  test.each([
    label,
    `${label}(\\.${label})*`,
    "[^@\\s]+@[^@\\s]+",
    "(?<year>\\d{4})-\\d{2}",
    "\\u0041|\\u{1F600}|\\p{L}",
    ".{1,255}",
    "(a+)+",
    "\\/api\\/.*",
  ])("may be %s", (source) => {
    expect(problemOfPattern(source)).toBeUndefined();
  });

  test.each<[string, string]>([
    ["(", "This is not a regular expression."],
    ["(?=a)b", "without look-around and back-references"],
    ["(?<!a)b", "without look-around and back-references"],
    ["(a)\\1", "without look-around and back-references"],
    ["(?<n>a)\\k<n>", "without look-around and back-references"],
    ["a{2000}", "It is too large"],
    [`(${"a".repeat(400)}){900}`, "It is too large"],
    [`((${"[ab]".repeat(90)}){30}){30}`, "It is too large"],
    ["(?:a?){900}", "It is too large"],
  ])("is not %s", (source, problem) => {
    const startedAt = performance.now();
    expect(problemOfPattern(source)).toContain(problem);
    expect(performance.now() - startedAt).toBeLessThan(200);
  });
});

describe("texts", () => {
  test("match as a whole, each of them", () => {
    expect(problemOfTexts("a|bc", ["a", "bc"])).toBeUndefined();
    expect(problemOfTexts("a|bc", ["a", "abc"])).toBe("It does not match the pattern a|bc.");
    expect(problemOfTexts("\\p{L}+", ["größe", "漢字"])).toBeUndefined();
    expect(problemOfTexts("\\u{1F600}", ["😀"])).toBeUndefined();
    expect(problemOfTexts("a.b", ["a\nb"])).toBe("It does not match the pattern a.b.");
  });

  test("of 200 names take next to no time, whatever else the machine does", () => {
    const names = Array.from({ length: 200 }, (_, index) => `node-${index}`);
    problemOfTexts(label, names);
    const startedAt = performance.now();
    for (let round = 0; round < 10; round++) expect(problemOfTexts(label, names)).toBeUndefined();
    expect((performance.now() - startedAt) / 10).toBeLessThan(20);
  });

  test.each(["(a+)+", "(a|a)*b", "(a*)*c", "(.*a)+x"])("of many characters are checked soon by %s", (source) => {
    const startedAt = performance.now();
    expect(problemOfTexts(source, [`${"a".repeat(32_000)}!`])).toContain("It does not match");
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  test("that are more than a large pattern can check are refused by their length alone", () => {
    const refused = problemOfTexts(".{1,255}", ["a".repeat(32_000)]);
    expect(refused).toMatch(/^The pattern \.\{1,255\} checks at most \d+ characters, and these are 32000\./);
    expect(problemOfTexts(".{1,255}", ["a".repeat(255)])).toBeUndefined();
  });

  test("of a pattern that is kept from before and cannot be used say what to do", () => {
    const problem = problemOfTexts("(?=a)a", ["a"]);
    expect(problem).toContain("The pattern (?=a)a can no longer be used.");
    expect(problem).toContain("Give the variable another pattern with updateVariable.");
  });
});
