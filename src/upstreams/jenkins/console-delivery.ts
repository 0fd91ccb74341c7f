import type { ConsoleChunk, ConsolePlace } from "../build-server.js";
import { characterBoundary } from "./console-overlap.js";

/** As much as one chunk may hold. */
export const largestChunk = 256 * 1024;
/** How much of what was last read is remembered, to find it again. */
const remembered = 64 * 1024;

/**
 * Hands canonical bytes on, in chunks and without those that were stored before. Counts from a place
 * of the log: the first byte it is given is byte `place.bytes` of the console.
 */
export class ConsoleDelivery {
  private seen: number;
  private recent: Buffer[] = [];
  private recentBytes = 0;
  private waiting: Buffer[] = [];
  private waitingBytes = 0;

  constructor(
    private readonly place: ConsolePlace,
    /** How many bytes of the console are stored. */
    public delivered: number,
    private readonly take: (chunk: ConsoleChunk) => Promise<void>,
  ) {
    this.seen = place.bytes;
  }

  async put(bytes: Buffer): Promise<void> {
    if (bytes.length === 0) return;
    this.remember(bytes);
    const known = Math.min(bytes.length, Math.max(0, this.delivered - this.seen));
    this.seen += bytes.length;
    if (known === bytes.length) return;
    this.waiting.push(bytes.subarray(known));
    this.waitingBytes += bytes.length - known;
    if (this.waitingBytes >= largestChunk) await this.flush(largestChunk);
  }

  /** Hands on what waits; afterwards less than `keepBelow` bytes do. An unfinished character waits for its end. */
  async flush(keepBelow = 1): Promise<void> {
    let bytes = Buffer.concat(this.waiting);
    while (bytes.length >= keepBelow) {
      const size = characterBoundary(bytes, largestChunk);
      if (size === 0) break;
      this.delivered += size;
      await this.take({ bytes: bytes.subarray(0, size), place: this.place });
      bytes = bytes.subarray(size);
    }
    this.waiting = [bytes];
    this.waitingBytes = bytes.length;
  }

  /** The last bytes it was given, delivered or not. */
  tail(): Buffer {
    return Buffer.concat(this.recent).subarray(-remembered);
  }

  private remember(bytes: Buffer): void {
    this.recent.push(bytes);
    this.recentBytes += bytes.length;
    while (this.recentBytes - this.recent[0]!.length >= remembered) this.recentBytes -= this.recent.shift()!.length;
  }
}
