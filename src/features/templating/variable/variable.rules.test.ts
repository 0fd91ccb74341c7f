import { describe, expect, test } from "@jest/globals";
import type { DeclaredVariable } from "../../../rendering/template-variables.js";
import { newVariable, problemOf, problemsOfDeclaration } from "./variable.rules.js";

const text: DeclaredVariable = {
  name: "region",
  type: "TEXT",
  description: "Where it runs.",
  isSecret: false,
  isRequired: false,
  defaultValue: null,
  allowed: [],
  pattern: null,
};
const number: DeclaredVariable = { ...text, name: "shards", type: "NUMBER" };
const list: DeclaredVariable = { ...text, name: "hosts", type: "LIST" };
const boolean: DeclaredVariable = { ...text, name: "traced", type: "BOOLEAN" };

describe("what a variable may hold", () => {
  test.each<[string, DeclaredVariable, unknown]>([
    ["a text", text, "eu-1"],
    ["no text at all", text, ""],
    ["a text that looks like something else", text, "true"],
    ["a number", number, -1.5],
    ["false", boolean, false],
    ["texts", list, ["a", "b"]],
    ["no texts", list, []],
    ["one of those that are allowed", { ...text, allowed: ["eu", "us"] }, "us"],
    ["what matches", { ...text, pattern: "[a-z]+-\\d" }, "eu-1"],
    ["each of which matches", { ...list, pattern: "[a-z]+" }, ["a", "b"]],
  ])("%s", (_what, variable, content) => {
    expect(problemOf(variable, content)).toBeUndefined();
  });

  test.each<[string, DeclaredVariable, unknown, string]>([
    ["a number for a text", text, 1, "region is a TEXT: give a text."],
    ["a text for a number", number, "1", "shards is a NUMBER: give a number."],
    ["no number", number, Number.NaN, "shards is a NUMBER: give a number."],
    ["a text for true", boolean, "true", "traced is a BOOLEAN: give true or false."],
    ["a text for a list", list, "a", "hosts is a LIST: give a list of texts."],
    ["a list of numbers", list, [1], "hosts is a LIST: give a list of texts."],
    ["nothing", text, null, "region is a TEXT: give a text."],
    ["an object", text, { is: "a" }, "region is a TEXT: give a text."],
    ["too much", text, "x".repeat(32_769), "At most 32768 characters."],
    ["too many", list, Array.from({ length: 201 }, () => "a"), "At most 200 texts."],
    ["what is not allowed", { ...list, allowed: ["eu", "us"] }, ["eu", "asia"], "Give one of eu, us."],
    ["what matches in part", { ...text, pattern: "a|b" }, "ab", "It does not match the pattern a|b."],
    [
      "what a slow way of matching takes for ever for",
      { ...text, pattern: "(a+)+" },
      `${"a".repeat(40)}!`,
      "not match",
    ],
    ["what a pattern of another time would match", { ...text, pattern: "(?=a)a" }, "a", "can no longer be used"],
  ])("but not %s", (_what, variable, content, problem) => {
    expect(problemOf(variable, content)).toContain(problem);
  });
});

test.each<[string, Partial<DeclaredVariable>, string[]]>([
  ["nothing else", {}, []],
  ["a default that suits", { allowed: ["a"], defaultValue: "a" }, []],
  ["a default that does not", { allowed: ["a"], defaultValue: "b" }, ["defaultValue"]],
  ["a secret number", { type: "NUMBER", isSecret: true }, ["isSecret"]],
  ["a secret with its value", { isSecret: true, defaultValue: "x" }, ["defaultValue"]],
  ["required with a default", { isRequired: true, defaultValue: "x" }, ["isRequired"]],
  ["numbers that match", { type: "NUMBER", allowed: ["1"], pattern: "1" }, ["allowed", "pattern"]],
])("a declaration says %s", (_what, more, paths) => {
  expect(problemsOfDeclaration({ ...text, ...more }).map(({ path }) => path)).toEqual(paths);
});

test.each(["Region", "1st", "a-b", "a.b", "", "true", "this", "__proto__", "x".repeat(64)])(
  "no variable is called %s",
  (name) => {
    expect(newVariable.safeParse({ ...text, name }).success).toBe(false);
  },
);
