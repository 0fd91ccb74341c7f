import { expect, test } from "@jest/globals";
import { array, assert, constantFrom, nat, oneof, property, string } from "fast-check";
import { CanonicalConsole } from "./canonical-console.js";

const note = "\u001b[8mha:AAAA+/b64==\u001b[0m";

const canonical = (raw: string | Uint8Array): string => {
  const console = new CanonicalConsole();
  return Buffer.concat([Buffer.from(console.write(Buffer.from(raw as string))), console.end()]).toString("latin1");
};

test.each<[string, string, string]>([
  ["a windows line end becomes a line feed", "a\r\nb\r\n", "a\nb\n"],
  ["only the carriage return directly before it is dropped", "a\r\r\nb\rc\r", "a\r\nb\rc\r"],
  ["a note vanishes", `Started by ${note}ann\n`, "Started by ann\n"],
  ["notes in a row vanish", `${note}${note}x${note}`, "x"],
  ["colours stay", "\u001b[31mred\u001b[0m\n", "\u001b[31mred\u001b[0m\n"],
  ["an unfinished note is text", "\u001b[8mha:AAAA\nnext", "\u001b[8mha:AAAA\nnext"],
  ["an unfinished note at the end is text", "\u001b[8mha:AA", "\u001b[8mha:AA"],
  ["a note behind an unfinished one vanishes", `\u001b[8mha:AA${note}x`, "\u001b[8mha:AAx"],
  ["a note behind half of its own beginning vanishes", `\u001b[8m\u001b${note}x`, "\u001b[8m\u001bx"],
  [
    "what is too long to be a note is text",
    `\u001b[8mha:${"A".repeat(70_000)}\u001b[0m`,
    `\u001b[8mha:${"A".repeat(70_000)}\u001b[0m`,
  ],
])("%s", (_what, raw, expected) => {
  expect(canonical(raw) === expected).toBe(true);
});

const rawLog = array(
  oneof(
    constantFrom(
      "\n",
      "\r\n",
      "\r",
      "\u001b",
      "\u001b[",
      "\u001b[0m",
      "\u001b[8mha:",
      note,
      "AAAA",
      "é",
      "語",
      "🚀",
      "\n\n",
    ),
    string({ maxLength: 8 }),
  ),
  { maxLength: 60 },
).map((parts) => Buffer.from(parts.join("")));

test("however it is cut, the same bytes come out, and they are counted", () => {
  assert(
    property(rawLog, array(nat(200), { maxLength: 20 }), (raw, cuts) => {
      const places = [...new Set(cuts.map((cut) => Math.min(cut, raw.length)))].sort((a, b) => a - b);
      const console = new CanonicalConsole();
      const pieces = [0, ...places].map((from, i) =>
        Buffer.from(console.write(raw.subarray(from, places[i] ?? raw.length))),
      );
      const out = Buffer.concat([...pieces, console.end()]);
      expect(out.toString("latin1")).toBe(canonical(raw));
      expect(console.bytes).toBe(out.length);
      expect(console.lines).toBe(out.filter((byte) => byte === 10).length);
      expect(console.collapsed).toBe(raw.length - (raw.toString("latin1").match(/\r\n/g)?.length ?? 0));
    }),
    { numRuns: 500 },
  );
});

test("its line starts are places of the raw log", () => {
  const raw = Buffer.from(Array.from({ length: 4_000 }, (_, i) => `line ${i} ${i % 7 === 0 ? note : ""}\n`).join(""));
  const console = new CanonicalConsole();
  console.write(raw);
  expect(console.lineStarts.length).toBe(16);
  for (const { collapsed, bytes } of console.lineStarts) {
    expect(raw[collapsed - 1]).toBe(10);
    expect(canonical(raw.subarray(0, collapsed)).length).toBe(bytes);
  }
});
