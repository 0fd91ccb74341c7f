import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Namespace } from "../../src/features/delivery/namespace/namespace.entity.js";
import { EntityStates, statePosition, type StateEvent } from "../../src/features/foundation/state-streams.js";
import { newId } from "../../src/kernel/ids.js";
import type { Stream } from "../../src/streams/conflating-queue.js";
import { all } from "../support/test-server.js";
import { OpenDatabase } from "../support/open-database.js";

let database: OpenDatabase;
let states: EntityStates<Namespace>;
let id: string;

beforeEach(async () => {
  database = await OpenDatabase.open();
  states = new EntityStates(database.fork, database.pubSub, {
    entity: Namespace,
    topic: "app",
    isLast: ({ phase }) => phase === "FAILED",
  });
  id = newId("Namespace");
  await database.rows(`insert into namespace (id, name, display_name) values (?, 'pay', 'Pay')`, [id]);
});
afterEach(() => database[Symbol.asyncDispose]());

const now = (): Promise<Namespace> => database.fork().findOneOrFail(Namespace, id);
const follow = async (after?: string): Promise<Stream<StateEvent<Namespace>>> =>
  states.follow(await now(), statePosition(after));
const next = async (stream: Stream<StateEvent<Namespace>>): Promise<StateEvent<Namespace>> =>
  (await stream.next()).value!;
/** Changes it; the end comes with FAILED. */
async function change(displayName: string, phase = "READY"): Promise<void> {
  await database.rows(`update namespace set display_name = ?, phase = ?, version = version + 1 where id = ?`, [
    displayName,
    phase,
    id,
  ]);
  await database.rows(`select pg_notify('orrery', ?)`, [`app:${id}`]);
}

test("readers of the same state are given the same object", async () => {
  const [one, two] = [await follow(), await follow()];
  const first = await next(one);
  expect(await next(two)).toBe(first);
  const third = await follow();
  expect(await next(third)).toBe(first);
  await change("Payments");
  const second = await next(one);
  expect(second.state.displayName).toBe("Payments");
  expect(second.cursor).not.toBe(first.cursor);
  for (const reader of [two, third]) expect(await next(reader)).toBe(second);
  // Who has seen it waits for the one after it, and gets the same object too.
  const back = await follow(second.cursor);
  const waiting = next(back);
  await change("Pay again");
  expect(await waiting).toBe(await next(one));
  for (const reader of [one, two, third, back]) await reader.return!();
});

test("behind a cursor comes what is newer, and of what is over nothing but the end", async () => {
  const stream = await follow();
  const first = await next(stream);
  await stream.return!();
  await change("While nobody looked");
  await change("The last word", "FAILED");
  const [last, ...none] = await all(await follow(first.cursor));
  expect([last!.state.displayName, none]).toEqual(["The last word", []]);
  expect(await all(await follow(last!.cursor))).toEqual([]);
  expect((await all(await follow())).map(({ cursor }) => cursor)).toEqual([last!.cursor]);
});

test("a cursor of something else, of a version that is to come, or of nothing is refused", async () => {
  const encode = (...parts: readonly unknown[]): string => Buffer.from(JSON.stringify(parts)).toString("base64url");
  const others = [encode(newId("Namespace"), "1"), encode(id, "2"), encode(id, "-1"), encode(id), encode(id, 1), "x"];
  for (const cursor of others) await expect(follow(cursor)).rejects.toMatchObject({ code: "INVALID_INPUT" });
  await (
    await follow(encode(id, "1"))
  ).return!();
});
