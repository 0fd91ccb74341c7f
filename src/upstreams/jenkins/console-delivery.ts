import type { ConsoleChunk, ConsolePosition } from "../build-server.js";
import { characterBoundary } from "./console-overlap.js";

/** The maximum size of a chunk. */
const largestChunk = 256 * 1024;
/** The number of last bytes that are remembered, to find them again. */
const remembered = 64 * 1024;

/**
 * Delivers canonical bytes in chunks, without those that are already stored. Counts from a position of the log: its
 * first byte is byte `place.bytes` of the console. Input is copied.
 */
export class ConsoleDelivery {
  private seen: number;
  private chunk = Buffer.alloc(0);
  private filled = 0;
  private readonly recent = Buffer.allocUnsafe(2 * remembered);
  private recentLength = 0;

  constructor(
    private readonly place: ConsolePosition,
    /** The number of stored bytes of the console. */
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
    for (let taken = known; taken < bytes.length;) {
      if (this.chunk.length === 0) this.chunk = Buffer.allocUnsafeSlow(largestChunk);
      const part = bytes.copy(this.chunk, this.filled, taken);
      taken += part;
      this.filled += part;
      if (this.filled === largestChunk) await this.flush();
    }
  }

  /** Delivers the buffered bytes. An incomplete character waits for its end. */
  async flush(): Promise<void> {
    const size = characterBoundary(this.chunk.subarray(0, this.filled), largestChunk);
    if (size === 0) return;
    this.delivered += size;
    await this.take({ bytes: this.chunk.subarray(0, size), place: this.place });
    this.filled = this.chunk.copy(this.chunk, 0, size, this.filled);
  }

  /** The last bytes of the input, delivered or not. */
  tail(): Buffer {
    return this.recent.subarray(Math.max(0, this.recentLength - remembered), this.recentLength);
  }

  private remember(bytes: Buffer): void {
    const last = bytes.subarray(-remembered);
    if (this.recentLength + last.length > this.recent.length) {
      this.recent.copyWithin(0, this.recentLength - remembered, this.recentLength);
      this.recentLength = remembered;
    }
    this.recentLength += last.copy(this.recent, this.recentLength);
  }
}
