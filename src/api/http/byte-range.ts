/** A part of a file, as HTTP counts: `end` is the first byte that does not belong to it. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * What a `Range` header asks for of so many bytes. Undefined when it is to be ignored, as HTTP wants it of everything that is not
 * one range of bytes; "NONE" when no byte is in it.
 */
export function byteRange(header: string | undefined, bytes: number): ByteRange | "NONE" | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.replaceAll(" ", "") ?? "");
  const [, first = "", last = ""] = match ?? [];
  if (!match || (first === "" && last === "")) return undefined;
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  const start = first === "" ? Math.max(0, bytes - Number(last)) : Number(first);
  const end = first === "" || last === "" ? bytes : Math.min(bytes, Number(last) + 1);
  return start < end ? { start, end } : "NONE";
}
