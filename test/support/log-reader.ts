import { OrreryClient, type Untyped } from "../../src/demo/orrery-client.js";

/** Reads a stream of log events in the background over a socket of its own, so that a test can look at what has come so far and hang up at any time. */
export class LogReader {
  readonly events: Untyped[] = [];
  /** Resolves when the stream ends, or when the reader has left. */
  readonly over: Promise<void>;
  private readonly client: OrreryClient;
  private hasLeft = false;

  constructor(member: OrreryClient, operation: string, variables: object) {
    this.client = new OrreryClient(member.url, member["token"]);
    this.over = this.read(operation, variables).catch((error: unknown) => {
      if (!this.hasLeft) throw error;
    });
    // Whoever waits for `over` sees the failure; it must not end the process before.
    this.over.catch(() => undefined);
  }

  get lines(): string[] {
    return linesOf(this.events);
  }

  get kinds(): string[] {
    return this.events.map(({ kind }) => kind);
  }

  async leave(): Promise<void> {
    this.hasLeft = true;
    await this.client.close();
  }

  private async read(operation: string, variables: object): Promise<void> {
    for await (const event of this.client.followUntyped(operation, variables))
      if (!this.hasLeft) this.events.push(event);
    if (!this.hasLeft) await this.client.close();
  }
}

/** The lines of log events; a line that came in pieces is whole again. */
export function linesOf(events: readonly Untyped[]): string[] {
  const lines: string[] = [];
  let begun = "";
  for (const { kind, text, continues } of events) {
    if (kind !== "LINE") continue;
    begun += text;
    if (continues) continue;
    lines.push(begun);
    begun = "";
  }
  return lines;
}
