import { expect, test } from "@jest/globals";
import { array, asyncProperty, assert, constantFrom, infiniteStream, nat, oneof, string } from "fast-check";
import { type ConsolePosition, consoleStart } from "../build-server.js";
import { type AskConsole, ConsoleReader } from "./console-reader.js";

type Generation = "announces the end of its answer" | "announces the end of its file";
const generations: readonly Generation[] = ["announces the end of its answer", "announces the end of its file"];

const signal = new AbortController().signal;
const esc = "\u001b";
const note = `${esc}[8mha:AAAA+/b64==${esc}[0m`;
const notes = new RegExp(`${esc}\\[8mha:[A-Za-z0-9+/=]*${esc}\\[0m`, "g");
const canonical = (raw: Buffer): Buffer => Buffer.from(raw.toString().replaceAll("\r\n", "\n").replace(notes, ""));

/** Jenkins' progressive console in a few lines: what it sends of `raw`, cut into pieces anywhere. */
class Jenkins {
  raw = Buffer.alloc(0);
  complete = false;
  /** Bytes that are written right after the next answer. */
  surprise: Buffer | undefined;
  asked = 0;
  sent = 0;
  constructor(
    private readonly generation: Generation,
    private readonly pieceBytes = 1_000,
    private readonly linesPerAnswer = 10_000,
  ) {}

  readonly ask: AskConsole = async (asked) => {
    const { raw, complete } = this;
    const start = asked > raw.length ? 0 : asked;
    const end = complete ? raw.length : this.endOfLines(start);
    const isOld = this.generation === "announces the end of its answer";
    // As in Java: malformed bytes become U+FFFD, a lone LF becomes CRLF.
    const text = raw.subarray(start, end).toString();
    const body = Buffer.from((isOld ? text.replace(notes, "") : text).replace(/(?<!\r)\n/g, "\r\n"));
    if (this.surprise) this.raw = Buffer.concat([this.raw, this.surprise]);
    this.surprise = undefined;
    this.asked++;
    return { size: isOld ? end : raw.length, more: !complete, body: this.pieces(body) };
  };

  private endOfLines(start: number): number {
    let end = start;
    for (let line = 0; line < this.linesPerAnswer; line++) {
      const next = this.raw.indexOf(10, end);
      if (next < 0) break;
      end = next + 1;
    }
    return end;
  }

  private async *pieces(body: Buffer): AsyncIterable<Uint8Array> {
    for (let from = 0; from < body.length; from += this.pieceBytes) {
      const piece = body.subarray(from, from + this.pieceBytes);
      this.sent += piece.length;
      yield piece;
    }
  }
}

/** Someone who stores chunks and the place, and may die at any moment and begin again from what is stored. */
class Reader {
  stored = Buffer.alloc(0);
  place: ConsolePosition = consoleStart;
  isOver = false;
  constructor(
    private readonly jenkins: Jenkins,
    private readonly limits?: { cutFromLines: number; shortStretch: number },
  ) {}

  async look(diesAfterChunks = Number.POSITIVE_INFINITY): Promise<void> {
    const died = new Error("died");
    let left = diesAfterChunks;
    try {
      const request = { from: this.place, delivered: this.stored.length };
      const reading = await new ConsoleReader(this.jenkins.ask, this.limits).read(
        request,
        async ({ bytes, place }) => {
          if (left-- === 0) throw died;
          expect(bytes.length).toBeLessThanOrEqual(256 * 1024);
          expect(bytes.equals(Buffer.from(bytes.toString()))).toBe(true);
          this.stored = Buffer.concat([this.stored, bytes]);
          this.place = place;
        },
        signal,
      );
      expect(reading.lost).toBe(false);
      this.place = reading.place;
      this.isOver = reading.complete;
    } catch (error) {
      if (error !== died) throw error;
    }
  }
}

const text = oneof(
  constantFrom("\n", "\r\n", "\r", "\n\n", "\u001b[31m", "\u001b[0m", `x${note}`, `x${note}${note}`),
  constantFrom("é", "語", "🚀", "line\n", "line\r\n", "same old line\n".repeat(200), "mixed\r\nup\n".repeat(100)),
  string({ maxLength: 12 }),
);
const growth = array(text, { maxLength: 60, size: "max" }).map((parts) =>
  Buffer.from(parts.join("").replaceAll(`\r${note}`, note)),
);

interface Weather {
  readonly linesPerAnswer: number;
  readonly cutFromLines: number;
  readonly shortStretch: number;
}

