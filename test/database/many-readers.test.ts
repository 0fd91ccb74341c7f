import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import * as fc from "fast-check";
import { AuditReader } from "../../src/features/observability/audit/audit.reader.js";
import type { JournalStreamEvent } from "../../src/features/observability/audit/journal-streams.js";
import { Policy } from "../../src/features/identity/access/policy.js";
import { BuildLog } from "../../src/features/delivery/build/build-log.js";
import type { BuildLogPiece } from "../../src/features/delivery/build/build-log-piece.js";
import { RecentChunks } from "../../src/features/delivery/build/recent-chunks.js";
import { admits, type JournalFilter } from "../../src/journal/journal-filter.js";
import { Journal } from "../../src/journal/journal.js";
import { JournalTail } from "../../src/journal/journal-tail.js";
import { Sequencer } from "../../src/journal/sequencer.js";
import { platformActor, type Actor, type Grant, type MemberActor } from "../../src/kernel/actor.js";
import { newId } from "../../src/kernel/ids.js";
import type { Stream } from "../../src/streams/conflating-queue.js";
import { eventually } from "../support/eventually.js";
import { all } from "../support/test-server.js";
import { OpenDatabase } from "../support/open-database.js";
import { Random } from "../support/random.js";
import { countStatements } from "../support/statements.js";
import { appendChunk, storeBuild } from "../support/stored-build.js";

jest.setTimeout(60_000);

let database: OpenDatabase;
beforeEach(async () => {
  database = await OpenDatabase.open();
});
afterEach(() => database[Symbol.asyncDispose]());

