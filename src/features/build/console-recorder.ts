import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { BuildServer, ConsoleChunk, ConsolePlace, ConsoleReading } from "../../upstreams/build-server.js";
import type { Look } from "../../work/reconciler.js";
import type { Build } from "./build.entity.js";
import type { RecentChunks } from "./recent-chunks.js";

/** What one recording found. */
export interface Recording extends ConsoleReading {
  /** Bytes stored by this recording. */
  readonly newBytes: number;
}

interface Tables {
  readonly build_log_chunk: { build_id: string; byte_offset: number; bytes: Buffer };
}

/** Copies what a run's console holds now into the build's log, from where the last copy ended. */
export class ConsoleRecorder {
  constructor(
    private readonly buildServer: BuildServer,
    private readonly recent: RecentChunks,
  ) {}

  async record(build: Build, job: string, runNumber: number, look: Look): Promise<Recording> {
    let stored = build.logBytes;
    let place: ConsolePlace = { raw: build.logRawPlace, bytes: build.logRawPlaceBytes };
    let storing = Promise.resolve();
    /** One chunk is stored while the next one is read, and no more than one. */
    const store = async (chunk: ConsoleChunk): Promise<void> => {
      await storing;
      const offset = stored;
      storing = look
        .commit((em) => append(em, build.id, offset, chunk))
        .then(() => this.recent.keep(build.id, offset, chunk.bytes));
      // Whoever stores next, or ends, hears of a failure.
      storing.catch(() => undefined);
      stored += chunk.bytes.length;
      place = chunk.place;
    };
    const request = { job, number: runNumber, from: place, delivered: build.logBytes };
    const reading = await this.buildServer.readConsole(request, store, look.signal);
    if (reading.place.raw !== place.raw || reading.place.bytes !== place.bytes)
      await store({ bytes: Buffer.alloc(0), place: reading.place });
    await storing;
    return { ...reading, newBytes: stored - build.logBytes };
  }
}

async function append(
  em: SqlEntityManager,
  buildId: string,
  offset: number,
  { bytes, place }: ConsoleChunk,
): Promise<void> {
  // Through Kysely, because it sends the bytes as they are; the entity manager would write them into the SQL text.
  if (bytes.length > 0)
    await em
      .getKysely<Tables>()
      .insertInto("build_log_chunk")
      .values({ build_id: buildId, byte_offset: offset, bytes })
      .execute();
  // A crash that loses the last commits loses the place with the bytes: they are read again from the build server.
  await em.execute(
    `with moved as (update build set log_bytes = ?, log_raw_place = ?, log_raw_place_bytes = ? where id = ? returning id)
     select set_config('synchronous_commit', 'off', true), pg_notify('orrery', 'build-log:' || id) from moved`,
    [offset + bytes.length, place.raw, place.bytes, buildId],
  );
}
