import { admits, type JournalFilter } from "../../../journal/journal-filter.js";
import { journalCursor } from "../../../journal/journal-position.js";
import type { JournalEntry, JournalTail } from "../../../journal/journal-tail.js";
import type { Stream } from "../../../streams/conflating-queue.js";
import { ReadCoalescer } from "../../../streams/read-coalescer.js";
import type { StreamEvent } from "../../../streams/stream-event.js";
import { ResumableReader } from "../../../streams/resumable-reader.js";

/** A new entry. */
export interface JournalStreamEvent extends StreamEvent {
  readonly entry: JournalEntry;
}

/** The entries that were found up to a position. */
interface Page {
  readonly events: readonly JournalStreamEvent[];
  readonly upTo: number;
  /** Whether there may be many more entries after it. */
  readonly isFull: boolean;
}

const pageSize = 200;
const keptBytes = 4 * 1024 * 1024;

/**
 * The journal as it grows, for any number of readers with any filters. Readers near the end share one read of all new
 * entries and filter them in memory; readers that are far behind filter in the database.
 */
export class JournalStreams {
  private readonly newest: ReadCoalescer<JournalStreamEvent>;

  constructor(private readonly journal: JournalTail) {
    this.newest = new ReadCoalescer<JournalStreamEvent>((notify) => journal.onMore(() => notify(undefined)), {
      maxBytes: keptBytes,
      weightOf: ({ entry }) => 1_000 + 2 * JSON.stringify(entry.data).length,
    });
  }

  /** All entries after the position that the filter accepts, in the order of the journal. */
  follow(filter: JournalFilter, position: number): Stream<JournalStreamEvent> {
    let at = position;
    let isFarBehind = false;
    return new ResumableReader(
      async () => {
        for (;;) {
          const { events, upTo, isFull } = isFarBehind ? await this.pastPage(filter, at) : await this.newestPage(at);
          const own = events.filter(({ entry }) => admits(filter, entry));
          const isEnd = upTo === at;
          at = upTo;
          isFarBehind = isFull;
          if (own.length > 0 || isEnd) return own;
        }
      },
      (notify) => this.journal.onMore(notify),
      journalCursor(position),
    );
  }

  private async newestPage(after: number): Promise<Page> {
    const read = async (): Promise<JournalStreamEvent[]> =>
      (await this.journal.read({ visible: "ALL" }, { after, limit: pageSize })).map(toEvent);
    const events = (await this.newest.read("", after, read)) ?? [];
    return { events, upTo: events.at(-1)?.entry.position ?? after, isFull: events.length === pageSize };
  }

  private async pastPage(filter: JournalFilter, after: number): Promise<Page> {
    // Read before the entries, so that every entry up to this position is found.
    const head = await this.journal.head();
    const events = (await this.journal.read(filter, { after, limit: pageSize })).map(toEvent);
    const last = events.at(-1)?.entry.position ?? after;
    const isFull = events.length === pageSize;
    return { events, upTo: isFull ? last : Math.max(head, last), isFull };
  }
}

const toEvent = (entry: JournalEntry): JournalStreamEvent => ({ cursor: journalCursor(entry.position), entry });
