const CR = 0x0d;
const LF = 0x0a;
const ESC = 0x1b;
const opening = Buffer.from("\u001b[8mha:");
const closing = Buffer.from("\u001b[0m");
/** Longer than any note that Jenkins writes; what is longer is text, so that little has to be held back. */
const longestNote = 64 * 1024;
const base64 = new Set(Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="));

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
  private out = Buffer.alloc(0);
  private outLength = 0;
  private beforeLast = 0;
  private last = 0;

  /** The canonical bytes that this piece decides. What may yet turn out to be a note or a line end is held back. */
  write(piece: Uint8Array): Buffer {
    this.out = Buffer.allocUnsafe(piece.length + this.heldLength + 1);
    this.outLength = 0;
    for (let i = 0; i < piece.length; i++) this.take(piece[i]!);
    return this.handOut();
  }

  /** The response has ended: hands out what was held back. */
  end(): Buffer {
    this.out = Buffer.allocUnsafe(this.heldLength + 1);
    this.outLength = 0;
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
      // Only its last ESC can still begin another note.
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
    for (let i = 0; i < length; i++) this.emit(this.held[i]!);
    this.heldLength = 0;
  }

  private emit(byte: number): void {
    this.out[this.outLength++] = byte;
    this.bytes++;
    this.collapsed++;
    if (byte === 0xbd && this.last === 0xbf && this.beforeLast === 0xef) this.replacements++;
    this.beforeLast = this.last;
    this.last = byte;
    if (byte === LF) this.beginLine();
  }

  private beginLine(): void {
    this.lines++;
    if (this.collapsed - (this.lineStarts.at(-1)?.collapsed ?? 0) < 2_048) return;
    this.lineStarts.push({ collapsed: this.collapsed, bytes: this.bytes });
    if (this.lineStarts.length > 16) this.lineStarts.shift();
  }

  private handOut(): Buffer {
    return this.out.subarray(0, this.outLength);
  }
}
