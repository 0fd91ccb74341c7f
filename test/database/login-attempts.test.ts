import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { LoginAttempts, type LoginClaim } from "../../src/features/identity/sign-in/login-attempts.js";
import { Digests } from "../../src/kernel/digests.js";
import { Keyring } from "../../src/kernel/keyring.js";
import { OpenDatabase } from "../support/open-database.js";

const minuteMs = 60_000;
const email = "ann@example.com";
const network = "192.0.2.1";

let database: OpenDatabase;
let nowMs: number;
let attempts: LoginAttempts;

beforeEach(async () => {
  database = await OpenDatabase.open();
  nowMs = Date.now();
  const digests = new Digests(new Keyring([randomBytes(32)]), "login attempts");
  attempts = new LoginAttempts(database.fork, digests, { now: () => new Date(nowMs) });
});
afterEach(() => database[Symbol.asyncDispose]());

const somewhere = (number: number): LoginClaim => ({ email, network: `network ${number}` });
const isLimited = { code: "RATE_LIMITED" };
const stored = async (): Promise<number> =>
  (await database.rows<{ count: number }>(`select count(*)::int as count from login_attempts`))[0]!.count;

test("attempts at the same moment are counted one after the other, and one that must wait is not counted", async () => {
  const results = await Promise.allSettled(Array.from({ length: 40 }, () => attempts.count({ email, network })));
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
  await expect(attempts.count({ email, network })).rejects.toMatchObject({ details: { retryAfterMs: 1_000 } });
  nowMs += 1_000;
  await attempts.count({ email, network });
  await expect(attempts.count({ email, network })).rejects.toMatchObject({ details: { retryAfterMs: 2_000 } });
  await attempts.count({ email: "bob@example.com", network });
  await attempts.count({ email, network: "192.0.2.2" });
});

test("guesses from everywhere delay the others at the same account, until they are lifted", async () => {
  for (let number = 0; number < 50; number++)
    expect(await attempts.count(somewhere(number))).toMatchObject({ othersWaitMs: 0 });
  expect(await attempts.count(somewhere(50))).toMatchObject({ othersWaitMs: 1_000 });
  // Who must wait anyway does not make it longer.
  expect(await attempts.count(somewhere(51))).toMatchObject({ othersWaitMs: 1_000 });
  expect(await attempts.count({ email: "bob@example.com", network: "network 51" })).toMatchObject({ othersWaitMs: 0 });
  await database.fork().transactional((em) => attempts.lift(em, email));
  expect(await attempts.count(somewhere(52))).toMatchObject({ othersWaitMs: 0 });
});

test("a right password takes back what was counted for it, and forgets the wrong ones of its network", async () => {
  for (let login = 0; login < 200; login++) {
    const claim = { email: `member${login}@example.com`, network };
    await attempts.forgive(claim, await attempts.count(claim));
  }
  for (let guess = 0; guess < 4; guess++) await attempts.count({ email, network });
  await attempts.forgive({ email, network }, await attempts.count({ email, network }));
  for (let guess = 0; guess < 5; guess++) await attempts.count({ email, network });
  await expect(attempts.count({ email, network })).rejects.toMatchObject(isLimited);
});

test("counts that have nothing left to remember are cleared away by the attempts of others", async () => {
  for (let number = 0; number < 200; number++)
    await attempts.count({ email: `nobody${number}@example.com`, network: `network ${number}` });
  expect(await stored()).toBe(600);
  nowMs += 16 * minuteMs;
  for (let number = 0; number < 40; number++) await attempts.count({ email, network: `other network ${number}` });
  expect(await stored()).toBeLessThan(100);
});

test("whoever counts, forgives and lifts at once waits in no circle", async () => {
  const claims = Array.from({ length: 60 }, (_, number) => ({
    email: `member${number % 3}@example.com`,
    network: `network ${number % 4}`,
  }));
  const results = await Promise.allSettled(
    claims.flatMap((claim, number) => [
      attempts.count(claim).then((counted) => attempts.forgive(claim, counted)),
      number % 5 === 0
        ? database.fork().transactional((em) => attempts.lift(em, claim.email))
        : attempts.forgive(claim, { othersWaitMs: 0 }),
    ]),
  );
  const refused = results.flatMap((result) =>
    result.status === "rejected" ? [result.reason as { code: string }] : [],
  );
  for (const reason of refused) expect(reason).toMatchObject(isLimited);
});
