import { createHash } from "node:crypto";
import { expect, jest, test } from "@jest/globals";
import { OrreryClient } from "../../src/demo/orrery-client.js";
import { canonical, readConsole } from "../support/console-reader.js";
import { approvedApp, createNamespace, TestServer } from "../support/test-server.js";
import { Random } from "../support/random.js";

jest.setTimeout(90_000);

const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const esc = "\u001b";
const note = (payload: string): string => `${esc}[8mha:${Buffer.from(payload).toString("base64")}${esc}[0m`;

/** Lines of every kind that a build may print, each with its line end. */
const lineKinds: readonly ((random: Random) => string)[] = [
  () => "\n",
  () => "\r\n",
  () => "plain\n",
  () => "Windows\r\n",
  (random) => `progress ${random.below(100)} %\rprogress 100 %\n`,
  () => "\r\r\r\n",
  () => `${esc}[32m✔${esc}[39m passed ${esc}[1;38;5;208mbold${esc}[0m\r\n`,
  () => "¡hola, 世界! 🌍👩‍👩‍👧 Ω≈ç√\n",
  () => "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 and its replacement \ufffd\n",
  () => `Started by user ${note("hudson.console.ModelHyperlinkNote")}ann\n`,
  () => `${note("a")}${note("b")}${esc}[8mha:no note after all\n`,
  () => `${esc}[8mha:AAAA${esc}[8mha:${esc}[0m${esc}\n`,
  (random) => `${"0123456789äöü€".repeat(random.below(40))}\n`,
  (random) => (random.below(30) === 0 ? `${"lång 🐫 ".repeat(20_000)}\n` : ""),
];

function consoleOf(random: Random, lines: number): Buffer {
  const text = Array.from({ length: lines }, () => random.of(lineKinds)(random)).join("");
  return Buffer.from(`${text}the last line has no end 🏁`);
}

/** First byte by byte, so that every character is cut at every offset; then wherever chance has it. */
function cut(bytes: Buffer, random: Random): Buffer[] {
  const pieces = Array.from({ length: 300 }, (_, at) => bytes.subarray(at, at + 1));
  for (let at = 300; at < bytes.length;) {
    const length = 1 + random.below(random.of([5, 200, 4_000, 60_000]));
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

test.each(["raw", "lines"] as const)(
  `every reader of a console gets the same bytes, however it comes and goes (%s, SEED=${seed})`,
  async (generation) => {
    const random = new Random(seed);
    await using server = await TestServer.open();
    const { jenkins } = server.sandbox;
    jenkins.logGeneration = generation;
    const admin = await server.login();
    const namespace = await createNamespace(admin, "pay");
    const app = await approvedApp(admin, namespace.id, "api");
    const source = consoleOf(random, 1_200);
    jenkins.script({ job: "pay.api", pieces: cut(source, random), everyMs: 3, result: "SUCCESS" });
    const { startBuild } = await admin.ask("start-build", {
      input: { appId: app.id, ref: { kind: "TAG", name: "v1.0.0" } },
    });
    const build = startBuild.build.id;
    const { login } = await server
      .anonymous()
      .ask("login", { input: { email: "admin@example.com", password: "correct horse battery" } });
    const connect = () => new OrreryClient(server.url, login.accessToken);

    const readers = Array.from({ length: 10 }, async (_, number) => {
      await new Promise((resolve) => setTimeout(resolve, random.below(2_000)));
      // The first one stays; the others hang up, sooner or later, and come back.
      return readConsole(connect, build, number === 0 ? undefined : () => 100 + random.below(150 * number));
    });
    const texts = await Promise.all(readers);
    expect(Buffer.compare(jenkins.rawConsole("pay.api", 1), source)).toBe(0);
    const expected = canonical(source);
    // The digests first: a difference of megabytes helps nobody.
    expect(texts.map(sha256)).toEqual(texts.map(() => sha256(expected)));
    const { build: stored } = await admin.ask("build", { id: build });
    expect(stored).toMatchObject({ phase: "SUCCEEDED", logBytes: Buffer.byteLength(expected) });
    expect(await readConsole(connect, build)).toBe(expected);
  },
);
