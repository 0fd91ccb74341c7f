import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { StreamReservations } from "../../src/features/access/stream-reservations.js";
import { newId } from "../../src/kernel/ids.js";
import { Keyring } from "../../src/kernel/keyring.js";
import { Seal } from "../../src/kernel/seal.js";
import { OpenDatabase } from "../support/open-database.js";

let database: OpenDatabase;
let reservations: StreamReservations;
let session: string;

beforeEach(async () => {
  database = await OpenDatabase.open();
  reservations = new StreamReservations(database.fork, new Seal(new Keyring([randomBytes(32)])));
  const member = newId("Member");
  session = newId("Session");
  await database.rows(`insert into member (id, email, name, password_hash) values (?, 'ann@example.com', 'Ann', '')`, [
    member,
  ]);
  await database.rows(
    `insert into session (id, member_id, refresh_hash, expires_at) values (?, ?, '', now() + interval '1 day')`,
    [session, member],
  );
});
afterEach(() => database[Symbol.asyncDispose]());

/** As if nobody had seen them for so long. */
const age = (seconds: number): Promise<unknown> =>
  database.rows(`update reserved_stream set seen_at = seen_at - ? * interval '1 s'`, [seconds]);
const open = async (): Promise<{ token: string; id: string }> => {
  const token = await reservations.reserve(session);
  const { id } = await reservations.find(token, session);
  await reservations.open(id);
  return { token, id };
};

test("a stream that its replica says it holds stays, and one that nobody has seen for a while is gone", async () => {
  const [kept, lost] = [await open(), await open()];
  await age(40);
  expect(await reservations.keep([kept.id, "0".repeat(64)])).toEqual(new Set([kept.id]));
  await age(10);
  expect(await reservations.find(kept.token, session)).toEqual({ id: kept.id, isOpen: true });
  await expect(reservations.find(lost.token, session)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await reservations.reserve(session);
  expect(await database.rows(`select id from reserved_stream where id = ?`, [lost.id])).toEqual([]);
});

test("a session has so many, and room for more when some are gone", async () => {
  for (let i = 0; i < 50; i++) await reservations.reserve(session);
  await expect(reservations.reserve(session)).rejects.toMatchObject({ code: "RATE_LIMITED" });
  await age(46);
  await reservations.reserve(session);
});

test("a stream is opened once, and a name is taken until its operation is over", async () => {
  const { id } = await open();
  await expect(reservations.open(id)).rejects.toMatchObject({ code: "CONFLICT" });
  const request = { query: "{ viewer { email } }", variables: { password: "hush" } };
  await reservations.add(id, "a", request);
  await expect(reservations.add(id, "a", request)).rejects.toMatchObject({ code: "CONFLICT" });
  await reservations.add(id, "b", request);
  const [first, second] = await reservations.operations(id);
  expect([first, second]).toMatchObject([
    { name: "a", request },
    { name: "b", request },
  ]);
  expect(JSON.stringify(await database.rows(`select * from reserved_operation`))).not.toContain("hush");
  await reservations.over(id, first!);
  await reservations.add(id, "a", request);
  // What is over already was another one.
  await reservations.over(id, first!);
  expect((await reservations.operations(id)).map(({ name }) => name)).toEqual(["b", "a"]);
  await reservations.remove(id, "b");
  await reservations.drop(id);
  expect(await database.rows(`select 1 from reserved_operation`)).toEqual([]);
});
