const CR = 0x0d;
const LF = 0x0a;
const ESC = 0x1b;
const opening = Buffer.from("\u001b[8mha:");
const closing = Buffer.from("\u001b[0m");
/** Longer than any note that Jenkins writes; what is longer is text, so that little has to be held back. */
const longestNote = 64 * 1024;
const base64 = new Set(Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="));

/** How many bytes before one must be known to tell whether it ends U+FFFD. */
const lookBehind = 2;

/** A line start, in both of the measures that `CanonicalConsole` counts in. */
export interface LineStart {
  readonly collapsed: number;
  readonly bytes: number;
}

/**
 * Turns one console response into canonical bytes (LF line ends, no console notes) as it arrives; how the response
 * is cut into pieces makes no difference. A carriage return is dropped only directly before a line feed, and a note
 * is `ESC[8mha:`, Base64, `ESC[0m`. It also counts what is needed to say how far the raw log was read.
 */
export class CanonicalConsole {
  /** Canonical bytes handed out. */
  bytes = 0;
  /** Bytes of the response with CRLF as LF and with its notes: the length of the raw log, if that has LF line ends and is UTF-8. */
  collapsed = 0;
  lines = 0;
  /** How often U+FFFD occurs: each may stand for fewer bytes of the raw log than its own three. */
  replacements = 0;
  /** The latest line starts, oldest first, at least 2 KiB apart. */
  readonly lineStarts: LineStart[] = [];

  private heldReturn = false;
  private readonly held = Buffer.allocUnsafe(longestNote);
  private heldLength = 0;
  private closed = 0;
  /** Begins with the last bytes that were handed out before, because U+FFFD may be cut anywhere. */
  private out = Buffer.alloc(lookBehind);
  private outLength = lookBehind;
  private readonly single = Buffer.alloc(1);

  /** The canonical bytes that this piece decides, valid until the next piece. What may yet turn out to be a note or a line end is held back. */
  write(piece: Uint8Array): Buffer {
    this.begin(piece.length + this.heldLength + 1);
    for (let i = 0; i < piece.length; i++) {
      if (!this.heldReturn && this.heldLength === 0) {
        const end = plainEnd(piece, i);
        if (end > i) this.emit(piece, i, end);
        i = end;
      }
      if (i < piece.length) this.take(piece[i]!);
    }
    return this.handOut();
  }

  /** The response has ended: hands out what was held back. */
  end(): Buffer {
    this.begin(this.heldLength + 1);
    this.release(this.heldLength);
    if (this.heldReturn) this.emitByte(CR);
    this.heldReturn = false;
    return this.handOut();
  }

  private take(byte: number): void {
    if (this.heldReturn) {
      this.heldReturn = false;
      if (byte !== LF) this.emitByte(CR);
    }
    while (this.heldLength > 0) {
      if (this.continuesNote(byte)) return;
      // Only its last ESC can still begin another note.
      const again = this.closed > 0 && this.closed < 3 ? this.closed : 0;
      this.release(this.heldLength - again);
      this.held.set(opening.subarray(0, again));
      this.heldLength = again;
      this.closed = 0;
    }
    if (byte === ESC) this.hold(byte);
    else if (byte === CR) this.heldReturn = true;
    else this.emitByte(byte);
  }

  /** Whether the byte goes on with the note that is being held; a finished note is dropped. */
  private continuesNote(byte: number): boolean {
    if (this.heldLength < opening.length) return byte === opening[this.heldLength] && this.hold(byte);
    if (this.closed === 0 && base64.has(byte)) return this.heldLength < longestNote - closing.length && this.hold(byte);
    if (byte !== closing[this.closed]) return false;
    this.hold(byte);
    if (++this.closed < closing.length) return true;
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
    this.emit(this.held, 0, length);
    this.heldLength = 0;
  }

  private emitByte(byte: number): void {
    this.single[0] = byte;
    this.emit(this.single, 0, 1);
  }

  /** The innermost loop: every byte of every console passes through here. */
  private emit(from: Uint8Array, start: number, end: number): void {
    const { out } = this;
    let length = this.outLength;
    for (let i = start; i < end; i++) {
      const byte = from[i]!;
      out[length++] = byte;
      if (byte === LF) this.beginLine(i + 1 - start);
      else if (byte === 0xbd && out[length - 2] === 0xbf && out[length - 3] === 0xef) this.replacements++;
    }
    this.outLength = length;
    this.bytes += end - start;
    this.collapsed += end - start;
  }

  /** A line begins `ahead` bytes after what is counted already. */
  private beginLine(ahead: number): void {
    this.lines++;
    const collapsed = this.collapsed + ahead;
    if (collapsed - (this.lineStarts.at(-1)?.collapsed ?? 0) < 2_048) return;
    this.lineStarts.push({ collapsed, bytes: this.bytes + ahead });
    if (this.lineStarts.length > 16) this.lineStarts.shift();
  }

  private begin(room: number): void {
    const before = this.out.subarray(this.outLength - lookBehind, this.outLength);
    if (this.out.length >= lookBehind + room) this.out.copyWithin(0, this.outLength - lookBehind, this.outLength);
    else this.out = Buffer.concat([before], lookBehind + room);
    this.outLength = lookBehind;
  }

  private handOut(): Buffer {
    return this.out.subarray(lookBehind, this.outLength);
  }
}

/** Where the next byte is that may begin a line end or a note. */
function plainEnd(bytes: Uint8Array, from: number): number {
  let end = from;
  while (end < bytes.length && bytes[end] !== CR && bytes[end] !== ESC) end++;
  return end;
}
