import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { StreamReservations } from "../../src/features/identity/session/stream-reservations.js";
import { newId } from "../../src/kernel/ids.js";
import { Keyring } from "../../src/kernel/keyring.js";
import { SecretCipher } from "../../src/kernel/secret-cipher.js";
import { OpenDatabase } from "../support/open-database.js";

let database: OpenDatabase;
let reservations: StreamReservations;
let session: string;
let ann: { readonly memberId: string; readonly sessionId: string };

beforeEach(async () => {
  database = await OpenDatabase.open();
  reservations = new StreamReservations(database.fork, new SecretCipher(new Keyring([randomBytes(32)])));
  const memberId = await newMember("ann");
  session = await newSession(memberId);
  ann = { memberId, sessionId: session };
});
afterEach(() => database[Symbol.asyncDispose]());

async function newMember(name: string): Promise<string> {
  const id = newId("Member");
  const values = [id, `${name}@example.com`, name];
  await database.rows(`insert into member (id, email, name, password_hash) values (?, ?, ?, '')`, values);
  return id;
}

async function newSession(memberId: string): Promise<string> {
  const id = newId("Session");
  await database.rows(
    `insert into session (id, member_id, refresh_hash, expires_at) values (?, ?, ?, now() + interval '1 day')`,
    [id, memberId, id],
  );
  return id;
}

/** As if nobody had seen them for so long. */
const age = (seconds: number): Promise<unknown> =>
  database.rows(`update reserved_stream set seen_at = seen_at - ? * interval '1 s'`, [seconds]);
const open = async (): Promise<{ token: string; id: string }> => {
  const token = await reservations.reserve(ann);
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
  await reservations.reserve(ann);
  expect(await database.rows(`select id from reserved_stream where id = ?`, [lost.id])).toEqual([]);
});

test("a member has so many in all sessions, asked for one by one or at once, and room for more when some are gone", async () => {
  const other = { ...ann, sessionId: await newSession(ann.memberId) };
  for (let i = 0; i < 40; i++) await reservations.reserve(i % 2 === 0 ? ann : other);
  const atOnce = await Promise.allSettled(Array.from({ length: 30 }, () => reservations.reserve(ann)));
  expect(atOnce.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
  for (const session of [ann, other])
    await expect(reservations.reserve(session)).rejects.toMatchObject({ code: "RATE_LIMITED" });
  const memberId = await newMember("bob");
  await reservations.reserve({ memberId, sessionId: await newSession(memberId) });
  await age(46);
  await reservations.reserve(ann);
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
