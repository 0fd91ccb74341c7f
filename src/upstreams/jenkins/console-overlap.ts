/**
 * The number of last bytes of `known` with which `next` begins, if it is at least `atLeast` and unique; undefined when
 * none fits, or when a repetitive text leaves several.
 */
export function uniqueOverlap(known: Buffer, next: Buffer, atLeast: number): number | undefined {
  let found: number | undefined;
  for (let length = Math.max(1, atLeast); length <= Math.min(known.length, next.length); length++) {
    const from = known.length - length;
    if (known[from] !== next[0] || known.compare(next, 0, length, from) !== 0) continue;
    if (found !== undefined) return undefined;
    found = length;
  }
  return found;
}

/** Where to cut so that at most `size` bytes come first and no UTF-8 sequence is divided. */
export function characterBoundary(bytes: Uint8Array, size: number): number {
  if (bytes.length < size) size = bytes.length;
  for (let back = 1; back <= Math.min(4, size); back++) {
    const byte = bytes[size - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? size - back : size;
  }
  return size;
}
