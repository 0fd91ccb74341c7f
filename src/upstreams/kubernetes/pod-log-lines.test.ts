import { expect, test } from "@jest/globals";
import type { PodLogLine } from "../cluster.js";
import { normalTime, pieceBytes, PodLogLines } from "./pod-log-lines.js";

function read(bytes: Buffer, chunkBytes: number): { lines: PodLogLine[]; unfinished: PodLogLine | undefined } {
  const reader = new PodLogLines();
  const lines: PodLogLine[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) lines.push(...reader.push(bytes.subarray(at, at + chunkBytes)));
  return { lines, unfinished: reader.rest() };
}

const at = "2026-01-02T03:04:05.000000006Z";

test.each([1, 2, 7, 1_000, 1_000_000])("a log in chunks of %i bytes is the same log", (chunkBytes) => {
  const long = "ab服务".repeat(20_000);
  const log = Buffer.concat([
    Buffer.from(`${at} 服务 ready — 🎉\n${at} \n${at} ${long}\n`),
    Buffer.from(`${at} bad `),
    Buffer.from([0xff, 0xe6, 0x9c]),
    Buffer.from(`\nsaid by the kubelet\n${at} not over`),
  ]);
  const { lines, unfinished } = read(log, chunkBytes);
  const pieces = lines.slice(2, -2);
  expect(lines.slice(0, 2).map(({ text }) => text)).toEqual(["服务 ready — 🎉", ""]);
  expect(pieces.map(({ text }) => text).join("")).toBe(long);
  expect(pieces.map(({ continues }) => continues)).toEqual([true, true, false]);
  expect(Math.max(...pieces.map(({ text }) => Buffer.byteLength(text)))).toBeLessThanOrEqual(pieceBytes);
  expect(lines.slice(-2)).toEqual([
    { at, text: "bad ��", continues: false },
    { at, text: "said by the kubelet", continues: false },
  ]);
  expect(unfinished).toEqual({ at, text: "not over", continues: false });
});

test("nothing stands behind a last line end", () => {
  expect(read(Buffer.from(`${at} whole\n`), 3).unfinished).toBeUndefined();
});

test.each([
  ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000000000Z"],
  ["2026-01-02T03:04:05.12Z", "2026-01-02T03:04:05.120000000Z"],
  ["2026-01-02T03:04:05.123456789+08:00", "2026-01-01T19:04:05.123456789Z"],
  ["failed", undefined],
])("the time %s is %s", (text, normal) => expect(normalTime(text)).toBe(normal));
