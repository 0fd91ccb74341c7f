import type { ConsoleChunk, ConsolePosition, ConsoleReadResult } from "../build-server.js";
import { CanonicalConsole } from "./canonical-console.js";
import { ConsoleDelivery } from "./console-delivery.js";
import { uniqueOverlap } from "./console-overlap.js";
import { nonsense } from "./jenkins-refusal.js";

/** The response to one request for a console. `size` is the offset for the next request. */
export interface ConsoleResponse {
  readonly size: number;
  readonly more: boolean;
  readonly body: AsyncIterable<Uint8Array>;
}
/** Requests the console from a raw offset; undefined when the build does not exist (any more). */
export type AskConsole = (start: number, signal: AbortSignal) => Promise<ConsoleResponse | undefined>;

export interface ConsoleRequest {
  readonly from: ConsolePosition;
  readonly delivered: number;
}

const jenkinsLimits = {
  /** Jenkins sends about ten thousand lines at most while a build runs; a response this long may have been cut. */
  cutFromLines: 9_000,
  /** A stretch this short is read again rather than searching for its exact end. */
  shortStretch: 16 * 1024,
};

/** What was found in one response. */
interface ParsedResponse {
  readonly place: ConsolePosition;
  readonly size: number;
  readonly text: CanonicalConsole;
  readonly tail: Buffer;
}

/**
 * Reads consoles exactly, from Jenkins of before and after core 2.509 (research of the wire: `X-Text-Size` of the
 * newer names the end of the file, although an answer about a running build ends at its last line end, or after
 * ten thousand lines; the older one names where the answer ended, but leaves out the notes; both write LF as CRLF).
 *
 * It only ever stores a place where raw and canonical offset are known to correspond, asks from there, and skips
 * what was delivered. A place moves when it is certain where the answer ended, by one of:
 * 1. the answer is as long as the stretch it covers, so nothing was added, left out or withheld;
 * 2. the announced end follows a line end, and the answer was not cut: the last whole line ends there;
 * 3. the end of what was read is found again, once only, in an answer from shortly before it.
 * Otherwise the same stretch is read again next time. A finished build is always sent whole, so the end is exact.
 *
 * Assumed: the log only grows, and is UTF-8. Not solved while it runs: ten thousand and more lines that repeat
 * themselves to the letter, after which Jenkins withheld something; they arrive when the build is over.
 */
export class ConsoleReader {
  constructor(
    private readonly ask: AskConsole,
    private readonly limits = jenkinsLimits,
  ) {}

  async read(
    { from, delivered }: ConsoleRequest,
    take: (chunk: ConsoleChunk) => Promise<void>,
    signal: AbortSignal,
  ): Promise<ConsoleReadResult> {
    let place = from;
    for (;;) {
      const answer = await this.ask(place.raw, signal);
      // For an offset beyond the end, Jenkins sends the whole log: it is another one, or it is gone.
      if (!answer || answer.size < place.raw) return { place, complete: false, lost: true };
      const delivery = new ConsoleDelivery(place, delivered, take);
      const parsed = await this.parse(place, answer, delivery);
      const end = place.bytes + parsed.text.bytes;
      if (end < delivered) return { place, complete: false, lost: true };
      delivered = delivery.delivered;
      if (!answer.more) {
        if (parsed.text.bytes === 0 && parsed.size > place.raw) throw nonsense("read the console");
        return { place: { raw: parsed.size, bytes: end }, complete: true, lost: false };
      }
      const next = await this.after(parsed, signal);
      if (next.raw === place.raw || parsed.text.lines < this.limits.cutFromLines)
        return { place: next, complete: false, lost: false };
      place = next;
    }
  }

  private async parse(
    place: ConsolePosition,
    answer: ConsoleResponse,
    delivery: ConsoleDelivery,
  ): Promise<ParsedResponse> {
    const text = new CanonicalConsole();
    for await (const piece of answer.body) await delivery.put(text.write(piece));
    // The bytes held back at the end of a running log depend on what follows.
    if (!answer.more) await delivery.put(text.end());
    await delivery.flush();
    return { place, size: answer.size, text, tail: delivery.tail() };
  }

