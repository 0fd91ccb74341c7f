import { type Answer, oops, plain, Refused } from "./answer.js";
import type { ConsoleLog } from "./console-log.js";

/**
 * How `progressiveText` behaves. `lines` (until spring 2025): whole lines only, console notes stripped, `X-Text-Size` is
 * the end of what was sent. `raw` (since core 2.509): notes are kept and `X-Text-Size` is the length of the file, although
 * the body still ends at the last line feed while the build runs.
 */
export type LogGeneration = "lines" | "raw";

/** The maximum number of lines that Jenkins sends of a running build's console. */
const linesPerCall = 10_000;

/** The next part of a console from the raw byte offset `start` on. */
export function progressiveText(
  log: ConsoleLog,
  start: string | null,
  complete: boolean,
  generation: LogGeneration,
): Answer {
  const { length } = log;
  const headers = (size: number, more: boolean) => ({
    "Content-Type": plain,
    "X-Text-Size": String(size),
    ...(more && { "X-More-Data": "true" }),
  });
  // A log without a file always promises more, even after the build is over.
  if (length === undefined) return { status: 200, headers: headers(0, true) };
  if (start !== null && !/^\d+$/.test(start)) throw new Refused(oops(`For input string: "${start}"`));
  const asked = Number(start ?? 0);
  const from = asked > length ? 0 : asked;
  const to = complete ? length : log.endOfLines(from, linesPerCall);
  return {
    status: 200,
    headers: headers(generation === "raw" ? length : to, !complete),
    body: asText(generation === "raw" ? log.read(from, to) : withoutNotes(log.read(from, to))),
  };
}

/** The whole console so far, as it is on disk but without notes. */
export function consoleText(log: ConsoleLog, path: string): Answer {
  const headers = { "Content-Type": plain };
  if (log.length === undefined) return { status: 200, headers, body: `No such file: ${path}` };
  return { status: 200, headers, body: withoutNotes(log.read(0, log.length)) };
}

/** The invisible markup in Jenkins' consoles: `ESC[8mha:`, Base64, `ESC[0m`. */
const esc = "\u001b";
const noteStart = `${esc}[8mha:`;
const note = new RegExp(`${esc}\\[8mha:[A-Za-z0-9+/=]*${esc}\\[0m`, "g");

/** Decodes (what is malformed becomes U+FFFD), makes every lone LF a CRLF, and encodes again. */
function* asText(slices: Iterable<Buffer>): Generator<Buffer> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let before = "";
  for (const slice of slices) {
    const text = decoder.decode(slice, { stream: true });
    if (text === "") continue;
    yield Buffer.from(crlf(text, before));
    before = text.at(-1)!;
  }
  yield Buffer.from(decoder.decode());
}

function crlf(text: string, before: string): string {
  const first = text.startsWith("\n") && before === "\r" ? "\n" : "";
  return first + text.slice(first.length).replace(/(?<!\r)\n/g, "\r\n");
}

/** Cuts the notes out, byte for byte; a slice's unfinished last line waits for the next slice. */
function* withoutNotes(slices: Iterable<Buffer>): Generator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  const cut = (bytes: Buffer): Buffer =>
    bytes.includes(noteStart) ? Buffer.from(bytes.toString("latin1").replace(note, ""), "latin1") : bytes;
  for (const slice of slices) {
    const end = slice.lastIndexOf(10) + 1;
    if (end === 0) {
      rest = Buffer.concat([rest, slice]);
      continue;
    }
    yield cut(rest.length > 0 ? Buffer.concat([rest, slice.subarray(0, end)]) : slice.subarray(0, end));
    rest = slice.subarray(end);
  }
  if (rest.length > 0) yield cut(rest);
}
