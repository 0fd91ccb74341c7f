import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Policy } from "../../src/features/identity/access/policy.js";
import { BuildLog } from "../../src/features/delivery/build/build-log.js";
import { BuildLogDownload } from "../../src/features/delivery/build/build-log-download.js";
import { BuildLogReconciler } from "../../src/features/delivery/build/build-log.reconciler.js";
import { RecentChunks } from "../../src/features/delivery/build/recent-chunks.js";
import { platformActor } from "../../src/kernel/actor.js";
import { systemClock } from "../../src/kernel/clock.js";
import type { ReconcileContext, Outcome } from "../../src/work/reconciler.js";
import { all } from "../support/test-server.js";
import { OpenDatabase } from "../support/open-database.js";
import { storeBuild } from "../support/stored-build.js";

let database: OpenDatabase;
let log: BuildLog;
beforeEach(async () => {
  database = await OpenDatabase.open();
  log = new BuildLog(database.fork, database.pubSub, new Policy(), new RecentChunks());
});
afterEach(() => database[Symbol.asyncDispose]());

const chunks = ["first line\n", "second", " line 🎉\n"].map((text) => Buffer.from(text));
const text = Buffer.concat(chunks).toString();
const length = Buffer.byteLength(text);
const daysAgo = (days: number): Date => new Date(Date.now() - days * 24 * 60 * 60_000);
const dayMs = 24 * 60 * 60_000;

const look = (keptDays: number): Promise<Outcome> =>
  new BuildLogReconciler(systemClock, keptDays).reconcile("retention", {
    commit: (write) => database.fork().transactional(write),
  } as ReconcileContext);
const read = async (id: string, after = 0) => {
  const pieces = await all(await log.follow(platformActor, id, after));
  return pieces.map(({ kind, offset, endOffset, cursor, text, longText }) => ({
    kind,
    offset,
    endOffset,
    cursor,
    text: longText?.toString() ?? text,
  }));
};
const chunksOf = async (id: string): Promise<number> =>
  (await database.rows(`select 1 from build_log_chunk where build_id = ?`, [id])).length;

test("the console of a build that was over long ago is removed, and its readers are told", async () => {
  const old = await storeBuild(database, chunks, { finishedAt: daysAgo(31) });
  const young = await storeBuild(database, chunks, { finishedAt: daysAgo(29) });
  const running = await storeBuild(database, chunks, { over: false });
  const empty = await storeBuild(database, [], { finishedAt: daysAgo(31) });
  const halfway = await log.follow(platformActor, old.id, 0);
  expect(await look(0)).toEqual({ done: true });
  expect(await chunksOf(old.id)).toBe(3);

  expect(await look(30)).toEqual({ done: false, afterMs: dayMs });
  expect(await Promise.all([old, young, running].map(({ id }) => chunksOf(id)))).toEqual([0, 3, 3]);
  const missing = (offset: number) => ({ kind: "GAP", offset, endOffset: length, cursor: String(length), text: "" });
  expect(await read(old.id)).toEqual([missing(0)]);
  expect(await read(old.id, 11)).toEqual([missing(11)]);
  expect(await read(old.id, length)).toEqual([]);
  // One who had begun before is told, too.
  expect(await all(halfway)).toMatchObject([missing(0)]);
  expect((await read(young.id)).map(({ text }) => text).join("")).toBe(text);
  expect(await read(empty.id)).toEqual([]);

  const openLog = (build: string) =>
    new BuildLogDownload(database.fork, new Policy()).open({ actor: platformActor, parameters: { build }, query: {} });
  await expect(openLog(old.id)).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: expect.stringContaining("was removed at"),
  });
  expect(await openLog(young.id)).toMatchObject({ bytes: length });
  expect(await openLog(empty.id)).toMatchObject({ bytes: 0 });
});

test("very many are removed in several looks", async () => {
  const builds = [];
  for (let n = 0; n < 21; n++) builds.push(await storeBuild(database, chunks.slice(0, 1), { finishedAt: daysAgo(9) }));
  expect(await look(7)).toEqual({ done: false, afterMs: 0 });
  expect(await look(7)).toEqual({ done: false, afterMs: dayMs });
  expect(await Promise.all(builds.map(({ id }) => chunksOf(id)))).toEqual(builds.map(() => 0));
});
