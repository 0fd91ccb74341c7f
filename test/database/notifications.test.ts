import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { prepareStatements } from "../../src/compose/database.js";
import { NotificationReader } from "../../src/features/alerting/notification/notification.reader.js";
import { ReadModel } from "../../src/features/foundation/read-model.js";
import type { MemberActor } from "../../src/kernel/actor.js";
import { newId } from "../../src/kernel/ids.js";
import { OpenDatabase } from "../support/open-database.js";

let database: OpenDatabase;
let reader: NotificationReader;
let ann: MemberActor;

beforeEach(async () => {
  database = await OpenDatabase.open();
  const readModel = new ReadModel((await prepareStatements(database.orm, 4)).query, database.orm.getMetadata());
  reader = new NotificationReader(database.fork, readModel, database.pubSub);
  ann = { kind: "MEMBER", memberId: newId("Member"), sessionId: "", name: "Ann", grants: [] };
  await database.rows(`insert into member (id, email, name, password_hash) values (?, 'ann@example.com', 'Ann', '')`, [
    ann.memberId,
  ]);
  await database.rows(`update journal_head set position = 100`);
});
afterEach(() => database[Symbol.asyncDispose]());

/** Told by a worker whose clock shows this. */
async function notify(position: number, atMs: number): Promise<string> {
  const id = `ntf_${atMs.toString(16).padStart(12, "0")}${newId("Notification").slice(-20)}`;
  await database.rows(
    `insert into notification (id, member_id, journal_entry_id, journal_position, title, body) values (?, ?, ?, ?, ?, '')`,
    [id, ann.memberId, newId("JournalEntry"), position, `entry ${position}`],
  );
  await database.rows(`select pg_notify('orrery', ?)`, [`notification:${ann.memberId}`]);
  return id;
}

test("what a worker with a slow clock tells is not missed, and every cursor goes on behind it", async () => {
  const now = Date.now();
  const first = await notify(1, now);
  const stream = await reader.added(ann);
  await notify(2, now + 5_000);
  const titles = async (count: number, from: typeof stream): Promise<string[]> => {
    const seen: string[] = [];
    while (seen.length < count) seen.push((await from.next()).value!.notification.title);
    await from.return!();
    return seen;
  };
  const second = (await stream.next()).value!;
  expect(second.notification.title).toBe("entry 2");
  await notify(3, now - 60_000);
  expect(await titles(1, stream)).toEqual(["entry 3"]);
  expect(await titles(1, await reader.added(ann, second.cursor))).toEqual(["entry 3"]);
  // The id of one that was listed is a place too.
  expect(await titles(2, await reader.added(ann, first))).toEqual(["entry 2", "entry 3"]);
});

test("the inboxes that one member has open are given the same objects", async () => {
  const streams = await Promise.all(Array.from({ length: 3 }, () => reader.added(ann)));
  const waiting = streams.map((stream) => stream.next());
  await notify(7, Date.now());
  const [one, two, three] = await Promise.all(waiting);
  expect([two!.value === one!.value, three!.value === one!.value]).toEqual([true, true]);
  for (const stream of streams) await stream.return!();
});

test("a place that is not the member's is refused", async () => {
  const beyond = Buffer.from(JSON.stringify(["101"])).toString("base64url");
  for (const after of [beyond, "x"])
    await expect(reader.added(ann, after)).rejects.toMatchObject({ code: "INVALID_INPUT" });
  const others = newId("Notification");
  await expect(reader.added(ann, others)).rejects.toMatchObject({ code: "NOT_FOUND" });
});
