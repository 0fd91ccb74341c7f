import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { retainedBytes } from "../support/retained-bytes.js";
import {
  answerThat,
  ask,
  build,
  close,
  create,
  jenkins,
  open,
  over,
  post,
  progressive,
  start,
} from "../support/sandbox-jenkins.js";

beforeEach(() => open());
afterEach(close);

describe("consoles", () => {
  const note = "\u001b[8mha:////4AAAAAAAA==\u001b[0m";
  const started = async (pieces: string[]) => {
    await create("hello");
    jenkins.script({ job: "hello", pieces: pieces.map((piece) => Buffer.from(piece)) });
    const number = await start("hello");
    const size = pieces.join("").length;
    await answerThat(
      async () => jenkins.rawConsole("hello", number).length,
      (length) => length >= size,
    );
    return number;
  };
  const read = async (number: number, from: number | string) => {
    const answer = await progressive("hello", number, from);
    const { headers } = answer;
    return [await answer.text(), headers.get("x-text-size"), headers.get("x-more-data")];
  };

  test("of the older generation: whole lines, without notes, and the offset of what was sent", async () => {
    jenkins.logGeneration = "lines";
    const number = await started([`${note}one\ntwo\nthr`]);
    const lines = note.length + 8;
    expect(await read(number, 0)).toEqual(["one\r\ntwo\r\n", String(lines), "true"]);
    expect(await read(number, lines)).toEqual(["", String(lines), "true"]);
    jenkins.append("hello", number, Buffer.from("ee\nfour"));
    expect(await read(number, lines)).toEqual(["three\r\n", String(lines + 6), "true"]);
    jenkins.finish("hello", number, "SUCCESS");
    await over("hello", number);
    expect(await read(number, lines + 6)).toEqual(["four", String(lines + 10), null]);
  });

  test("of the newer generation: the body ends at a line, the offset does not", async () => {
    const number = await started([`${note}one\ntwo\r\nthr`]);
    const size = note.length + 12;
    expect(await read(number, 0)).toEqual([`${note}one\r\ntwo\r\n`, String(size), "true"]);
    jenkins.append("hello", number, Buffer.from("ee\n"));
    expect(await read(number, size)).toEqual(["ee\r\n", String(size + 3), "true"]);
    jenkins.finish("hello", number, "FAILURE");
    expect((await over("hello", number)).result).toBe("FAILURE");
    const whole = await ask(`/job/hello/${number}/consoleText`);
    expect(await whole.text()).toBe("one\ntwo\r\nthree\n");
  });

  test.each(["lines", "raw"] as const)("while they grow, send at most 10,000 lines a call (%s)", async (generation) => {
    jenkins.logGeneration = generation;
    const number = await started(["x\n".repeat(12_000)]);
    const [text, size, more] = await read(number, 0);
    expect([text!.length, size, more]).toEqual([30_000, generation === "raw" ? "24000" : "20000", "true"]);
  });

  test("a CRLF stays one, wherever the log is cut for reading", async () => {
    const blockSize = 256 * 1024;
    const number = await started(["x".repeat(blockSize - 1), "\r\ny\n"]);
    expect((await read(number, 0))[0]!.slice(-6)).toBe("x\r\ny\r\n");
  });

  test("a character cut by an offset is U+FFFD, in either direction", async () => {
    const number = await started(["ä\n"]);
    jenkins.finish("hello", number, "SUCCESS");
    await over("hello", number);
    expect(await read(number, 1)).toEqual(["\ufffd\r\n", "3", null]);
  });

  test("begin anew beyond their end; refuse what is no offset", async () => {
    const number = await started(["one\n"]);
    expect(await read(number, 400)).toEqual(["one\r\n", "4", "true"]);
    expect((await progressive("hello", number, "x")).status).toBe(500);
    expect((await progressive("hello", number, -1)).status).toBe(500);
    const posted = await post(`/job/hello/${number}/logText/progressiveText`, { start: "4" });
    expect([posted.status, await posted.text()]).toEqual([200, ""]);
  });

  test("shrink, or vanish: then there is always more to come", async () => {
    const number = await started(["one\ntwo\n"]);
    jenkins.truncate("hello", number, 4);
    expect(await read(number, 8)).toEqual(["one\r\n", "4", "true"]);
    jenkins.finish("hello", number, "SUCCESS");
    await over("hello", number);
    jenkins.truncate("hello", number);
    expect(await read(number, 4)).toEqual(["", "0", "true"]);
    expect(await (await ask(`/job/hello/${number}/consoleText`)).text()).toMatch(
      /^No such file: .*\/hello\/builds\/1\/log$/,
    );
  });

  test("grow by pieces that heed no character, and come out whole", async () => {
    await close();
    // Slow enough to be looked at a hundred times while it grows.
    await open({ pace: 2 });
    await create("hello");
    const number = await start("hello", { REF: "refs/tags/v1" });
    const lengths = new Set<number>();
    let cutInside = false;
    await answerThat(
      async () => {
        const raw = jenkins.rawConsole("hello", number);
        lengths.add(raw.length);
        cutInside ||= raw.toString().endsWith("\ufffd");
        return build("hello", number);
      },
      ({ inProgress }) => !inProgress,
    );
    expect(lengths.size).toBeGreaterThan(10);
    expect(cutInside).toBe(true);
    expect(jenkins.rawConsole("hello", number).toString()).toContain("¡hola, 世界! 🌍");
  });

  test("of fifty megabytes are served, again and again, without being held", async () => {
    await create("hello");
    const line = Buffer.from(`${"#7 1.234 compiling – 世界 ".padEnd(99, ".")}\n`);
    const megabyte = Buffer.concat(Array.from({ length: 10_000 }, () => line));
    jenkins.script({ job: "hello", pieces: Array.from({ length: 50 }, () => megabyte), result: "SUCCESS" });
    const number = await start("hello");
    await over("hello", number);
    const lines = 500_000;
    const before = retainedBytes();
    for (const [path, length] of [
      ["consoleText", lines * line.length],
      ["logText/progressiveText", lines * (line.length + 1)],
      ["logText/progressiveText", lines * (line.length + 1)],
    ] as const) {
      let received = 0;
      let looked = false;
      for await (const chunk of (await ask(`/job/hello/${number}/${path}`)).body!) {
        received += chunk.length;
        if (looked || received < length / 2) continue;
        looked = true;
        expect(retainedBytes() - before).toBeLessThan(16 * 1024 * 1024);
      }
      expect(received).toBe(length);
    }
    expect(retainedBytes() - before).toBeLessThan(16 * 1024 * 1024);
  });
});
