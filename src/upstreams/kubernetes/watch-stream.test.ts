import { expect, test } from "@jest/globals";
import { LineReader } from "./watch-stream.js";

const text = '{"type":"ADDED","object":{"note":"größer 東京 🚀"}}\n\n{"type":"BOOKMARK"}\n';
const bytes = Buffer.from(text);

test.each([1, 2, 3, 5, 17, bytes.length])("lines survive chunks of %i bytes, also cut inside a character", (size) => {
  const lines = new LineReader();
  const seen: string[] = [];
  for (let at = 0; at < bytes.length; at += size) seen.push(...lines.push(bytes.subarray(at, at + size)));
  expect(seen).toEqual(['{"type":"ADDED","object":{"note":"größer 東京 🚀"}}', '{"type":"BOOKMARK"}']);
});

test("a line is handed over only when it is whole", () => {
  const lines = new LineReader();
  expect(lines.push(Buffer.from('{"type":"AD'))).toEqual([]);
  expect(lines.push(Buffer.from('DED"}\n{"ty'))).toEqual(['{"type":"ADDED"}']);
});

test("a line without an end is refused before it fills the memory", () => {
  const lines = new LineReader();
  const chunk = Buffer.alloc(1024 * 1024, "x");
  expect(() => {
    for (let i = 0; i < 64; i++) lines.push(chunk);
  }).toThrow("a line without an end");
});
