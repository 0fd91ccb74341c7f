import { parse } from "range-parser";

/** A part of a file; `end` is the first byte that does not belong to it. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Bits of the parser's `code` (range-parser 2.0.0). */
const unsatisfiable = 2;

/**
 * The range that a `Range` header asks for, of a file of so many bytes. "UNSATISFIABLE" when the file has none of these
 * bytes; undefined when the header is to be ignored, as everything but one range of bytes is (RFC 9110 §14.2).
 * Express' own `req.range` (range-parser 1.3) refuses the last 99 bytes of a file that has 10.
 */
export function byteRange(header: string | undefined, bytes: number): ByteRange | "UNSATISFIABLE" | undefined {
  const { code, type, ranges } = parse(bytes, header ?? "");
  const [range, ...others] = ranges;
  if (type !== "bytes" || others.length > 0) return undefined;
  if (code === unsatisfiable && !range) return "UNSATISFIABLE";
  return code === 0 && range ? { start: range.start, end: range.end + 1 } : undefined;
}
