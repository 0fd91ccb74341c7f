import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { goldenView } from "../../test/support/golden-pairs.js";
import { hostileWord } from "../../test/support/hostile-text.js";
import { RenderingError } from "./rendering-error.js";
import { buildCommandTemplate, loadSeedTemplates } from "./seed-templates.js";
import { compileTemplate } from "./template.js";

const directory = join(process.cwd(), "templates");
const seeds = loadSeedTemplates(directory);
const kinds = Object.values(buildCommandTemplate);
const view = goldenView("jenkins/go") as { source: object };
const command = (kind: (typeof kinds)[number], source: object): string =>
  compileTemplate(seeds[kind]).render({ ...view, source: { ...view.source, ...source } });

/** Runs a script that may use nothing but the shell's own words: any other command is an error. It may write files where it runs. */
function shell(script: string): { words: string[]; stderr: string; status: number | null } {
  const cwd = mkdtempSync(join(tmpdir(), "orrery-shell-"));
  const run = spawnSync("/bin/sh", [], { cwd, input: script, env: { PATH: "/nowhere" } });
  rmSync(cwd, { recursive: true, force: true });
  return {
    words: run.stdout.toString("utf8").split("\0").slice(0, -1),
    stderr: run.stderr.toString(),
    status: run.status,
  };
}

describe("a real shell receives every value as exactly one word", () => {
  const show = (names: string[]): string => `printf '%s\\0' "$#" ${names.map((name) => `"$${name}"`).join(" ")}\n`;

  test("in a template of one's own, with loops and conditions around", () => {
    const source = `A={{a}}\n{{#if b}}\nB={{text b "-" a}}\n{{/if}}\n{{#each list}}\nC={{this}}\n{{/each}}\n`;
    const template = compileTemplate({ name: "words", language: "SHELL", source });
    const cases = fc.sample(fc.tuple(hostileWord, hostileWord), 600);
    const script = cases.map(
      ([a, b]) => `(\nB=-\n${template.render({ a, b, list: ["x", b] })}${show(["A", "B", "C"])})\n`,
    );
    const { words, stderr, status } = shell(script.join(""));
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(words).toEqual(cases.flatMap(([a, b]) => ["0", a, b === "" ? "-" : `${b}-${a}`, b]));
  });

  test.each(kinds)("in the head of %s", (kind) => {
    const cases = fc.sample(fc.tuple(hostileWord, hostileWord), 200);
    const script = cases.map(([buildPath, dockerfilePath]) => {
      const [head, body] = command(kind, { buildPath, dockerfilePath }).split("\ndefault_dockerfile() {\n");
      expect(body).toContain("docker push");
      return `(\n${head}\n${show(["BUILD_PATH", "DOCKERFILE"])})\n`;
    });
    const { words, stderr, status } = shell(script.join(""));
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(words).toEqual(cases.flatMap(([buildPath, dockerfile]) => ["0", buildPath, dockerfile]));
  });

  test("and this test would notice: written into double quotes, values run commands", () => {
    const cases = fc.sample(hostileWord, 50);
    const { words, stderr } = shell(cases.map((a) => `(\nA="${a}"\n${show(["A"])})\n`).join(""));
    expect({ words, stderr }).not.toEqual({ words: cases.flatMap((a) => ["0", a]), stderr: "" });
  });

  test.each(["a\0b", "a\ud800"])("and %j, which no word can hold, is refused", (a) => {
    const template = compileTemplate({ name: "words", language: "SHELL", source: "A={{a}}\n" });
    expect(() => template.render({ a })).toThrow(RenderingError);
  });
});
