/** Chunks that are kept, of all builds together: 2 MiB at most. */
const capacity = 8;
/** A recorder may be this many chunks ahead of a reader that keeps up. */
const maxAhead = 3;
/** The longest wait of a recorder for that reader; a slower reader reads from the database. */
const readerTimeoutMs = 20;

/** The size of a reusable buffer: chunks of a fast log are about as large, and never larger. */
const bufferBytes = 256 * 1024;

interface KeptChunk {
  readonly buildId: string;
  readonly offset: number;
  readonly bytes: Buffer;
  readonly committed: Promise<unknown>;
  read: boolean;
}

/**
 * The console chunks that this process stored last. A reader that keeps up with a build reads them from memory, so that
 * the database is only written to.
 */
export class RecentChunks {
  private chunks: KeptChunk[] = [];
  private readonly free: Buffer[] = [];
  private readonly waiting = new Set<() => void>();

  /** A copy of a chunk. Large ones are copied into reused buffers, which saves garbage collection. */
  copy(bytes: Buffer): Buffer {
    if (bytes.length < bufferBytes / 2 || bytes.length > bufferBytes) return Buffer.from(bytes);
    const buffer = this.free.pop() ?? Buffer.allocUnsafeSlow(bufferBytes);
    return buffer.subarray(0, bytes.copy(buffer));
  }

  /** Keeps a chunk that is being committed and drops the oldest ones. Then waits a moment for a reader that keeps up. */
  async keep(buildId: string, offset: number, bytes: Buffer, committed: Promise<unknown>): Promise<void> {
    // A reader would take an empty chunk for "no output yet", forever.
    if (bytes.length === 0) return void (await committed);
    const kept = { buildId, offset, bytes, committed, read: false };
    this.chunks.push(kept);
    try {
      await committed;
    } catch (error) {
      this.chunks = this.chunks.filter((chunk) => chunk !== kept);
      throw error;
    }
    for (const old of this.chunks.splice(0, this.chunks.length - capacity)) this.recycle(old);
    const ofBuild = this.chunks.filter((chunk) => chunk.buildId === buildId);
    const due = ofBuild.at(-1 - maxAhead);
    if (due && !due.read && ofBuild.some(({ read }) => read)) await this.nextRead();
  }

  /** A copy of the chunk that begins at this offset, once it is committed, if it is kept. */
  async at(buildId: string, offset: number): Promise<Buffer | undefined> {
    const chunk = this.chunks.find((chunk) => chunk.offset === offset && chunk.buildId === buildId);
    if (!chunk) return undefined;
    chunk.read = true;
    for (const goOn of this.waiting) goOn();
    return chunk.committed.then(
      () => (this.chunks.includes(chunk) ? Buffer.from(chunk.bytes) : undefined),
      () => undefined,
    );
  }

  /** Reuses the buffer of a chunk after its commit. */
  private recycle({ bytes, committed }: KeptChunk): void {
    if (bytes.buffer.byteLength !== bufferBytes) return;
    const release = (): void => {
      if (this.free.length < capacity) this.free.push(Buffer.from(bytes.buffer));
    };
    committed.then(release, release);
  }

  private nextRead(): Promise<void> {
    return new Promise((resolve) => {
      const goOn = (): void => {
        clearTimeout(timer);
        this.waiting.delete(goOn);
        resolve();
      };
      const timer = setTimeout(goOn, readerTimeoutMs);
      this.waiting.add(goOn);
    });
  }
}
