import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { BuildServer, ConsoleReading } from "../../upstreams/build-server.js";
import type { Look } from "../../work/reconciler.js";
import type { Build } from "./build.entity.js";

/** What one recording found. */
export interface Recording extends ConsoleReading {
  /** Bytes stored by this recording. */
  readonly newBytes: number;
}

/** Chunks are gathered up to this size before they are stored, so that a fast log costs few transactions. */
const commitBytes = 1024 * 1024;

/** Copies what a run's console holds now into the build's log, from where the last copy ended. */
export class ConsoleRecorder {
  constructor(private readonly buildServer: BuildServer) {}

  async record(build: Build, job: string, runNumber: number, look: Look): Promise<Recording> {
    let stored = build.logBytes;
    let place = { raw: build.logRawPlace, bytes: build.logRawPlaceBytes };
    let held: Buffer[] = [];
    let heldBytes = 0;
    const store = async (): Promise<void> => {
      const bytes = Buffer.concat(held, heldBytes);
      held = [];
      heldBytes = 0;
      const offset = stored;
      await look.commit(async (em) => {
        await append(em, build.id, offset, bytes, place);
      });
      stored += bytes.length;
    };
    const from = place;
    const reading = await this.buildServer.readConsole(
      { job, number: runNumber, from, delivered: build.logBytes },
      async (chunk) => {
        held.push(chunk.bytes);
        heldBytes += chunk.bytes.length;
        place = chunk.place;
        if (heldBytes >= commitBytes) await store();
      },
      look.signal,
    );
    const placeMoved = reading.place.raw !== place.raw || reading.place.bytes !== place.bytes;
    place = reading.place;
    if (heldBytes > 0 || placeMoved) await store();
    return { ...reading, newBytes: stored - build.logBytes };
  }
}

async function append(
  em: SqlEntityManager,
  buildId: string,
  offset: number,
  bytes: Buffer,
  place: { readonly raw: number; readonly bytes: number },
): Promise<void> {
  // A crash that loses the last commits loses the place with the bytes: they are read again from the build server.
  await em.execute(`set local synchronous_commit = off`);
  if (bytes.length > 0) {
    await em.execute(`insert into build_log_chunk (build_id, byte_offset, bytes) values (?, ?, ?)`, [
      buildId,
      offset,
      bytes,
    ]);
  }
  await em.execute(`update build set log_bytes = ?, log_raw_place = ?, log_raw_place_bytes = ? where id = ?`, [
    offset + bytes.length,
    place.raw,
    place.bytes,
    buildId,
  ]);
  if (bytes.length > 0) await em.execute(`select pg_notify('orrery', ?)`, [`build-log:${buildId}`]);
}
