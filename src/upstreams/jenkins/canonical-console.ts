const CR = 0x0d;
const LF = 0x0a;
const ESC = 0x1b;
const opening = Buffer.from("\u001b[8mha:");
const closing = Buffer.from("\u001b[0m");
const lineEnd = Buffer.from("\r\n");
const replacement = Buffer.from("\ufffd");
/** Longer than any console note of Jenkins; longer ones are text, so that little must be held back. */
const longestNote = 64 * 1024;
const base64 = new Set(Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="));
/** The number of bytes that must be known before one to tell whether it ends U+FFFD. */
const overlapBytes = replacement.length - 1;

/** A line start, in both of the units that `CanonicalConsole` counts. */
export interface LineStart {
  readonly collapsed: number;
  readonly bytes: number;
}

/**
 * Converts one console response into canonical bytes (LF line ends, no console notes) as it arrives; the boundaries of
 * chunks make no difference. A carriage return is dropped only directly before a line feed; a note is `ESC[8mha:`,
 * Base64, `ESC[0m`. It also counts what is needed to know how far the raw log was read.
 */
export class CanonicalConsole {
  /** The number of canonical bytes that were returned. */
  bytes = 0;
  /**
   * Bytes of the response with CRLF as LF and with its notes: the length of the raw log, if that has LF line ends and
   * is UTF-8.
   */
  collapsed = 0;
  lines = 0;
  /** The number of U+FFFD: each may stand for fewer raw bytes than its own three. */
  replacements = 0;
  /** The latest line starts, oldest first, at least 2 KiB apart. */
  readonly lineStarts: LineStart[] = [];

  private heldReturn = false;
  private readonly held = Buffer.allocUnsafe(longestNote);
  private heldLength = 0;
  private closed = 0;
  /** Begins with the last bytes that were returned before, because U+FFFD may be cut anywhere. */
  private out = Buffer.alloc(overlapBytes);
  private outLength = overlapBytes;
  /** `out` was searched for line ends up to here. */
  private searched = overlapBytes;

  /**
   * The canonical bytes of this chunk, valid until the next one. A possible note or line end at its end is held back.
   */
  write(piece: Uint8Array): Buffer {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    this.begin(bytes.length + this.heldLength + 1);
    const findLineEnd = finder(bytes, lineEnd);
    const findNote = finder(bytes, opening);
    for (let i = 0; i < bytes.length; i++) {
      if (!this.heldReturn && this.heldLength === 0) {
        const end = Math.min(findLineEnd(i), findNote(i));
        this.outLength += bytes.copy(this.out, this.outLength, i, end);
        i = end;
      }
      if (i < bytes.length) this.take(bytes[i]!);
    }
    return this.handOut();
  }

  /** Ends the response: returns what was held back. */
  end(): Buffer {
    this.begin(this.heldLength + 1);
    this.release(this.heldLength);
    if (this.heldReturn) this.emit(CR);
    this.heldReturn = false;
    return this.handOut();
  }

  private take(byte: number): void {
    if (this.heldReturn) {
      this.heldReturn = false;
      if (byte !== LF) this.emit(CR);
    }
    while (this.heldLength > 0) {
      if (this.continuesNote(byte)) return;
      // Only its last ESC can begin another note.
      const again = this.closed > 0 && this.closed < 3 ? this.closed : 0;
      this.release(this.heldLength - again);
      this.held.set(opening.subarray(0, again));
      this.heldLength = again;
      this.closed = 0;
    }
    if (byte === ESC) this.hold(byte);
    else if (byte === CR) this.heldReturn = true;
    else this.emit(byte);
  }

  /** Whether the byte continues the note that is being held; a complete note is dropped. */
  private continuesNote(byte: number): boolean {
    if (this.heldLength < opening.length) return byte === opening[this.heldLength] && this.hold(byte);
    if (this.closed === 0 && base64.has(byte)) return this.heldLength < longestNote - closing.length && this.hold(byte);
    if (byte !== closing[this.closed]) return false;
    this.hold(byte);
    if (++this.closed < closing.length) return true;
    this.count();
    this.collapsed += this.heldLength;
    this.heldLength = 0;
    this.closed = 0;
    return true;
  }

  private hold(byte: number): true {
    this.held[this.heldLength++] = byte;
    return true;
  }

  private release(length: number): void {
    this.outLength += this.held.copy(this.out, this.outLength, 0, length);
    this.heldLength = 0;
  }

  private emit(byte: number): void {
    this.out[this.outLength++] = byte;
  }

  /** Counts what was returned since the last call. */
  private count(): void {
    const text = this.out.subarray(0, this.outLength);
    for (let at = text.indexOf(LF, this.searched); at >= 0; at = text.indexOf(LF, at + 1))
      this.beginLine(at + 1 - this.searched);
    this.bytes += this.outLength - this.searched;
    this.collapsed += this.outLength - this.searched;
    this.searched = this.outLength;
  }

  /** A line begins `ahead` bytes after the counted ones. */
  private beginLine(ahead: number): void {
    this.lines++;
    const collapsed = this.collapsed + ahead;
    if (collapsed - (this.lineStarts.at(-1)?.collapsed ?? 0) < 2_048) return;
    this.lineStarts.push({ collapsed, bytes: this.bytes + ahead });
    if (this.lineStarts.length > 16) this.lineStarts.shift();
  }

  private begin(bytes: number): void {
    const before = this.out.subarray(this.outLength - overlapBytes, this.outLength);
    if (this.out.length >= overlapBytes + bytes) this.out.copyWithin(0, this.outLength - overlapBytes, this.outLength);
    else this.out = Buffer.concat([before], overlapBytes + bytes);
    this.outLength = overlapBytes;
    this.searched = overlapBytes;
  }

  private handOut(): Buffer {
    this.count();
    const text = this.out.subarray(0, this.outLength);
    for (let at = text.indexOf(replacement); at >= 0; at = text.indexOf(replacement, at + replacement.length))
      this.replacements++;
    return text.subarray(overlapBytes);
  }
}

/** Finds the next occurrence of `wanted`, or of its beginning at the end; never searches the same bytes twice. */
function finder(bytes: Buffer, wanted: Buffer): (from: number) => number {
  const mayBegin = Math.max(0, bytes.length - wanted.length + 1);
  let next = -1;
  return (from) => {
    if (next >= from) return next;
    next = from < mayBegin ? bytes.indexOf(wanted, from) : from;
    return (next = next < 0 ? mayBegin : next);
  };
}
