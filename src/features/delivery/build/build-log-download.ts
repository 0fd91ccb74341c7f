import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Actor } from "../../../kernel/actor.js";
import { NotFound, PlatformError } from "../../../kernel/errors.js";
import type { Policy } from "../../identity/access/policy.js";
import { Build } from "./build.entity.js";

/** The console was removed after its retention time. */
export class LogTrimmed extends PlatformError {
  readonly code = "NOT_FOUND";
  constructor(buildId: string, at: Date) {
    super(
      `The log of ${buildId} was removed at ${at.toISOString()}, because the platform keeps logs for a limited time.`,
      {
        kind: "log of build",
        id: buildId,
      },
    );
  }
}

/** The size of one read, so that a download of a huge log holds little of it in memory. */
const readBytes = 128 * 1024;

/** The console of a build as far as it was stored when the download began. */
interface StoredLog {
  readonly bytes: number;
  /** Some bytes from an offset on, at least one, and none at or behind `end`. */
  readonly read: (offset: number, end: number) => Promise<Buffer>;
}

/** Downloads of consoles with byte ranges, for actors who may follow them. */
export class BuildLogDownload {
  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly policy: Policy,
  ) {}

  async open(actor: Actor, buildId: string): Promise<StoredLog> {
    const build = await this.fork().findOne(Build, buildId);
    if (!build) throw new NotFound("build", buildId);
    this.policy.require(actor, "namespace:read", { namespaceId: build.namespaceId, kind: "build", id: buildId });
    if (build.logTrimmedAt) throw new LogTrimmed(buildId, build.logTrimmedAt);
    return { bytes: build.logBytes, read: (offset, end) => this.read(buildId, offset, end) };
  }

  private async read(buildId: string, offset: number, end: number): Promise<Buffer> {
    const rows = await this.fork().execute<{ byte_offset: string; bytes: Buffer }[]>(
      `select byte_offset, bytes from build_log_chunk
       where build_id = ? and byte_offset < ? and byte_offset >=
         (select max(byte_offset) from build_log_chunk where build_id = ? and byte_offset <= ?)
       order by byte_offset`,
      [buildId, Math.min(end, offset + readBytes), buildId, offset],
    );
    const [first] = rows;
    if (!first) throw new Error(`The log of ${buildId} has no byte ${offset}.`);
    const begin = offset - Number(first.byte_offset);
    return Buffer.concat(rows.map(({ bytes }) => bytes)).subarray(begin, begin + end - offset);
  }
}
