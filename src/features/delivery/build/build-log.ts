import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Actor } from "../../../kernel/actor.js";
import { InvalidInput, NotFound } from "../../../kernel/errors.js";
import type { PubSub } from "../../../kernel/pub-sub.js";
import type { Stream } from "../../../streams/conflating-queue.js";
import { ReadCoalescer } from "../../../streams/read-coalescer.js";
import { ResumableReader } from "../../../streams/resumable-reader.js";
import type { Policy } from "../../identity/access/policy.js";
import { splitIntoPieces, gapPiece, memoryOf, type BuildLogPiece } from "./build-log-piece.js";
import { Build } from "./build.entity.js";
import type { RecentChunks } from "./recent-chunks.js";

/**
 * The size of a page. A read ends at the next multiple of it, so that a reader of a huge log holds little in memory, and
 * all readers share the same pages after their first one.
 */
const pageBytes = 128 * 1024;
/** The limit of pages in memory; enough for a whole log of 12 MB. */
const keptBytes = 24 * 1024 * 1024;

/** The state of a log, and a chunk of it if there is one to read. */
interface Row {
  readonly log_complete: boolean;
  readonly log_bytes: string;
  readonly byte_offset: string | null;
  readonly bytes: Buffer | null;
}

/** Reads the stored consoles of builds, each page once for all who read it at about the same time. */
export class BuildLog {
  private readonly reads: ReadCoalescer<BuildLogPiece>;

  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly pubSub: PubSub,
    private readonly policy: Policy,
    private readonly recent: RecentChunks,
  ) {
    this.reads = new ReadCoalescer((notify) => pubSub.subscribe("build-log", notify), {
      maxBytes: keptBytes,
      weightOf: memoryOf,
    });
  }

  /** Stored and new pieces from the byte offset `after` on, each byte once; ends with the log. A removed range is one GAP piece. */
  async follow(actor: Actor, buildId: string, after: number): Promise<Stream<BuildLogPiece>> {
    const build = await this.fork().findOne(Build, buildId);
    if (!build) throw new NotFound("build", buildId);
    this.policy.require(actor, "namespace:read", { namespaceId: build.namespaceId, kind: "build", id: buildId });
    if (!Number.isSafeInteger(after) || after < 0 || (build.logComplete && after > build.logBytes)) {
      throw new InvalidInput([{ path: "after", message: `Give an offset that this log has: 0 to ${build.logBytes}.` }]);
    }
    let offset = after;
    return new ResumableReader(
      async () => {
        const from = offset;
        const pieces = await this.reads.read(buildId, from, () => this.page(buildId, from));
        offset = pieces?.at(-1)?.endOffset ?? offset;
        return pieces;
      },
      (notify) => this.pubSub.subscribe("build-log", (key) => (key === undefined || key === buildId) && notify()),
    );
  }

  /** The page at an offset; undefined when the log ends there, and an empty list when more will come. */
  private async page(buildId: string, from: number): Promise<BuildLogPiece[] | undefined> {
    const recent = await this.recent.at(buildId, from);
    if (recent) return splitIntoPieces(buildId, from, recent);
    // One statement, so that state and chunks come from one snapshot: a complete log without further chunks has ended.
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
    if (chunks.length === 0) return state.log_complete ? [gapPiece(buildId, from, Number(state.log_bytes))] : [];
    return splitIntoPieces(buildId, from, chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
  }
}