test.each(
  generations.flatMap((generation): (readonly [Generation, string, Weather])[] => [
    [generation, "short", { linesPerAnswer: 10_000, cutFromLines: 9_000, shortStretch: 16 * 1024 }],
    [
      generation,
      "long, with each answer followed up,",
      { linesPerAnswer: 10_000, cutFromLines: 9_000, shortStretch: 0 },
    ],
    [generation, "long, with answers cut,", { linesPerAnswer: 400, cutFromLines: 400, shortStretch: 1_000 }],
  ]),
)(
  "of a Jenkins that %s a %s log arrives byte for byte, however it grows and whoever dies",
  async (generation, _how, weather) => {
    await assert(
      asyncProperty(
        array(growth, { maxLength: 10, size: "max" }),
        infiniteStream(nat(7)),
        nat(5_000),
        async (grows, luck, size) => {
          const jenkins = new Jenkins(generation, 1 + size, weather.linesPerAnswer);
          const reader = new Reader(jenkins, weather);
          const chance = (): number => luck.next().value;
          for (const piece of grows) {
            // Written in two halves, which may part a character, a line end or a note.
            const cut = Math.floor((piece.length * chance()) / 8);
            jenkins.raw = Buffer.concat([jenkins.raw, piece.subarray(0, cut)]);
            if (chance() < 4) jenkins.surprise = piece.subarray(cut);
            else jenkins.raw = Buffer.concat([jenkins.raw, piece.subarray(cut)]);
            await reader.look(chance() === 0 ? 0 : undefined);
            if (jenkins.surprise) jenkins.raw = Buffer.concat([jenkins.raw, jenkins.surprise]);
            jenkins.surprise = undefined;
            expect(canonical(jenkins.raw).subarray(0, reader.stored.length).equals(reader.stored)).toBe(true);
          }
          jenkins.complete = true;
          await reader.look();
          expect(reader.isOver).toBe(true);
          expect(reader.stored.equals(canonical(jenkins.raw))).toBe(true);
        },
      ),
      // Shrinking such logs takes minutes.
      { numRuns: 40, endOnFailure: true },
    );
  },
);

const lineEnds: readonly (readonly [string, (i: number) => string])[] = [
  ["LF", () => "\n"],
  ["CRLF", () => "\r\n"],
  ["mixed line ends", (i) => (i % 3 === 0 ? "\r\n" : "\n")],
  ["notes and mixed line ends", (i) => `${i % 5 === 0 ? note : ""}!${i % 3 === 0 ? "\r\n" : "\n"}`],
  ["a note on every line", () => `${note}${note}\n`],
];
const cases = generations.flatMap((generation) => lineEnds.map(([name, end]) => [generation, name, end] as const));

test.each(cases)(
  "of a Jenkins that %s a running log with %s is read to its last line, though its answers are cut",
  async (generation, _name, end) => {
    const jenkins = new Jenkins(generation, 64 * 1024);
    const reader = new Reader(jenkins);
    const lines = (from: number, count: number) =>
      Buffer.from(Array.from({ length: count }, (_, i) => `step ${from + i} äöü 語${end(from + i)}`).join(""));
    const whole = lines(0, 35_000);
    jenkins.raw = Buffer.concat([whole, Buffer.from("unfinished")]);
    await reader.look();
    expect(reader.stored.length).toBe(canonical(whole).length);
    // From then on each look asks for little more than what is new.
    const before = jenkins.sent;
    for (let i = 0; i < 20; i++) {
      jenkins.raw = Buffer.concat([jenkins.raw, lines(50_000 + i * 100, 100), Buffer.from("unfin")]);
      await reader.look();
    }
    expect(jenkins.sent - before).toBeLessThan(20 * 200_000);
    jenkins.raw = Buffer.concat([jenkins.raw, Buffer.from("ished")]);
    jenkins.complete = true;
    await reader.look();
    expect(reader.stored.equals(canonical(jenkins.raw))).toBe(true);
  },
);

test("a note that is written just when the log is measured hides no line", async () => {
  const jenkins = new Jenkins("announces the end of its file");
  const reader = new Reader(jenkins, { cutFromLines: 9_000, shortStretch: 0 });
  jenkins.raw = Buffer.from(`one\r\ntwo${note.slice(0, 1)}`);
  jenkins.surprise = Buffer.from(`${note.slice(1)}\nthree\n`);
  await reader.look();
  jenkins.complete = true;
  await reader.look();
  expect(reader.stored.toString()).toBe("one\ntwo\nthree\n");
});

test("ten thousand lines that repeat themselves to the letter lose nothing", async () => {
  const jenkins = new Jenkins("announces the end of its file", 64 * 1024);
  const reader = new Reader(jenkins);
  jenkins.raw = Buffer.from(`${"y\n".repeat(15_000)}${"y\r\n".repeat(15_000)}y`);
  await reader.look();
  jenkins.complete = true;
  await reader.look();
  expect(reader.stored.equals(canonical(jenkins.raw))).toBe(true);
});

test.each<[string, (jenkins: Jenkins) => void]>([
  ["shrank", (jenkins) => (jenkins.raw = Buffer.from("shorter\n"))],
  ["vanished", (jenkins) => (jenkins.raw = Buffer.alloc(0))],
  ["shrank and was finished", (jenkins) => Object.assign(jenkins, { raw: Buffer.from("shorter\n"), complete: true })],
])("a log that %s is lost", async (_what, happen) => {
  const jenkins = new Jenkins("announces the end of its file");
  jenkins.raw = Buffer.from("one line\nanother line\n");
  const first = new ConsoleReader(jenkins.ask);
  const { place } = await first.read({ from: consoleStart, delivered: 0 }, async () => {}, signal);
  happen(jenkins);
  const reading = await first.read({ from: place, delivered: 22 }, async () => {}, signal);
  expect(reading).toMatchObject({ lost: true, complete: false });
  expect(await first.read({ from: consoleStart, delivered: 22 }, async () => {}, signal)).toMatchObject({ lost: true });
});
