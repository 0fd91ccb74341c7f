import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Journal } from "../../src/journal/journal.js";
import { JournalTail } from "../../src/journal/journal-tail.js";
import { chainHash, hashedColumns, Sequencer } from "../../src/journal/sequencer.js";
import { platformActor } from "../../src/kernel/actor.js";
import { newId } from "../../src/kernel/ids.js";
import { OpenDatabase } from "../support/open-database.js";

type Hashed = Parameters<typeof chainHash>[2] & { readonly position: string; readonly hash: string };

const journal = new Journal(newId);
let database: OpenDatabase;
let sequencers: Sequencer[];
let failures: unknown[];

beforeEach(async () => {
  database = await OpenDatabase.open();
  sequencers = [];
  failures = [];
});
afterEach(async () => {
  await Promise.all(sequencers.map((sequencer) => sequencer.stop()));
  await database[Symbol.asyncDispose]();
  expect(failures).toEqual([]);
});

function sequence(): Sequencer {
  const sequencer = new Sequencer(
    database.fork,
    database.pubSub,
    async () => undefined,
    (error) => failures.push(error),
  );
  sequencers.push(sequencer);
  return sequencer;
}

/** One entry in a transaction of its own, which takes a while and may come to nothing. */
async function write(writer: number, turn: number, undone = false): Promise<void> {
  const transaction = database.fork().transactional(async (em) => {
    await journal.record(em, platformActor, { event: "thing.done", subjectId: `w${writer}`, data: { turn } });
    await sleep(Math.random() * 10);
    if (undone) throw new Error("undone");
  });
  await (undone ? transaction.catch(() => undefined) : transaction);
}

/** The first position at which the chain does not hold, or undefined when it is whole. */
async function firstBreak(): Promise<number | undefined> {
  const entries = await database.rows<Hashed>(
    `select position, hash, ${hashedColumns} from journal_entry where position is not null order by position`,
  );
  const [head] = await database.rows<{ position: string; hash: string }>(`select position, hash from journal_head`);
  let hash = "";
  for (const [index, { position, hash: stored, ...entry }] of entries.entries()) {
    hash = chainHash(hash, index + 1, entry);
    if (Number(position) !== index + 1 || stored !== hash) return index + 1;
  }
  return Number(head!.position) === entries.length && head!.hash === hash ? undefined : entries.length + 1;
}

test("sixteen writers at once: no gap, and every reader sees every entry once, in its place", async () => {
  const [writers, turns] = [16, 20];
  for (const sequencer of [sequence(), sequence()]) sequencer.start();
  const total = writers * turns;
  const readers = Array.from({ length: 3 }, async () => {
    const tail = new JournalTail(database.fork, database.pubSub);
    const seen: { position: number; writer: string; turn: number }[] = [];
    let wake: () => void = () => undefined;
    const unlisten = tail.onMore(() => wake());
    for (const end = Date.now() + 20_000; seen.length < total && Date.now() < end;) {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      const entries = await tail.read({ visible: "ALL" }, { after: seen.at(-1)?.position ?? 0, limit: 7 });
      seen.push(
        ...entries.map(({ position, subjectId, data }) => ({
          position,
          writer: subjectId,
          turn: data["turn"] as number,
        })),
      );
      if (entries.length === 0) await Promise.race([woken, sleep(3_000)]);
    }
    unlisten();
    return seen;
  });
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (let turn = 0; turn < turns; turn++) {
        if (turn % 5 === 0) await write(writer, turn, true);
        await write(writer, turn);
      }
    }),
  );
  const positions = Array.from({ length: total }, (_, index) => index + 1);
  for (const seen of await Promise.all(readers)) {
    expect(seen.map(({ position }) => position)).toEqual(positions);
    for (let writer = 0; writer < writers; writer++) {
      const own = seen.filter(({ writer: by }) => by === `w${writer}`).map(({ turn }) => turn);
      expect(own).toEqual(Array.from({ length: turns }, (_, turn) => turn));
    }
  }
  expect(await firstBreak()).toBeUndefined();
});

test("two sequencers at once place every entry once", async () => {
  await Promise.all(Array.from({ length: 30 }, (_, turn) => write(0, turn)));
  const [one, two] = [sequence(), sequence()];
  const placed = await Promise.all([one.sequence(), two.sequence(), one.sequence(), two.sequence()]);
  expect(placed.reduce((sum, each) => sum + each)).toBe(30);
  expect(await firstBreak()).toBeUndefined();
});

test("an entry whose transaction is still open holds nobody up, and comes behind those that were faster", async () => {
  const sequencer = sequence();
  await database.fork().transactional(async (em) => {
    await journal.record(em, platformActor, { event: "slow.done", subjectId: "slow" });
    await write(0, 0);
    expect(await sequencer.sequence()).toBe(1);
  });
  expect(await sequencer.sequence()).toBe(1);
  const entries = await new JournalTail(database.fork, database.pubSub).read({ visible: "ALL" }, { limit: 10 });
  expect(entries.map(({ event }) => event)).toEqual(["thing.done", "slow.done"]);
  expect(await firstBreak()).toBeUndefined();
});

test("what happened later stands later, though the clock of who wrote it is behind", async () => {
  const clocks = [0, -3_600_000, 5_000, -1].map((behindMs, turn) => async () => {
    const id = `jrn_${(Date.now() + behindMs).toString(16).padStart(12, "0")}${newId("JournalEntry").slice(-20)}`;
    await database
      .fork()
      .transactional((em) =>
        new Journal(() => id).record(em, platformActor, { event: `turn.${turn}`, subjectId: "x" }),
      );
  });
  for (const write of clocks) await write();
  await sequence().sequence();
  const entries = await new JournalTail(database.fork, database.pubSub).read({ visible: "ALL" }, { limit: 10 });
  expect(entries.map(({ event }) => event)).toEqual(["turn.0", "turn.1", "turn.2", "turn.3"]);
  expect(await firstBreak()).toBeUndefined();
});

test.each([
  ["changed", `update journal_entry set data = '{"turn":99}' where position = 4`, 4],
  ["told of another", `update journal_entry set actor_name = 'Mallory' where position = 7`, 7],
  ["dated back", `update journal_entry set recorded_at = recorded_at - interval '1 ms' where position = 2`, 2],
  ["removed", `delete from journal_entry where position = 5`, 5],
  ["removed at the end", `delete from journal_entry where position = 10`, 10],
])("an entry that was %s is found", async (_what, manipulation, position) => {
  for (let turn = 0; turn < 10; turn++) await write(0, turn);
  await sequence().sequence();
  expect(await firstBreak()).toBeUndefined();
  await database.rows(manipulation);
  expect(await firstBreak()).toBe(position);
});
