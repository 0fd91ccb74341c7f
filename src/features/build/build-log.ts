import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Actor } from "../../kernel/actor.js";
import { InvalidInput, NotFound } from "../../kernel/errors.js";
import type { Wakeups } from "../../kernel/wakeups.js";
import type { Stream } from "../../streams/mailbox.js";
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

/** One read goes on until it has this much, so that a reader of a huge log holds little of it. */
const readBytes = 128 * 1024;

/** A piece is small enough for its text to be short-lived memory (V8 keeps what is larger than 128 KiB apart, and longer). */
const pieceBytes = 48 * 1024;

/** The state of a log, and a chunk of it if there is one to read. */
interface Row {
  readonly log_complete: boolean;
  readonly log_bytes: string;
  readonly byte_offset: string | null;
  readonly bytes: Buffer | null;
}

/** Appends to and reads from the stored console of builds. */
export class BuildLog {
  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly wakeups: Wakeups,
    private readonly policy: Policy,
    private readonly recent: RecentChunks,
  ) {}

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
        const bytes = (await this.recent.at(buildId, offset)) ?? (await this.read(buildId, offset));
        if (!bytes) return undefined;
        const pieces = cut(buildId, offset, bytes);
        offset += bytes.length;
        return pieces;
      },
      (nudge) => this.wakeups.on("build-log", (key) => (key === undefined || key === buildId) && nudge()),
    );
  }

  /** Some of what is stored after an offset; undefined when the log ends there, and nothing when more will come. */
  private async read(buildId: string, from: number): Promise<Buffer | undefined> {
    // One statement, so that state and chunks are of one moment: a log that is complete and has nothing more really ends.
    const rows = await this.fork().execute<Row[]>(
      `select log_complete, log_bytes, byte_offset, bytes from build
       left join build_log_chunk on build_id = build.id and log_bytes > ? and byte_offset < ?
         and byte_offset >= coalesce((select max(byte_offset) from build_log_chunk where build_id = build.id and byte_offset <= ?), 0)
       where build.id = ? order by byte_offset`,
      [from, from + readBytes, from, buildId],
    );
    const [state] = rows;
    if (!state || (state.log_complete && from >= Number(state.log_bytes))) return undefined;
    const chunks = rows.flatMap(({ byte_offset, bytes: held }) =>
      held === null ? [] : [held.subarray(Math.max(0, from - Number(byte_offset)))],
    );
    return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
  }
}

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
