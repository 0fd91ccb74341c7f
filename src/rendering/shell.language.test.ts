import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { hostileWord } from "../../test/support/hostile-text.js";
import { RenderingError } from "./rendering-error.js";
import { buildCommandTemplate, loadSeedTemplates } from "./seed-templates.js";
import { compileTemplate } from "./template.js";

const directory = join(process.cwd(), "templates");
const seeds = loadSeedTemplates(directory);
const kinds = Object.values(buildCommandTemplate);
const view = JSON.parse(readFileSync(join(directory, "jenkins/go.input.json"), "utf8")) as { source: object };
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

describe("a build command", () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "orrery-shell-"));
    mkdirSync(join(home, "bin"));
    const docker = `#!/bin/sh\nprintf '%s\\0' "$#" "$@" >>"$RECORD"\n[ "$1" != build ] || cp -- "$4" "$RECORD.dockerfile"\n`;
    writeFileSync(join(home, "bin/docker"), docker);
    chmodSync(join(home, "bin/docker"), 0o755);
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  interface Checkout {
    readonly kind?: (typeof kinds)[number];
    readonly buildPath: string;
    readonly dockerfilePath: string;
    readonly buildArgs?: string;
    readonly files?: readonly string[];
    readonly prepare?: (checkout: string) => void;
  }

  /** Runs the command in a fresh checkout, with a `docker` that only notes what it was asked for. */
  function build({ kind = "jenkins/go", buildPath, dockerfilePath, buildArgs = "", files = [], prepare }: Checkout) {
    const checkout = mkdtempSync(join(home, "checkout-"));
    const record = join(home, `record-${readdirSync(home).length}`);
    writeFileSync(record, "");
    for (const file of files) {
      mkdirSync(join(checkout, file, ".."), { recursive: true });
      writeFileSync(join(checkout, file), "FROM scratch\n");
    }
    prepare?.(checkout);
    const PATH = `${join(home, "bin")}:/usr/bin:/bin`;
    const parameters = { IMAGE: "reg.example.com/a/b:1", COMMIT: "3f1c", BUILD_ARGS: buildArgs };
    const run = spawnSync("/bin/sh", ["-s"], {
      cwd: checkout,
      input: command(kind, { buildPath, dockerfilePath }),
      env: { PATH, RECORD: record, TMPDIR: home, ...parameters },
    });
    const words = readFileSync(record, "utf8").split("\0").slice(0, -1);
    const calls: string[][] = [];
    while (words.length > 0) calls.push(words.splice(0, Number(words.shift())));
    return { calls, status: run.status, stderr: run.stderr.toString(), record, checkout };
  }

  const fixed = ["--tag", "reg.example.com/a/b:1", "--label", "org.opencontainers.image.revision=3f1c"];
  const after = [
    ["push", "reg.example.com/a/b:1"],
    ["image", "inspect", "--format", "{{range .RepoDigests}}{{println .}}{{end}}", "reg.example.com/a/b:1"],
  ];

  test.each([
    ["plain", ".", "Dockerfile"],
    ["quoted", 'it\'s $(touch pwned) `id` "x"', 'it\'s $(touch pwned) `id` "x"/Dockerfile'],
    ["option-like", "--help", "-f"],
    ["many-lined", "a\nb", "a\nb/Dockerfile"],
  ])("builds exactly what was asked for: %s paths", (_which, buildPath, dockerfilePath) => {
    const { calls, status, checkout } = build({
      buildPath,
      dockerfilePath,
      files: [`${buildPath}/app`, dockerfilePath],
    });
    expect(calls).toEqual([["build", "--pull", "--file", `./${dockerfilePath}`, ...fixed, `./${buildPath}`], ...after]);
    expect(status).toBe(0);
    expect(readdirSync(checkout)).not.toContain("pwned");
  });

  test("hands every line of BUILD_ARGS over as one argument", () => {
    const buildArgs = "A=1\r\n\nB=it's $(touch pwned) `id`\nEND\\=x=\nC= *";
    const lines = ["A=1", "B=it's $(touch pwned) `id`", "END\\=x=", "C= *"];
    const { calls } = build({ buildPath: ".", dockerfilePath: "Dockerfile", files: ["Dockerfile"], buildArgs });
    expect(calls[0]).toEqual(["build", "--pull", "--file", "./Dockerfile", ...fixed, ...lines.flatMap((line) => ["--build-arg", line]), "./."]); // prettier-ignore
  });

  test("refuses a build argument without a value, which docker would read from the machine's environment", () => {
    const run = build({ buildPath: ".", dockerfilePath: "Dockerfile", files: ["Dockerfile"], buildArgs: "A=1\nHOME" });
    expect(run).toMatchObject({ calls: [], status: 1, stderr: "orrery: a build argument is not NAME=value: HOME\n" });
  });

  test.each(kinds)("%s brings a Dockerfile when the repository has none", (kind) => {
    const { calls, record } = build({ kind, buildPath: ".", dockerfilePath: "Dockerfile" });
    expect(calls).toHaveLength(3);
    expect(calls[0]!.at(-1)).toBe("./.");
    expect(readFileSync(`${record}.dockerfile`, "utf8")).toMatch(/^FROM \S+( AS build)?\n/);
  });

  test.each<[string, Checkout]>([
    ["above the repository", { buildPath: "..", dockerfilePath: "Dockerfile" }],
    [
      "over a link",
      { buildPath: "out", dockerfilePath: "Dockerfile", prepare: (at) => symlinkSync("/", join(at, "out")) },
    ],
    ["that is not there", { buildPath: "absent", dockerfilePath: "Dockerfile" }],
    [
      "to a linked Dockerfile",
      { buildPath: ".", dockerfilePath: "D", prepare: (at) => symlinkSync("/etc/passwd", join(at, "D")) },
    ],
    ["to a Dockerfile elsewhere", { buildPath: ".", dockerfilePath: "../bin/docker" }],
  ])("builds nothing from a path %s", (_which, checkout) => {
    const { calls, status, stderr } = build(checkout);
    expect({ calls, status }).toEqual({ calls: [], status: 1 });
    expect(stderr).toContain("orrery: ");
  });
});
