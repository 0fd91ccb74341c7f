import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { UpstreamUnavailable } from "../../src/kernel/errors.js";
import {
  type BuildServer,
  type ConsolePosition,
  type ConsoleReadResult,
  consoleStart,
} from "../../src/upstreams/build-server.js";
import { definition, type OpenBuildServer } from "./build-server.contract.js";
import { retainedBytes } from "../support/retained-bytes.js";
import { eventually } from "../support/eventually.js";

const esc = "\u001b";
const note = `${esc}[8mha:////4AAA+/b64==${esc}[0m`;
const notes = new RegExp(`${esc}\\[8mha:[A-Za-z0-9+/=]*${esc}\\[0m`, "g");
const canonical = (raw: Buffer): Buffer => Buffer.from(raw.toString().replaceAll("\r\n", "\n").replace(notes, ""));

const spoken = ["step ", "größe ", "語 ", "🚀", `${esc}[31mred${esc}[0m`, `by ${note}ann`, "50%\r", "x".repeat(3_000)];
const words = [...spoken, "\n", "\n", "\n", "\r\n", "\n\n"];
/** Text as builds print it, with everything that is hard to count. */
const printed = (howMany: number): Buffer =>
  Buffer.from(Array.from({ length: howMany }, () => words[Math.floor(Math.random() * words.length)]).join(""));

/** What every BuildServer promises of consoles, whatever is behind it. */
export function describeBuildConsole(name: string, open: () => Promise<OpenBuildServer>): void {
  describe(`the console of ${name}`, () => {
    const signal = AbortSignal.timeout(120_000);
    const job = "pay.api";
    let opened: OpenBuildServer;
    let builds: BuildServer;
    let stored: Buffer;
    let place: ConsolePosition;

    beforeEach(async () => {
      opened = await open();
      builds = opened.builds;
      stored = Buffer.alloc(0);
      place = consoleStart;
      await builds.ensureJob(job, definition(), signal);
    });
    afterEach(() => opened.close());

    /** Starts a run that has printed this. */
    const start = async (text: Buffer): Promise<number> => {
      opened.script(job, [text]);
      await builds.ensureRun({ job, buildId: "bld_1", parameters: {} }, signal);
      return eventually(async () => {
        const state = await builds.run({ job, buildId: "bld_1" }, signal);
        if (state.phase !== "RUNNING") throw new Error(`It is ${state.phase}.`);
        expect(opened.rawConsole(job, state.number).length).toBe(text.length);
        return state.number;
      });
    };
    /** Reads on from what is stored, as a process would that may die after any chunk. */
    const readOn = async (number: number, by = builds): Promise<ConsoleReadResult> => {
      const reading = await by.readConsole(
        { job, number, from: place, delivered: stored.length },
        async (chunk) => {
          expect(chunk.bytes.length).toBeLessThanOrEqual(256 * 1024);
          stored = Buffer.concat([stored, chunk.bytes]);
          place = chunk.place;
        },
        signal,
      );
      place = reading.place;
      return reading;
    };
    const readToEnd = (number: number) =>
      eventually(async () => {
        const reading = await readOn(number);
        if (!reading.complete) throw new Error("It is not complete.");
      });

    test("a growing log arrives byte for byte, read by one process after another", async () => {
      const number = await start(printed(50));
      for (let i = 0; i < 30; i++) {
        const next = printed(i % 5 === 0 ? 3_000 : 40);
        const cut = Math.floor(Math.random() * next.length);
        opened.append(job, number, next.subarray(0, cut));
        expect(await readOn(number, i % 3 === 0 ? opened.anotherPlatform() : builds)).toMatchObject({
          complete: false,
          lost: false,
        });
        opened.append(job, number, next.subarray(cut));
        const whole = canonical(opened.rawConsole(job, number));
        expect(whole.subarray(0, stored.length).equals(stored)).toBe(true);
      }
      opened.finish(job, number, "SUCCESS");
      await readToEnd(number);
      expect(stored.equals(canonical(opened.rawConsole(job, number)))).toBe(true);
    });

    test("whole lines of a running build arrive at once", async () => {
      const number = await start(Buffer.from(`one ${note}\r\ntwo\n`));
      await readOn(number);
      expect(stored.toString()).toBe("one \ntwo\n");
      opened.append(job, number, Buffer.from("thr"));
      opened.append(job, number, Buffer.from("ee\nfour\n"));
      await readOn(number);
      expect(stored.toString()).toBe("one \ntwo\nthree\nfour\n");
    });

    test("answers that break off lose nothing and repeat nothing", async () => {
      const number = await start(printed(4_000));
      opened.finish(job, number, "SUCCESS");
      for (const bytes of [0, 10, 5_000, 70_000, 400_000]) {
        opened.fault({ kind: "reset", match: "progressiveText", times: 1, bytes });
        await readOn(number).catch((error: unknown) => expect(error).toBeInstanceOf(UpstreamUnavailable));
      }
      await readToEnd(number);
      expect(stored.equals(canonical(opened.rawConsole(job, number)))).toBe(true);
    });

    test("an answer that stops in its middle is given up", async () => {
      const number = await start(printed(1_000));
      opened.fault({ kind: "stall", match: "progressiveText", times: 1, bytes: 5_000 });
      await expect(readOn(number)).rejects.toBeInstanceOf(UpstreamUnavailable);
      await readOn(number);
    });

    test("who takes chunks may fail, and its own error comes back", async () => {
      const number = await start(printed(100));
      const full = Object.assign(new Error("disk full"), { code: "ECONNRESET" });
      const request = { job, number, from: consoleStart, delivered: 0 };
      await expect(builds.readConsole(request, () => Promise.reject(full), signal)).rejects.toBe(full);
    });

    test("a log that shrinks or vanishes is lost, and so is that of a forgotten run", async () => {
      const number = await start(printed(500));
      await readOn(number);
      opened.truncate(job, number, 5);
      expect(await readOn(number)).toMatchObject({ lost: true });
      opened.truncate(job, number);
      expect(await readOn(number)).toMatchObject({ lost: true });
      opened.lose(job, number);
      expect(await readOn(number)).toMatchObject({ lost: true });
    });

    test("fifty megabytes pass through little memory", async () => {
      const line = Buffer.from(`${"a line of a long build log, größer als gedacht ".repeat(4)}\n`);
      const number = await start(Buffer.alloc(50 * 1024 * 1024, line));
      opened.finish(job, number, "SUCCESS");
      await eventually(async () =>
        expect((await builds.run({ job, buildId: "bld_1", number }, signal)).phase).toBe("OVER"),
      );
      const expected = canonical(opened.rawConsole(job, number)).length;
      let before = 0;
      let bytes = 0;
      let chunks = 0;
      let most = 0;
      const reading = await builds.readConsole(
        { job, number, from: consoleStart, delivered: 0 },
        async (chunk) => {
          bytes += chunk.bytes.length;
          // From the first one on, when the other side has what it needs.
          if (chunks === 0) before = retainedBytes();
          if (chunks++ % 20 === 0) most = Math.max(most, retainedBytes() - before);
        },
        signal,
      );
      expect(reading.complete).toBe(true);
      expect(bytes).toBe(expected);
      expect(most).toBeLessThan(16 * 1024 * 1024);
    });
  });
}
