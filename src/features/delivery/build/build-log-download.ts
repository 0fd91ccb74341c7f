import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { NotFound } from "../../../kernel/errors.js";
import { FileRemoved, type Download, type DownloadRequest, type DownloadSource } from "../../foundation/download.js";
import type { Policy } from "../../identity/access/policy.js";
import { Build } from "./build.entity.js";

/** The console was removed after its retention time. */
class LogTrimmed extends FileRemoved {
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

/** Downloads of consoles with byte ranges, for actors who may follow them. */
export class BuildLogDownload implements DownloadSource {
  readonly path = "/logs/builds/:build";
  readonly price = 5;

  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly policy: Policy,
  ) {}

  /** The console as far as it is stored now. */
  async open({ actor, parameters }: DownloadRequest): Promise<Download> {
    const buildId = parameters["build"]!;
    const build = await this.fork().findOne(Build, buildId);
    if (!build) throw new NotFound("build", buildId);
    this.policy.require(actor, "namespace:read", { namespaceId: build.namespaceId, kind: "build", id: buildId });
    if (build.logTrimmedAt) throw new LogTrimmed(buildId, build.logTrimmedAt);
    return { kind: "STORED", bytes: build.logBytes, read: (offset, end) => this.read(buildId, offset, end) };
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
