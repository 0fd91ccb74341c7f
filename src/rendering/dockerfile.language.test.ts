import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { hostileText } from "../../test/support/hostile-text.js";
import { RenderingError } from "./rendering-error.js";
import { compileTemplate } from "./template.js";

function render(source: string, view: unknown = {}): string {
  try {
    return compileTemplate({ name: "t", language: "DOCKERFILE", source }).render(view);
  } catch (error) {
    if (error instanceof RenderingError) return error.message;
    throw error;
  }
}

describe("a Dockerfile", () => {
  test.each<[string, string, string]>([
    ["nothing", "", "t:1:1: This is not a Dockerfile: it has no FROM."],
    ["a comment alone", "# syntax=docker/dockerfile:1\n", "t:1:1: This is not a Dockerfile: it has no FROM."],
    ["no instruction", "FROM a:1\nFORM b:1\n", "t:2:1: This is not a Dockerfile: there is no instruction FORM."],
    [
      "RUN before FROM",
      "ARG a\nRUN b\n",
      "t:2:1: This is not a Dockerfile: it must begin with FROM, or with ARG before it.",
    ],
    ["a shell script", "#!/bin/sh\nset -eu\n", "t:2:1: This is not a Dockerfile: there is no instruction SET."],
  ])("is not %s", (_what, source, problem) => {
    expect(render(source)).toBe(problem);
  });

  test.each<[string, string]>([
    ["a line that goes on", "FROM a:1\nRUN b \\\n  && c\n"],
    ["comments in between", "FROM a:1\nRUN b \\\n  # why\n  && c\n"],
    ["a script in place", "FROM a:1\nRUN <<END\nanything goes\nEND\nUSER 1\n"],
    ["two scripts in place", 'FROM a:1\nCOPY <<-one <<"two" /x/\nI\none\nII\ntwo\nUSER 1\n'],
    ["small letters", "from a:1\nrun b\n"],
  ])("may have %s", (_what, source) => {
    expect(render(source)).toBe(source);
  });

  test("takes a value whole and harmless, or refuses it by name", () => {
    fc.assert(
      fc.property(hostileText, (value) => {
        const output = render("FROM go:{{v}}-alpine\nUSER {{v}}\n", { v: value });
        if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(value)) expect(output).toBe(`FROM go:${value}-alpine\nUSER ${value}\n`);
        else expect(output).toBe('t:1:9: In a Dockerfile "v" must be of letters, digits and . _ - alone.');
      }),
      { numRuns: 300 },
    );
  });
});
