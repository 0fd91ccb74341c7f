const blockSize = 256 * 1024;
const lineFeed = 10;

/** The bytes of one console, in blocks outside the heap. */
export class ConsoleLog {
  private blocks: Buffer[] = [];
  private size = 0;
  private missing = false;

  /** Its length in bytes, or undefined when the log's file is gone. */
  get length(): number | undefined {
    return this.missing ? undefined : this.size;
  }

  append(bytes: Uint8Array): void {
    this.missing = false;
    for (let taken = 0; taken < bytes.length;) {
      const offset = this.size % blockSize;
      if (offset === 0) this.blocks[this.size / blockSize] = Buffer.allocUnsafeSlow(blockSize);
      const part = bytes.subarray(taken, taken + blockSize - offset);
      this.blocks[Math.floor(this.size / blockSize)]!.set(part, offset);
      taken += part.length;
      this.size += part.length;
    }
  }

  /** Shortens the log, as a broken disk or an administrator would. */
  truncate(size: number): void {
    const kept = [...this.read(0, Math.min(size, this.size))].map((slice) => Buffer.from(slice));
    this.blocks = [];
    this.size = 0;
    for (const slice of kept) this.append(slice);
  }

  /** Removes the log's file. */
  remove(): void {
    this.truncate(0);
    this.missing = true;
  }

  /** The bytes from `from` up to `to`, block by block. */
  *read(from: number, to: number): Generator<Buffer> {
    for (let at = from; at < to;) {
      const offset = at % blockSize;
      const slice = this.blocks[Math.floor(at / blockSize)]!.subarray(offset, Math.min(blockSize, offset + to - at));
      yield slice;
      at += slice.length;
    }
  }

  /** The end of the last of at most `lines` whole lines from `from` on; `from` itself when there is none. */
  endOfLines(from: number, lines: number): number {
    let end = from;
    let at = from;
    let left = lines;
    for (const slice of this.read(from, this.size)) {
      for (let feed = slice.indexOf(lineFeed); feed !== -1 && left > 0; feed = slice.indexOf(lineFeed, feed + 1)) {
        end = at + feed + 1;
        left--;
      }
      if (left === 0) break;
      at += slice.length;
    }
    return end;
  }
}
