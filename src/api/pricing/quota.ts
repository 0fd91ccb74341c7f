import { RateLimited } from "../../kernel/errors.js";

export interface QuotaOptions {
  /** What is counted, in the plural: "subscriptions". */
  readonly what: string;
  /** How many each holder may have open, and how many all of them together. */
  readonly each: number;
  readonly all: number;
}

/** When a refused client may try again: when a place becomes free is not known. */
const retryAfterMs = 5_000;

/** So many open at a time, for each holder and in all. */
export class Quota {
  private readonly held = new Map<string, number>();
  private taken = 0;

  constructor(private readonly options: QuotaOptions) {}

  /** How many are open. */
  get count(): number {
    return this.taken;
  }

  /** A place of `holder`'s, until the returned function is called. Throws RATE_LIMITED when there is none. */
  take(holder: string): () => void {
    const { what, each, all } = this.options;
    const held = this.held.get(holder) ?? 0;
    if (held >= each) throw new RateLimited(`You have ${held} ${what} open, and may have ${each}.`, retryAfterMs);
    if (this.taken >= all) throw new RateLimited(`This server cannot hold more ${what} now.`, retryAfterMs);
    this.held.set(holder, held + 1);
    this.taken++;
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      this.taken--;
      const left = this.held.get(holder)! - 1;
      if (left === 0) this.held.delete(holder);
      else this.held.set(holder, left);
    };
  }
}
