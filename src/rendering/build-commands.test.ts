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
import { goldenView } from "../../test/support/golden-pairs.js";
import { dockerfileStages } from "../../test/support/dockerfile-stages.js";
import { buildCommandTemplate, loadSeedTemplates } from "./seed-templates.js";
import { compileTemplate } from "./template.js";

const directory = join(process.cwd(), "templates");
const seeds = loadSeedTemplates(directory);
const kinds = Object.values(buildCommandTemplate);
const view = goldenView("jenkins/go") as { source: object };
const command = (kind: (typeof kinds)[number], source: object, more: object): string =>
  compileTemplate(seeds[kind]).render({ ...view, ...more, source: { ...view.source, ...source } });

describe("a build command", () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "orrery-shell-"));
    mkdirSync(join(home, "bin"));
    const docker = `#!/bin/sh
printf '%s\\0' "$#" "$@" >>"$RECORD"
printf '%s %s\\n' "$1" "\${DOCKER_CONFIG:-the machine}" >>"$RECORD.logins"
[ "$1" != login ] || cat >"$DOCKER_CONFIG/config.json"
[ "$1" != login ] || cp -- "$DOCKER_CONFIG/config.json" "$RECORD.login"
[ "$1" != build ] || cp -- "$4" "$RECORD.dockerfile"
[ "$1" != build ] || [ -z "\${REGISTRY_PASSWORD:-}" ] || exit 3
[ "$1" != "\${BREAKS_AT:-}" ] || { kill -"\${BREAKS_BY:-KILL}" "$PPID"; exit 1; }
`;
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
    readonly environment?: Readonly<Record<string, string>>;
    readonly view?: object;
  }

  /** Runs the command in a fresh checkout, with a `docker` that only notes what it was asked for. */
  function build({
    kind = "jenkins/go",
    buildPath,
    dockerfilePath,
    buildArgs = "",
    files = [],
    prepare,
    environment = {},
    view: more = {},
  }: Checkout) {
    const checkout = mkdtempSync(join(home, "checkout-"));
    const record = join(home, `record-${readdirSync(home).length}`);
    const scratch = mkdtempSync(join(home, "scratch-"));
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
      input: command(kind, { buildPath, dockerfilePath }, more),
      env: { PATH, RECORD: record, TMPDIR: scratch, ...parameters, ...environment },
    });
    const words = readFileSync(record, "utf8").split("\0").slice(0, -1);
    const calls: string[][] = [];
    while (words.length > 0) calls.push(words.splice(0, Number(words.shift())));
    return { calls, status: run.status, stderr: run.stderr.toString(), record, checkout, scratch };
  }

  const fixed = ["--tag", "reg.example.com/a/b:1", "--label", "org.opencontainers.image.revision=3f1c", "--build-arg", "BUILDKIT_CACHE_MOUNT_NS=shop"]; // prettier-ignore
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

  test.each(["BUILDKIT_CACHE_MOUNT_NS=pay", "BUILDKIT_SYNTAX=evil/frontend", "HTTP_PROXY=http://a", "https_proxy=http://a"])(
    "refuses the build argument %s, by which it would reach what other namespaces build",
    (buildArgs) => {
      const run = build({ buildPath: ".", dockerfilePath: "Dockerfile", files: ["Dockerfile"], buildArgs });
      const stderr = `orrery: a build argument may not be called ${buildArgs.split("=")[0]}\n`;
      expect(run).toMatchObject({ calls: [], status: 1, stderr });
    },
  ); // prettier-ignore

  const syntax = (text: string) =>
    build({
      buildPath: ".",
      dockerfilePath: "Dockerfile",
      prepare: (at) => writeFileSync(join(at, "Dockerfile"), text),
    });
  test.each([
    "# syntax=evil/frontend\nFROM a\n",
    "#SYNTAX = evil/frontend\r\nFROM a\n",
    "// syntax=evil/frontend\nFROM a\n",
    "\ufeff# syntax=evil/frontend\nFROM a\n",
    "#!/bin/sh\n# syntax=evil/frontend\nFROM a\n",
    "# syntax=docker/dockerfile:1\n# syntax=evil/frontend\nFROM a\n",
    "# syntax=docker/dockerfile:1.0-experimental\nFROM a\n",
    "# syntax=docker/dockerfile:1.2\nFROM a\n",
    "# syntax=docker/dockerfile@sha256:12\nFROM a\n",
    '{"syntax": "evil/frontend"}\nFROM a\n',
    '\n#!a\n \ufeff{"s\\u0079ntax": "evil/frontend"}\nFROM a\n',
  ])("builds nothing by a frontend that need not keep to the namespace's caches: %j", (text) => {
    expect(syntax(text)).toMatchObject({
      calls: [],
      status: 1,
      stderr: expect.stringContaining("orrery: Dockerfile "),
    });
  });

  test.each([
    "# syntax=docker/dockerfile:1\nFROM a\n",
    "# syntax=docker.io/docker/dockerfile:1.7-labs\r\nFROM a\r\n",
    "# syntax=docker/dockerfile:1.10.2\nFROM a\n",
    "# the syntax of\nFROM a\nCOPY <<EOF /a.json\n{}\nEOF\n",
  ])("builds by Docker's own: %j", (text) => {
    expect(syntax(text)).toMatchObject({
      status: 0,
      calls: [["build", ...Array(10).fill(expect.anything())], ...after],
    });
  });

  describe("with a login of its own", () => {
    const environment = { REGISTRY_USERNAME: "push-shop", REGISTRY_PASSWORD: "it's $(secret)" };
    const given = { buildPath: ".", dockerfilePath: "Dockerfile", files: ["Dockerfile"], environment };

    test("pushes by it, in a folder that is gone afterwards, and lets the build see nothing of it", () => {
      const { calls, record, scratch, status, stderr } = build(given);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(calls[0]).toEqual(["login", "--username", "push-shop", "--password-stdin", "registry.example.com"]);
      expect(readFileSync(`${record}.login`, "utf8")).toBe("it's $(secret)");
      const logins = readFileSync(`${record}.logins`, "utf8").trim().split("\n");
      expect(logins.map((line) => line.split(" ")[0])).toEqual(["login", "build", "push", "image"]);
      for (const line of logins) expect(line.split(" ")[1]).toMatch(new RegExp(`^${scratch}/.+/docker$`));
      expect(readdirSync(scratch)).toEqual([]);
    });

    test.each([
      ["build", "TERM"],
      ["push", "TERM"],
      ["push", "HUP"],
    ])("leaves nothing of it when it is ended at its %s by %s", (at, by) => {
      const run = build({ ...given, environment: { ...environment, BREAKS_AT: at, BREAKS_BY: by } });
      expect(run.status).not.toBe(0);
      expect(run.calls.at(-1)![0]).toBe(at);
      expect(readdirSync(run.scratch)).toEqual([]);
    });

    test("leaves the machine's own alone where it has none", () => {
      const { calls, record } = build({ ...given, environment: {} });
      expect(calls.map(([name]) => name)).toEqual(["build", "push", "image"]);
      expect(readFileSync(`${record}.logins`, "utf8")).toBe("build the machine\npush the machine\nimage the machine\n");
    });
  });

  test.each(kinds)("%s has caches of the namespace alone, and an image that does not run as root", (kind) => {
    const made = build({
      kind,
      buildPath: ".",
      dockerfilePath: "Dockerfile",
      view: { namespace: { id: "nsp_a", name: "pay" } },
    });
    const dockerfile = readFileSync(`${made.record}.dockerfile`, "utf8");
    const caches = [...dockerfile.matchAll(/--mount=type=cache,(\S+)/g)].map(([, options]) => options);
    for (const cache of caches) expect(cache).toMatch(/^id=pay-[a-z-]+,target=/);
    if (kind !== "jenkins/static") expect(caches).not.toEqual([]);
    expect(dockerfile).not.toContain("@");
    expect(dockerfileStages(dockerfile).at(-1)!.user).toMatch(/^[1-9]\d*$/);
  });

  test("a static site listens where the app says", () => {
    const ports = [{ name: "http", port: 3000, protocol: "TCP" }];
    const { record } = build({ kind: "jenkins/static", buildPath: ".", dockerfilePath: "Dockerfile", view: { ports } });
    expect(dockerfileStages(readFileSync(`${record}.dockerfile`, "utf8")).at(-1)).toMatchObject({ ports: ["3000"] });
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