describe("many readers of one build log", () => {
  const random = new Random(4711);
  const openLog = (): BuildLog => new BuildLog(database.fork, database.pubSub, new Policy(), new RecentChunks());
  /** A console of this many chunks of all sizes, which begin and end inside of lines but not of characters. */
  const consoleOf = (chunks: number, bytes: number): Buffer[] =>
    Array.from({ length: chunks }, (_, number) => {
      const line = `${number} `.padEnd(1 + random.below(300), random.of(["a", "b", "c", "ä", "服", "🎉"]));
      return Buffer.from(line.repeat(Math.ceil((bytes * (1 + random.below(100))) / 50 / Buffer.byteLength(line))));
    });
  /** Reads on, with pauses now and then, and throws when a byte is missing or comes twice. Resolves with the pieces. */
  async function read(stream: Stream<BuildLogPiece>, from: number): Promise<BuildLogPiece[]> {
    const pieces: BuildLogPiece[] = [];
    for await (const piece of stream) {
      expect(piece.offset).toBe(pieces.at(-1)?.endOffset ?? from);
      pieces.push(piece);
      if (random.below(5) === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return pieces;
  }

  test("500 from its start, and 100 from anywhere: each chunk is read at most twice, and they get the same pieces", async () => {
    const chunks = consoleOf(60, 85_000);
    const source = Buffer.concat(chunks);
    expect(source.length).toBeGreaterThan(4_000_000);
    const { id } = await storeBuild(database, chunks);
    const log = openLog();
    const statements = countStatements(/build_log_chunk/);
    const starts = Array.from({ length: 600 }, (_, number) => (number < 500 ? 0 : random.below(source.length)));
    const readers = await Promise.all(
      starts.map(async (start) => {
        // Who comes back with a cursor stands between two characters.
        let from = start;
        while ((source[from]! & 0xc0) === 0x80) from++;
        return read(await log.follow(platformActor, id, from), from);
      }),
    );
    // Who begins inside of a chunk reads the rest of its page alone.
    expect(statements()).toBeLessThanOrEqual(2 * chunks.length + 100);
    const pieces = new Set(readers.flat());
    for (const { offset, endOffset, longText, cursor } of pieces) {
      expect(longText!.equals(source.subarray(offset, endOffset))).toBe(true);
      expect(cursor).toBe(String(endOffset));
    }
    for (const reader of readers) expect(reader.at(-1)!.endOffset).toBe(source.length);
    const fromStart = new Set(readers.slice(0, 500).flat());
    expect(fromStart.size).toBeLessThanOrEqual(2 * readers[0]!.length);
  });

  test("who comes back in the middle of a page reads the same pages as the others from its end on", async () => {
    const chunks = consoleOf(400, 4_000);
    const source = Buffer.concat(chunks);
    const { id } = await storeBuild(database, chunks);
    const log = openLog();
    const statements = countStatements(/build_log_chunk/);
    let from = 0;
    const ends = chunks.map(({ length }) => (from += length)).slice(0, 200);
    const readers = await Promise.all(ends.map(async (end) => read(await log.follow(platformActor, id, end), end)));
    for (const reader of readers) expect(reader.at(-1)!.endOffset).toBe(source.length);
    const pages = Math.ceil(source.length / (128 * 1024));
    expect(statements()).toBeLessThanOrEqual(ends.length + 2 * (pages + 1));
  });

  test("of one that grows each new chunk is read at most twice, too", async () => {
    const chunks = consoleOf(40, 3_000);
    const { id } = await storeBuild(database, [], { over: false });
    const log = openLog();
    const reading = Promise.all(
      Array.from({ length: 200 }, async () => read(await log.follow(platformActor, id, 0), 0)),
    );
    const statements = countStatements(/build_log_chunk where/);
    let offset = 0;
    for (const bytes of chunks) {
      await appendChunk(database, id, offset, bytes);
      offset += bytes.length;
      if (random.below(3) === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await database.rows(`update build set log_complete = true where id = ?`, [id]);
    await database.rows(`select pg_notify('orrery', ?)`, [`build-log:${id}`]);
    const readers = await reading;
    // Beside each chunk there is the look that finds nothing more for now.
    expect(statements()).toBeLessThanOrEqual(3 * chunks.length + 3);
    expect(Buffer.concat(readers[0]!.map(({ longText }) => longText!)).equals(Buffer.concat(chunks))).toBe(true);
    for (const pieces of readers) expect(pieces.at(-1)!.endOffset).toBe(offset);
  });

  test("one that is kept by nobody else costs no memory: what one reader reads is let go", async () => {
    const { id } = await storeBuild(database, consoleOf(10, 50_000));
    const log = openLog();
    const once = await all(await log.follow(platformActor, id, 0));
    const twice = await all(await log.follow(platformActor, id, 0));
    expect(twice.map(({ cursor }) => cursor)).toEqual(once.map(({ cursor }) => cursor));
    expect(twice.filter((piece) => once.includes(piece))).toEqual([]);
    const thrice = await all(await log.follow(platformActor, id, 0));
    expect(thrice.every((piece, at) => piece === twice[at])).toBe(true);
  });
});

describe("many followers of the journal", () => {
  const journal = new Journal(newId);
  let sequencer: Sequencer;
  const openAudit = (): AuditReader => new AuditReader(new JournalTail(database.fork, database.pubSub), new Policy());
  const member = (memberId: string, ...grants: Grant[]): MemberActor => ({
    kind: "MEMBER",
    memberId,
    sessionId: "",
    name: memberId,
    grants,
  });
  beforeEach(() => {
    sequencer = new Sequencer(
      database.fork,
      database.pubSub,
      async () => undefined,
      (error) => expect(error).toBeUndefined(),
    );
  });

  const write = async (
    namespaceId: string | null,
    actor: Actor = platformActor,
    event = "thing.done",
  ): Promise<void> => {
    await database
      .fork()
      .transactional((em) => journal.record(em, actor, { event, subjectId: "x", namespaceId, appId: namespaceId }));
    await sequencer.sequence();
  };
  /** Follows in the background. */
  async function follow(audit: AuditReader, actor: Actor, after?: string) {
    const stream = await audit.follow(actor, {}, after);
    const seen: JournalStreamEvent[] = [];
    const over = (async () => {
      for await (const event of stream) seen.push(event);
    })();
    return { seen, leave: async () => (await stream.return!(), over) };
  }

  test("each sees what it may see, as the same objects, and an entry costs as much as for one", async () => {
    const audit = openAudit();
    const roles: Record<string, (number: number) => MemberActor> = {
      a: (number) => member(`a${number}`, { role: "VIEWER", namespaceId: "nsp_a" }),
      b: (number) => member(`b${number}`, { role: "VIEWER", namespaceId: "nsp_b" }),
      both: (number) =>
        member(`both${number}`, { role: "VIEWER", namespaceId: "nsp_a" }, { role: "DEVELOPER", namespaceId: "nsp_b" }),
      all: (number) => member(`all${number}`, { role: "ADMINISTRATOR", namespaceId: null }),
      none: (number) => member(`none${number}`),
    };
    const followers = await Promise.all(
      Object.entries(roles).flatMap(([role, actor]) =>
        Array.from({ length: 40 }, async (_, number) => ({ role, ...(await follow(audit, actor(number))) })),
      ),
    );
    const written = ["nsp_a", "nsp_b", null, "nsp_c", "nsp_a", "nsp_b", "nsp_b"];
    const statements = countStatements(/from journal_entry where.*order by position/);
    for (const namespaceId of written) await write(namespaceId);
    await write(null, member("none7"));
    const visible: Record<string, (namespaceId: string | null) => boolean> = {
      a: (namespaceId) => namespaceId === "nsp_a",
      b: (namespaceId) => namespaceId === "nsp_b",
      both: (namespaceId) => namespaceId === "nsp_a" || namespaceId === "nsp_b",
      all: () => true,
      none: () => false,
    };
    const expected = (role: string): (string | null)[] => [
      ...written.filter(visible[role]!),
      ...(role === "all" ? [null] : []),
    ];
    await eventually(async () => {
      for (const { role, seen } of followers.filter(({ role }) => role !== "none"))
        expect([role, seen.map(({ entry }) => entry.namespaceId)]).toEqual([role, expected(role)]);
      // One's own deeds are one's own to see.
      const own = followers.filter(({ role }) => role === "none").map(({ seen }) => seen.length);
      expect(own).toEqual(Array.from({ length: 40 }, (_, number) => (number === 7 ? 1 : 0)));
    });
    // For each entry one read that finds it, and one that finds nothing more; and the first look of all.
    expect(statements()).toBeLessThanOrEqual(2 * (written.length + 1) + 3);
    const objects = new Set(followers.flatMap(({ seen }) => seen));
    expect(objects.size).toBe(written.length + 1);
    await Promise.all(followers.map(({ leave }) => leave()));
  });

  test("who was away for long is given what it may see of it, and then what is new, each entry once", async () => {
    const audit = openAudit();
    const viewer = member("ann", { role: "VIEWER", namespaceId: "nsp_a" });
    const start = Buffer.from(JSON.stringify(["0"])).toString("base64url");
    const record = (count: number): Promise<void> =>
      database.fork().transactional(async (em) => {
        for (let turn = 0; turn < count; turn++)
          await journal.record(em, platformActor, {
            event: "thing.done",
            subjectId: "x",
            namespaceId: turn % 3 === 0 ? "nsp_a" : "nsp_b",
          });
      });
    await record(1_500);
    while ((await sequencer.sequence()) > 0);
    const follower = await follow(audit, viewer, start);
    await eventually(async () => expect(follower.seen).toHaveLength(500));
    await record(700);
    while ((await sequencer.sequence()) > 0);
    await eventually(async () => expect(follower.seen).toHaveLength(734));
    await write("nsp_a");
    await eventually(async () => expect(follower.seen).toHaveLength(735));
    const positions = follower.seen.map(({ entry }) => entry.position);
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
    expect(new Set(follower.seen.map(({ entry }) => entry.namespaceId))).toEqual(new Set(["nsp_a"]));
    await follower.leave();
  });

  test("a filter lets through in memory exactly what it lets through in SQL", async () => {
    const words = ["a", "b", "c"];
    const maybe = fc.option(fc.constantFrom(...words), { nil: null });
    const wanted = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(maybe, maybe, maybe, fc.constantFrom(...words)), { minLength: 5, maxLength: 20 }),
        async (entries) => {
          await database.fork().transactional(async (em) => {
            for (const [namespaceId, appId, actor, event] of entries)
              await journal.record(em, actor === null ? platformActor : member(actor), {
                event,
                subjectId: "x",
                namespaceId,
                appId,
              });
          });
          await sequencer.sequence();
        },
      ),
      { numRuns: 5 },
    );
    const tail = new JournalTail(database.fork, database.pubSub);
    const everything = await tail.read({ visible: "ALL" }, { limit: 1_000 });
    expect(everything.length).toBeGreaterThan(20);
    const visible = fc.oneof(
      fc.constant("ALL" as const),
      fc.record({
        namespaceIds: fc.oneof(fc.constant("ALL" as const), fc.subarray(words)),
        actorId: fc.constantFrom(...words),
      }),
    );
    const filters = fc.record({
      visible,
      id: wanted(fc.constantFrom(...everything.map(({ id }) => id))),
      namespaceId: wanted(fc.constantFrom(...words)),
      appId: wanted(fc.constantFrom(...words)),
      events: wanted(fc.subarray(words)),
    });
    await fc.assert(
      fc.asyncProperty(filters, async (given) => {
        const filter = Object.fromEntries(
          Object.entries(given).filter(([, value]) => value !== undefined),
        ) as unknown as JournalFilter;
        const found = await tail.read(filter, { limit: 1_000 });
        expect(everything.filter((entry) => admits(filter, entry))).toEqual(found);
      }),
      { numRuns: 300 },
    );
  });
});
