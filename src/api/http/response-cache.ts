import { LRUCache } from "lru-cache";

/** A response as it is sent. */
export interface CachedResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** A JSON object in UTF-8 without its closing brace, because each response ends with its own cost. */
  readonly json: Buffer;
  /** Whether it has no errors. */
  readonly isWhole: boolean;
}

/** What a response depends on. */
export interface CacheKey {
  /** Names everything stored that the request could read: as long as it is the same, every response stays the same. */
  readonly snapshot: string;
  /** Everything else: the operation with its variables, and the member with their rights. */
  readonly text: string;
}

/**
 * Keeps responses while nothing has changed. Nothing expires and nobody invalidates: the snapshot is read before each request
 * is executed, and a response is used again only for requests with the same snapshot.
 *
 * The execution of a request may see more than its snapshot, if a transaction commits meanwhile. A later request with the
 * same snapshot shows that none did, because its snapshot was read after the response was complete. A request that waits
 * for a response in the making would have seen the same commits.
 */
export class ResponseCache {
  private readonly kept: LRUCache<string, CachedResponse> | undefined;
  private readonly coming = new Map<string, Promise<CachedResponse>>();
  private snapshot = "";

  /** Keeps so many bytes; 0 keeps nothing. */
  constructor(bytes: number) {
    if (bytes > 0) this.kept = new LRUCache({ maxSize: bytes, sizeCalculation: sizeOf });
  }

  /** The response for a key, made now or used again. A response with errors is not used again. */
  async respond({ snapshot, text }: CacheKey, make: () => Promise<CachedResponse>): Promise<CachedResponse> {
    if (!this.kept) return make();
    if (snapshot !== this.snapshot) {
      // Nothing that is kept can be used again: a snapshot never comes back.
      this.kept.clear();
      this.coming.clear();
      this.snapshot = snapshot;
    }
    const known = this.kept.get(text);
    if (known) return known;
    const coming = this.coming.get(text);
    const answer = coming && (await coming.catch(() => undefined));
    return answer?.isWhole ? answer : this.make(snapshot, text, make);
  }

  private async make(snapshot: string, text: string, make: () => Promise<CachedResponse>): Promise<CachedResponse> {
    const coming = make();
    this.coming.set(text, coming);
    try {
      const answer = await coming;
      if (answer.isWhole && snapshot === this.snapshot) this.kept!.set(text, answer);
      return answer;
    } finally {
      if (this.coming.get(text) === coming) this.coming.delete(text);
    }
  }
}

/** In bytes, with the key and about 500 for the entry itself. */
const sizeOf = ({ json }: CachedResponse, text: string): number => json.length + 2 * text.length + 500;
