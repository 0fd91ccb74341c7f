import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { ConsoleChunk, ConsolePosition, ConsoleReadResult } from "../../../upstreams/build-server.js";
import type { BuildServers } from "../../../upstreams/build-servers.js";
import type { ReconcileContext } from "../../../work/reconciler.js";
import type { Build } from "./build.entity.js";
import type { RecentChunks } from "./recent-chunks.js";

/** The result of one recording. */
interface Recording extends ConsoleReadResult {
  /** Bytes stored by this recording. */
  readonly newBytes: number;
}

interface Tables {
  readonly build_log_chunk: { build_id: string; byte_offset: number; bytes: Buffer };
}

/** Chunks per transaction: a fast log costs few transactions, and each holds little memory. */
const chunksPerCommit = 3;

/** Copies a run's console into the build's log, from where the last copy ended. */
export class ConsoleRecorder {
  constructor(
    private readonly buildServers: BuildServers,
    private readonly recent: RecentChunks,
  ) {}

  async record(build: Build, job: string, runNumber: number, context: ReconcileContext): Promise<Recording> {
    let stored = build.logBytes;
    let place: ConsolePosition = { raw: build.logRawPlace, bytes: build.logRawPlaceBytes };
    let gathered: ConsoleChunk[] = [];
    let storing: Promise<unknown> = Promise.resolve();
    /** Stores the gathered chunks while the next ones are read; waits for the store before it. */
    const store = async (): Promise<void> => {
      await storing;
      const chunks = gathered;
      const offset = stored;
      gathered = [];
      const committed = context.commit((em) => append(em, build.id, offset, chunks, place));
      const kept = chunks.map(({ bytes }) => {
        stored += bytes.length;
        return this.recent.keep(build.id, stored - bytes.length, bytes, committed);
      });
      storing = Promise.all([committed, ...kept]);
      // A failure is thrown by the next store, or at the end.
      storing.catch(() => undefined);
    };
    const read = this.buildServers.of(build.appId).readConsole(
      { job, number: runNumber, from: place, delivered: build.logBytes },
      async (chunk) => {
        gathered.push({ ...chunk, bytes: this.recent.copy(chunk.bytes) });
        place = chunk.place;
        if (gathered.length === chunksPerCommit) await store();
      },
      context.signal,
    );
    const reading = await read.finally(() => storing.catch(() => undefined));
    const placeMoved = reading.place.raw !== place.raw || reading.place.bytes !== place.bytes;
    place = reading.place;
    if (gathered.length > 0 || placeMoved) await store();
    await storing;
    return { ...reading, newBytes: stored - build.logBytes };
  }
}

async function append(
  em: SqlEntityManager,
  buildId: string,
  offset: number,
  chunks: readonly ConsoleChunk[],
  place: ConsolePosition,
): Promise<void> {
  let end = offset;
  // Through Kysely, because it sends the bytes as they are; the entity manager would write them into the SQL text. Each
  // by itself, because the driver copies a statement again for every large value that it adds to it.
  const table = em.getKysely<Tables>();
  for (const { bytes } of chunks) {
    await table.insertInto("build_log_chunk").values({ build_id: buildId, byte_offset: end, bytes }).execute();
    end += bytes.length;
  }
  // A crash that loses the last commits loses the place with the bytes: they are read again from the build server.
  await em.execute(
    `with moved as (update build set log_bytes = ?, log_raw_place = ?, log_raw_place_bytes = ? where id = ? returning id)
     select set_config('synchronous_commit', 'off', true), pg_notify('orrery', 'build-log:' || id) from moved`,
    [end, place.raw, place.bytes, buildId],
  );
}
