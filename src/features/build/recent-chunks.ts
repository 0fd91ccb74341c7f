/** Bytes that are kept, of all builds together. */
const capacity = 1024 * 1024;
/** A recorder may be this many chunks ahead of whoever keeps up … */
const lead = 2;
/** … and waits no longer than this for them to read on: a slow reader loses its place here, and hardly slows anyone. */
const patienceMs = 20;

interface KeptChunk {
  readonly buildId: string;
  readonly offset: number;
  readonly bytes: Buffer;
  read: boolean;
}

/**
 * The chunks of consoles that were stored last, by this process. Whoever keeps up with a build that is recorded here
 * reads them from memory, and the database is only written to.
 */
export class RecentChunks {
  private chunks: KeptChunk[] = [];
  private readonly waiting = new Set<() => void>();

  /** Keeps a chunk that is committed; the oldest ones make room. Gives whoever keeps up a moment to read on. */
  async keep(buildId: string, offset: number, bytes: Buffer): Promise<void> {
    // Nothing at an offset would read as "nothing yet" for ever.
    if (bytes.length === 0) return;
    this.chunks.push({ buildId, offset, bytes, read: false });
    for (let size = this.size(); size > capacity;) size -= this.chunks.shift()!.bytes.length;
    const ofBuild = this.chunks.filter((chunk) => chunk.buildId === buildId);
    const due = ofBuild.at(-1 - lead);
    if (due && !due.read && ofBuild.some(({ read }) => read)) await this.someoneReads();
  }

  /** The chunk that begins at this offset, if it is kept. */
  at(buildId: string, offset: number): Buffer | undefined {
    const chunk = this.chunks.find((chunk) => chunk.offset === offset && chunk.buildId === buildId);
    if (!chunk) return undefined;
    chunk.read = true;
    for (const goOn of this.waiting) goOn();
    return chunk.bytes;
  }

  private size(): number {
    return this.chunks.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  private someoneReads(): Promise<void> {
    return new Promise((resolve) => {
      const goOn = (): void => {
        clearTimeout(timer);
        this.waiting.delete(goOn);
        resolve();
      };
      const timer = setTimeout(goOn, patienceMs);
      this.waiting.add(goOn);
    });
  }
}
