import { expect, test } from "@jest/globals";
import { assert, constantFrom, property, string, uint8Array } from "fast-check";
import { longTextStandIn } from "../../streams/long-text.js";
import { payloadOf } from "./payload.js";

const textOf = ({ jsonAndBrace }: { jsonAndBrace: Buffer }): string => jsonAndBrace.toString();

test("a long text is written where its stand-in is, and the rest as JSON writes it", () => {
  assert(
    property(string({ unit: "binary", maxLength: 200 }), string({ unit: "binary" }), (text, other) => {
      const event = { cursor: "1", longText: Buffer.from(text) };
      const whole = Buffer.from(text).toString();
      const result = (words: string) => ({ data: { piece: { text: words, other, again: words } } });
      const payload = payloadOf(result(longTextStandIn), event);
      expect(textOf(payload)).toBe(`${JSON.stringify(result(whole))}}`);
      expect(textOf(payloadOf({ data: { other } }, event))).toBe(`${JSON.stringify({ data: { other } })}}`);
    }),
  );
});

test("every character that JSON escapes is escaped as JSON does it", () => {
  const all = Array.from({ length: 0x300 }, (_, code) => String.fromCharCode(code)).join("");
  const payload = payloadOf({ text: longTextStandIn }, { cursor: "1", longText: Buffer.from(all) });
  expect(textOf(payload)).toBe(`${JSON.stringify({ text: all })}}`);
});

test("bytes that are no UTF-8 go out as U+FFFD, and never as they are", () => {
  assert(
    property(uint8Array({ maxLength: 50 }), constantFrom(1, 1_000), (bytes, times) => {
      const longText = Buffer.concat(Array.from({ length: times }, () => bytes));
      const payload = payloadOf({ text: longTextStandIn }, { cursor: "1", longText });
      expect(textOf(payload)).toBe(`${JSON.stringify({ text: longText.toString() })}}`);
    }),
  );
});
