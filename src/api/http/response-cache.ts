import { LRUCache } from "lru-cache";

/** An answer as it goes out. */
export interface CachedResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** A JSON object in UTF-8 without its closing brace, because each request is told its own price in it. */
  readonly json: Buffer;
  /** Whether it has no errors. */
  readonly isWhole: boolean;
}

/** A question, and the moment at which it was asked. */
export interface CacheKey {
  /** Names everything stored that can be read at that moment: as long as the text is the same, every answer stays the same. */
  readonly moment: string;
  /** Everything else that the answer depends on: what is asked, and who asks with which rights. */
  readonly text: string;
}

/**
 * Answers that are given again to whoever asks the same while nothing has changed. Nobody is told of changes and nothing
 * expires: the moment of each question is read before it is answered, and an answer is worth as much as its moment.
 *
 * An answer begins at the moment under which it is kept, and may see more than that, if something commits meanwhile. Who
 * gets it later in the same moment knows that nothing did: its own moment was read after the answer was complete. Who
 * gets it while it is made would have seen the same commits.
 */
export class ResponseCache {
  private readonly kept: LRUCache<string, CachedResponse> | undefined;
  private readonly coming = new Map<string, Promise<CachedResponse>>();
  private moment = "";

  /** Keeps so many bytes; 0 shares nothing. */
  constructor(bytes: number) {
    if (bytes > 0) this.kept = new LRUCache({ maxSize: bytes, sizeCalculation: sizeOf });
  }

  /** The answer to a question, made now or given again. One with errors is given to nobody else. */
  async to({ moment, text }: CacheKey, make: () => Promise<CachedResponse>): Promise<CachedResponse> {
    if (!this.kept) return make();
    if (moment !== this.moment) {
      // What was kept cannot be asked for again: moments do not come back.
      this.kept.clear();
      this.coming.clear();
      this.moment = moment;
    }
    const known = this.kept.get(text);
    if (known) return known;
    const coming = this.coming.get(text);
    const answer = coming && (await coming.catch(() => undefined));
    return answer?.isWhole ? answer : this.make(moment, text, make);
  }

  private async make(moment: string, text: string, make: () => Promise<CachedResponse>): Promise<CachedResponse> {
    const coming = make();
    this.coming.set(text, coming);
    try {
      const answer = await coming;
      if (answer.isWhole && moment === this.moment) this.kept!.set(text, answer);
      return answer;
    } finally {
      if (this.coming.get(text) === coming) this.coming.delete(text);
    }
  }
}

/** With what its place in the list takes. */
const sizeOf = ({ json }: CachedResponse, text: string): number => json.length + 2 * text.length + 500;
