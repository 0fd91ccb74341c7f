import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path/posix";
import { promisify } from "node:util";
import { describe, expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "..");
const run = promisify(execFile);

const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file))
  .sort();
const text = (file: string): string => readFileSync(join(root, "src", file), "utf8");
const program = files.filter((file) => !file.endsWith(".test.ts"));

/** The folder of `src/` that a file lies in; main.ts lies there by itself. */
const topFolder = (file: string): string =>
  file.includes("/") ? file.slice(0, file.indexOf("/")) : file.replace(/\.ts$/, "");
const topFolders = [...new Set(files.filter((file) => file.includes("/")).map(topFolder))];

describe("the modules", () => {
  interface Violation {
    readonly from: string;
    readonly to: string;
    readonly rule: { readonly name: string };
    readonly cycle?: readonly { readonly name: string }[];
  }
  const told = ({ rule, from, to, cycle }: Violation): string =>
    `${rule.name}: ${[from, ...(cycle?.map(({ name }) => name) ?? [to])].join(" -> ")}`;

  test("modules import each other as .dependency-cruiser.mjs allows, and in no circle", async () => {
    const { stdout } = await run(process.execPath, ["node_modules/.bin/depcruise", "src", "--output-type", "json"], {
      cwd: root,
      maxBuffer: 2 ** 26,
    }).catch((failed: { stdout: string }) => failed);
    const { summary } = JSON.parse(stdout) as {
      summary: { readonly violations: readonly Violation[]; readonly totalDependenciesCruised: number };
    };
    expect(summary.violations.map(told)).toEqual([]);
    expect(summary.totalDependenciesCruised).toBeGreaterThan(2_000);
  }, 180_000);

  test("the pictures in docs/ show the modules as they are", async () => {
    await run(process.execPath, ["docs/draw-modules.mjs", "--check"], { cwd: root });
  }, 180_000);

  const areas = readdirSync(join(root, "src/features"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && readdirSync(join(root, "src/features", entry.name)).length > 0)
    .map(({ name }) => `features/${name}`);

  test.each([...[...topFolders, ...areas].map((name) => `src/${name}`), "db", "schema", "templates"])(
    "%s has a README of at most 30 lines",
    (folder) => {
      const readme = join(root, folder, "README.md");
      expect(existsSync(readme)).toBe(true);
      expect(readFileSync(readme, "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(30);
    },
  );
});

describe("the files", () => {
  test.each(files.filter((file) => text(file).trimEnd().split("\n").length > 200))(
    "%s has at most 250 lines",
    (file) => {
      expect(text(file).trimEnd().split("\n").length).toBeLessThanOrEqual(250);
    },
  );

  test("the environment is read at the start, and beside the server by the demo and the sandbox", () => {
    const readers = program.filter((file) => text(file).includes("process.env"));
    expect(readers.filter((file) => !["demo", "sandbox"].includes(topFolder(file)))).toEqual(["main.ts"]);
  });

  test("names are kebab-case, and none says nothing", () => {
    const name = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+)?(?:\.test)?\.tsx?$/;
    expect(files.filter((file) => !name.test(basename(file)))).toEqual([]);
    const empty = /(?:^|[/.-])(?:utils?|helpers?|common|misc|manager|handler)(?:[/.-]|$)/;
    expect(files.filter((file) => empty.test(file))).toEqual([]);
  });

  test("exports are named, and where they are written", () => {
    const offences = program.filter((file) => /^export (?:default|\*)/m.test(text(file)));
    expect(offences).toEqual([]);
  });
});
