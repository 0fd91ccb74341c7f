import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Actor } from "../../kernel/actor.js";
import { InvalidInput, NotFound } from "../../kernel/errors.js";
import type { Wakeups } from "../../kernel/wakeups.js";
import type { Stream } from "../../streams/mailbox.js";
import { SharedReads } from "../../streams/shared-reads.js";
import type { StreamEvent } from "../../streams/stream-event.js";
import { Tail } from "../../streams/tail.js";
import type { Policy } from "../access/policy.js";
import { Build } from "./build.entity.js";
import type { RecentChunks } from "./recent-chunks.js";

/** A piece of a build's console. Its cursor is its `endOffset` in decimal. */
export interface BuildLogPiece extends StreamEvent {
  readonly buildId: string;
  /** Bytes of the console before this piece. */
  readonly offset: number;
  readonly text: string;
  /** Bytes of the console up to the end of this piece: where to go on. */
  readonly endOffset: number;
}

/**
 * One read takes the chunks that begin before the next multiple of this, so that a reader of a huge log holds little of
 * it, and that all readers, wherever they began, read the same pages afterwards.
 */
const pageBytes = 128 * 1024;
/** Of logs that several readers are reading; enough for the whole of most of them. */
const keptBytes = 16 * 1024 * 1024;

/** A piece is small enough for its text to be short-lived memory (V8 keeps what is larger than 128 KiB apart, and longer). */
const pieceBytes = 48 * 1024;

/** The state of a log, and a chunk of it if there is one to read. */
interface Row {
  readonly log_complete: boolean;
  readonly log_bytes: string;
  readonly byte_offset: string | null;
  readonly bytes: Buffer | null;
}

/** Reads the stored consoles of builds, each page once for all who read it at about the same time. */
export class BuildLog {
  private readonly reads: SharedReads<BuildLogPiece>;

  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly wakeups: Wakeups,
    private readonly policy: Policy,
    private readonly recent: RecentChunks,
  ) {
    this.reads = new SharedReads((nudge) => wakeups.on("build-log", nudge), { maxBytes: keptBytes, weightOf });
  }

  /** Everything from the byte offset `after` on: what is there and what comes, each byte once; ends with the log. */
  async follow(actor: Actor, buildId: string, after: number): Promise<Stream<BuildLogPiece>> {
    const build = await this.fork().findOne(Build, buildId);
    if (!build) throw new NotFound("build", buildId);
    this.policy.require(actor, "namespace:read", { namespaceId: build.namespaceId, kind: "build", id: buildId });
    if (!Number.isSafeInteger(after) || after < 0 || (build.logComplete && after > build.logBytes)) {
      throw new InvalidInput([{ path: "after", message: `Give an offset that this log has: 0 to ${build.logBytes}.` }]);
    }
    let offset = after;
    return new Tail(
      async () => {
        const from = offset;
        const pieces = await this.reads.read(buildId, from, () => this.page(buildId, from));
        offset = pieces?.at(-1)?.endOffset ?? offset;
        return pieces;
      },
      (nudge) => this.wakeups.on("build-log", (key) => (key === undefined || key === buildId) && nudge()),
    );
  }

  private async page(buildId: string, from: number): Promise<BuildLogPiece[] | undefined> {
    const bytes = (await this.recent.at(buildId, from)) ?? (await this.stored(buildId, from));
    return bytes && cut(buildId, from, bytes);
  }

  /** Some of what is stored behind an offset; undefined when the log ends there, and nothing when more will come. */
  private async stored(buildId: string, from: number): Promise<Buffer | undefined> {
    // One statement, so that state and chunks are of one moment: a log that is complete and has nothing more really ends.
    const rows = await this.fork().execute<Row[]>(
      `select log_complete, log_bytes, byte_offset, bytes from build
       left join build_log_chunk on build_id = build.id and log_bytes > ? and byte_offset < ?
         and byte_offset >= coalesce((select max(byte_offset) from build_log_chunk where build_id = build.id and byte_offset <= ?), 0)
       where build.id = ? order by byte_offset`,
      [from, (Math.floor(from / pageBytes) + 1) * pageBytes, from, buildId],
    );
    const [state] = rows;
    if (!state || (state.log_complete && from >= Number(state.log_bytes))) return undefined;
    const chunks = rows.flatMap(({ byte_offset, bytes: held }) =>
      held === null ? [] : [held.subarray(Math.max(0, from - Number(byte_offset)))],
    );
    return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
  }
}

/** V8 takes two bytes for each character of a text that has any beyond Latin 1. */
// oxlint-disable-next-line no-control-regex
const weightOf = ({ text }: BuildLogPiece): number => 200 + text.length * (/[^\u0000-\u00ff]/.test(text) ? 2 : 1);

/** The pieces of these bytes, never cut inside a UTF-8 sequence. */
function cut(buildId: string, offset: number, bytes: Buffer): BuildLogPiece[] {
  const pieces: BuildLogPiece[] = [];
  for (let from = 0, end = 0; from < bytes.length; from = end) {
    end = Math.min(from + pieceBytes, bytes.length);
    for (let back = 0; back < 3 && end < bytes.length && (bytes[end]! & 0xc0) === 0x80; back++) end--;
    const endOffset = offset + end;
    const text = bytes.toString("utf8", from, end);
    pieces.push({ cursor: String(endOffset), buildId, offset: offset + from, text, endOffset });
  }
  return pieces;
}
