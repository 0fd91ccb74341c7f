/** Bytes that are kept, of all builds together. */
const capacity = 4 * 1024 * 1024;

/**
 * The chunks of consoles that were stored last, by this process. Whoever keeps up with a build that is recorded here
 * reads them from memory, and everyone who does shares one text.
 */
export class RecentChunks {
  private readonly chunks = new Map<string, { readonly bytes: Buffer; text?: string }>();
  private size = 0;

  /** Keeps a chunk that is committed; the oldest ones make room. */
  keep(buildId: string, offset: number, bytes: Buffer): void {
    // Nothing at an offset would read as "nothing yet" for ever.
    if (bytes.length === 0) return;
    this.chunks.set(`${buildId}:${offset}`, { bytes });
    this.size += bytes.length;
    for (const [key, { bytes: oldest }] of this.chunks) {
      if (this.size <= capacity) break;
      this.chunks.delete(key);
      this.size -= oldest.length;
    }
  }

  /** The chunk that begins at this offset, if it is kept. */
  at(buildId: string, offset: number): { readonly text: string; readonly endOffset: number } | undefined {
    const chunk = this.chunks.get(`${buildId}:${offset}`);
    if (!chunk) return undefined;
    return { text: (chunk.text ??= chunk.bytes.toString("utf8")), endOffset: offset + chunk.bytes.length };
  }
}