  /** The position of the next request. */
  private async after(parsed: ParsedResponse, signal: AbortSignal): Promise<ConsolePosition> {
    const { place, size, text } = parsed;
    const end = { raw: size, bytes: place.bytes + text.bytes };
    const wasCut = text.lines >= this.limits.cutFromLines;
    if (text.collapsed === size - place.raw && text.replacements === 0) return end;
    if (!wasCut && size - place.raw < this.limits.shortStretch) return place;
    if (!wasCut && (await this.isLineStart(size, signal))) return end;
    const found = await this.findAgain(parsed, signal);
    if (found) return found;
    return wasCut && (await this.namesWhereItEnded(parsed, signal)) ? end : place;
  }

  /** Whether the raw byte before `offset` is a line feed; Jenkins sends each as CRLF. */
  private async isLineStart(offset: number, signal: AbortSignal): Promise<boolean> {
    if ((await this.beginning(offset - 1, signal)) !== "\r\n") return false;
    // The result is the same when CR and LF are on both sides of the offset; then the line feed comes twice.
    const behind = await this.beginning(offset, signal);
    return behind !== undefined && behind !== "\r\n";
  }

  /** The first two raw bytes from there. */
  private async beginning(start: number, signal: AbortSignal): Promise<string | undefined> {
    const answer = await this.ask(start, signal);
    if (!answer || answer.size < start) return undefined;
    let text = "";
    for await (const piece of answer.body) {
      text += Buffer.from(piece.subarray(0, 2)).toString("latin1");
      if (text.length >= 2) break;
    }
    return text.slice(0, 2);
  }

  /**
   * Requests from a line start near the end of what was read. Counted as if the log had LF line ends, that offset is
   * never too high; the overlap of the texts shows the true offset.
   */
  private async findAgain(
    { place, text, tail }: ParsedResponse,
    signal: AbortSignal,
  ): Promise<ConsolePosition | undefined> {
    const starts = text.lineStarts.filter(({ bytes }) => text.bytes - bytes <= tail.length / 2).slice(0, -1);
    for (const start of starts.reverse().filter((_, i) => i % 3 === 0)) {
      const raw = place.raw + start.collapsed - 2 * text.replacements;
      if (raw <= place.raw) continue;
      const seen = await this.probe(raw, tail.length, signal);
      if (!seen || seen.text.toString("utf8", 0, 3).startsWith("\ufffd")) continue;
      const overlap = uniqueOverlap(tail, seen.text, text.bytes - start.bytes);
      if (overlap !== undefined) return { raw, bytes: place.bytes + text.bytes - overlap };
    }
    return undefined;
  }

  /**
   * Whether this Jenkins announces the end of its response, not of its file: then a later start gave a higher number,
   * and a second request from the first start gives the first number again.
   */
  private async namesWhereItEnded({ place, size }: ParsedResponse, signal: AbortSignal): Promise<boolean> {
    const later = await this.probe(size, 0, signal);
    if (!later || later.size <= size) return false;
    return (await this.probe(place.raw, 0, signal))?.size === size;
  }

  /** The first canonical bytes from a raw offset, or as many as there are. */
  private async probe(
    start: number,
    bytes: number,
    signal: AbortSignal,
  ): Promise<{ readonly text: Buffer; readonly size: number } | undefined> {
    const answer = await this.ask(start, signal);
    if (!answer || answer.size < start) return undefined;
    const console = new CanonicalConsole();
    const pieces: Buffer[] = [];
    for await (const piece of answer.body) {
      pieces.push(Buffer.from(console.write(piece)));
      if (console.bytes >= bytes) break;
    }
    return { text: Buffer.concat(pieces).subarray(0, bytes), size: answer.size };
  }
}
