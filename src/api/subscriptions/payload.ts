import { isUtf8 } from "node:buffer";
import { longTextStandIn } from "../../streams/long-text.js";
import type { StreamEvent } from "../../streams/stream-event.js";

/** A payload of so many bytes and more is long: sent without being copied, and given by turns. */
export const longLength = 4 * 1024;

/** An event as it is sent, the same for all its subscribers. */
export interface Payload {
  /** The result and a closing brace in UTF-8: how a message ends that has the result as its last word. */
  readonly jsonAndBrace: Buffer;
  readonly cursor: string;
  /** The one session that may get it, when a resolver read more of the actor than its rights. */
  readonly onlyFor: string | undefined;
}

/** The payload of an event whose result is this. */
export function payloadOf(result: object, { cursor, longText }: StreamEvent, onlyFor?: string): Payload {
  const json = `${JSON.stringify(result)}}`;
  return { jsonAndBrace: longText ? withLongText(json, longText) : Buffer.from(json), cursor, onlyFor };
}

function withLongText(json: string, text: Buffer): Buffer {
  const [first, ...others] = json.split(longTextStandIn).map((part) => Buffer.from(part));
  if (others.length === 0) return first!;
  const escaped = escapedForJson(isUtf8(text) ? text : Buffer.from(text.toString()));
  return Buffer.concat([first!, ...others.flatMap((part) => [escaped, part])]);
}

/** By byte: 0 goes out as it is; `u` as a number; all others behind a backslash. */
const escapes = new Uint8Array(256).fill("u".charCodeAt(0), 0, 0x20);
for (const [byte, letter] of ['""', "\\\\", "\bb", "\ff", "\nn", "\rr", "\tt"])
  escapes[byte!.charCodeAt(0)] = letter!.charCodeAt(0);
const hexDigits = Buffer.from("0123456789abcdef");
const longestEscape = "\\u001b".length;
/** Used again for every text: what is written here is copied before anything else is. */
let escapeBuffer = Buffer.alloc(0);

/** The text as it stands between the quotes of a JSON string (RFC 8259 §7); valid until the next call. */
function escapedForJson(text: Uint8Array): Buffer {
  if (escapeBuffer.length < longestEscape * text.length)
    escapeBuffer = Buffer.allocUnsafeSlow(longestEscape * text.length);
  const out = escapeBuffer;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const byte = text[i]!;
    const escape = escapes[byte]!;
    if (escape === 0) {
      out[at++] = byte;
      continue;
    }
    out[at++] = 0x5c;
    out[at++] = escape;
    if (escape !== 0x75) continue;
    out[at++] = 0x30;
    out[at++] = 0x30;
    out[at++] = hexDigits[byte >> 4]!;
    out[at++] = hexDigits[byte & 0xf]!;
  }
  return out.subarray(0, at);
}
