import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { prepareStatements } from "../../src/compose/database.js";
import { ActorReader } from "../../src/features/identity/session/actor.reader.js";
import { Policy } from "../../src/features/identity/access/policy.js";
import { SessionLifetime } from "../../src/features/identity/session/session-lifetime.js";
import { SessionService } from "../../src/features/identity/session/session.service.js";
import { TokenPairs } from "../../src/features/identity/session/token-pairs.js";
import { Tokens } from "../../src/features/identity/session/tokens.js";
import { IdempotencyKeys } from "../../src/features/foundation/idempotency.js";
import { Mutations } from "../../src/features/foundation/mutations.js";
import { Journal } from "../../src/journal/journal.js";
import { Digests } from "../../src/kernel/digests.js";
import { newId } from "../../src/kernel/ids.js";
import { Keyring } from "../../src/kernel/keyring.js";
import { WorkQueue } from "../../src/work/work-queue.js";
import { OpenDatabase } from "../support/open-database.js";

const [key, newKey] = [randomBytes(32), randomBytes(32)];
const secondMs = 1_000;
const dayMs = 24 * 60 * 60 * secondMs;

let database: OpenDatabase;
let nowMs: number;
let memberId: string;
let sessionId: string;
let service: SessionService;
let tokens: Tokens;

const clock = { now: () => new Date(nowMs) };

/** The sessions as a server keeps them that has these secret keys. */
async function serviceWith(secretKeys: readonly Buffer[]): Promise<SessionService> {
  const keyring = new Keyring(secretKeys);
  const statements = await prepareStatements(database.orm, 4);
  const idempotency = new IdempotencyKeys(new Policy(), new Digests(keyring, "idempotency keys"));
  const mutations = new Mutations(database.fork, new Journal(newId), new WorkQueue(), idempotency);
  tokens = new Tokens(keyring, clock);
  const actors = new ActorReader(statements, clock);
  return new SessionService({
    fork: database.fork,
    mutations,
    tokens,
    tokenPairs: new TokenPairs(tokens),
    sessionLifetime: new SessionLifetime(90),
    actors,
    clock,
  });
}

beforeEach(async () => {
  database = await OpenDatabase.open();
  nowMs = Date.now();
  [memberId, sessionId] = [newId("Member"), newId("Session")];
  service = await serviceWith([key]);
  await database.rows(`insert into member (id, email, name, password_hash) values (?, 'ann@example.com', 'Ann', '')`, [
    memberId,
  ]);
  await database.rows(
    `insert into session (id, member_id, refresh_generation, created_at, expires_at) values (?, ?, 1, ?, ?)`,
    [sessionId, memberId, new Date(nowMs), new Date(nowMs + dayMs)],
  );
});
afterEach(() => database[Symbol.asyncDispose]());

const first = (): Promise<string> => tokens.issueRefresh({ sessionId, generation: 1 });
const refresh = async (token: string): Promise<string> => (await service.refresh(token)).refreshToken;
const isOver = { code: "UNAUTHENTICATED" };
const thefts = (): Promise<unknown[]> => database.rows(`select from journal_entry where event = 'session.stolen'`);

describe("a client that lost the answer to its refresh", () => {
  test("repeats it within a minute, as often as it must", async () => {
    const token = await first();
    await refresh(token);
    nowMs += 30 * secondMs;
    await refresh(token);
    nowMs += 29 * secondMs;
    await refresh(await refresh(token));
    expect(await thefts()).toEqual([]);
  });

  test("is taken for a thief after that, from the first refresh on", async () => {
    const token = await first();
    const next = await refresh(token);
    nowMs += 59 * secondMs;
    await refresh(token);
    nowMs += secondMs;
    await expect(refresh(token)).rejects.toMatchObject(isOver);
    await expect(refresh(next)).rejects.toMatchObject(isOver);
    expect(await thefts()).toHaveLength(1);
  });

  test("repeats the newest refresh alone", async () => {
    const token = await first();
    const next = await refresh(token);
    await refresh(next);
    await expect(refresh(token)).rejects.toMatchObject(isOver);
    expect(await thefts()).toHaveLength(1);
  });

  test("and a thief who repeats it in the same minute do not both go on", async () => {
    const token = await first();
    const [owners, thiefs] = [await refresh(token), await refresh(token)];
    nowMs += 10 * 60 * secondMs;
    const next = await refresh(owners);
    nowMs += secondMs;
    await expect(refresh(thiefs)).rejects.toMatchObject(isOver);
    await expect(refresh(next)).rejects.toMatchObject(isOver);
    expect(await thefts()).toHaveLength(1);
  });
});

describe("a session ends", () => {
  test("when it is not refreshed for 30 days", async () => {
    const token = await refresh(await first());
    nowMs += 30 * dayMs - secondMs;
    const next = await refresh(token);
    nowMs += 30 * dayMs;
    await expect(refresh(next)).rejects.toMatchObject(isOver);
  });

  test("after the days that it may last, however often it is refreshed, with its access tokens", async () => {
    let token = await first();
    await refresh(token).then((next) => (token = next));
    for (let day = 20; day <= 80; day += 20) {
      nowMs += 20 * dayMs;
      token = await refresh(token);
    }
    nowMs += 10 * dayMs - 60 * secondMs;
    const { accessToken, accessTokenExpiresAt, refreshToken, session } = await service.refresh(token);
    expect(accessTokenExpiresAt.getTime() - nowMs).toBeLessThanOrEqual(60 * secondMs);
    expect(session.expiresAt.getTime() - session.createdAt.getTime()).toBe(90 * dayMs);
    await service.authenticate(accessToken);
    nowMs += 60 * secondMs;
    await expect(service.authenticate(accessToken)).rejects.toMatchObject(isOver);
    await expect(refresh(refreshToken)).rejects.toMatchObject(isOver);
    expect(await thefts()).toEqual([]);
  });
});

test("a session from before tokens were signed goes on, and shows a theft", async () => {
  const old = `ort_${randomBytes(32).toString("base64url")}`;
  await database.rows(
    `update session set refresh_generation = 0, refresh_hash = encode(sha256(convert_to(?, 'UTF8')), 'hex')`,
    [old],
  );
  await expect(refresh(`ort_${randomBytes(32).toString("base64url")}`)).rejects.toMatchObject(isOver);
  let next = await refresh(old);
  next = await refresh(old);
  for (let use = 0; use < 3; use++) next = await refresh(next);
  expect(await thefts()).toEqual([]);
  await expect(refresh(old)).rejects.toMatchObject(isOver);
  await expect(refresh(next)).rejects.toMatchObject(isOver);
  expect(await thefts()).toHaveLength(1);
});

test("tokens of a former secret key are known, new ones are of the new key, and those of a key that is gone are over", async () => {
  const { accessToken, refreshToken } = await service.refresh(await first());
  service = await serviceWith([newKey, key]);
  await service.authenticate(accessToken);
  const renewed = await service.refresh(refreshToken);
  service = await serviceWith([newKey]);
  await service.authenticate(renewed.accessToken);
  await expect(service.authenticate(accessToken)).rejects.toMatchObject(isOver);
  await expect(service.refresh(refreshToken)).rejects.toMatchObject(isOver);
  await refresh(renewed.refreshToken);
});
