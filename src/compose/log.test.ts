import { expect, test } from "@jest/globals";
import { openLog } from "./log.js";

test("no line of the log holds what a terminal would obey, and each is JSON still, of the same text", () => {
  const lines: string[] = [];
  const log = openLog("info", { write: (line) => void lines.push(line) });
  const text = "\u001b[2Kshop\r\n\u202egpj\u009b31m\u200b\u2028 größe 漢字";
  log.info({ name: text, err: new Error(text) }, text);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+\n$/u);
  expect(lines[0]).toContain("größe 漢字");
  expect(JSON.parse(lines[0]!)).toMatchObject({ name: text, msg: text, err: { message: text } });
});
