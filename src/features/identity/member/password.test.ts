import { describe, expect, test } from "@jest/globals";
import { hashPassword, Passwords } from "./password.js";

/** Logins that take as long as the test wants, and how many of them run. */
function slowLogins(): {
  readonly login: () => Promise<void>;
  readonly running: () => number;
  readonly finish: () => void;
} {
  const { promise, resolve } = Promise.withResolvers<void>();
  let running = 0;
  const login = async (): Promise<void> => {
    running++;
    await promise;
    running--;
  };
  return { login, running: () => running, finish: resolve };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));
const isLimited = { code: "RATE_LIMITED", details: { retryable: true, retryAfterMs: 2_000 } };

describe("passwords", () => {
  test("are checked a few at a time; a network waits with so many logins, and leaves room for others", async () => {
    const passwords = new Passwords();
    const { login, running, finish } = slowLogins();
    const turn = (network: string): Promise<void> => passwords.inTurn(network, login);
    const waiting = Array.from({ length: 50 }, () => turn("192.0.2.1"));
    await expect(turn("192.0.2.1")).rejects.toMatchObject(isLimited);
    waiting.push(...Array.from({ length: 50 }, () => turn("192.0.2.2")), turn("192.0.2.3"), turn("192.0.2.4"));
    await expect(turn("192.0.2.5")).rejects.toMatchObject(isLimited);
    await expect(passwords.hash("a password of theirs")).rejects.toMatchObject(isLimited);
    await settled();
    expect(running()).toBe(2);
    finish();
    await Promise.all(waiting);
    await passwords.inTurn("192.0.2.1", login);
    expect(await passwords.hash("a password of theirs")).toMatch(/^\$argon2id\$/);
  });

  test("a login that fails makes room too", async () => {
    const passwords = new Passwords();
    const fail = (): Promise<never> => Promise.reject(new Error("The database is away."));
    for (let login = 0; login < 120; login++)
      await expect(passwords.inTurn("192.0.2.1", fail)).rejects.toThrow("The database is away.");
    expect(await passwords.inTurn("192.0.2.1", () => Promise.resolve("in"))).toBe("in");
  });

  test("fit their own hash, and never none", async () => {
    const passwords = new Passwords();
    const stored = await hashPassword("a password of theirs");
    expect(await passwords.fits(stored, "a password of theirs")).toBe(true);
    expect(await passwords.fits(stored, "another password")).toBe(false);
    expect(await passwords.fits("not a hash", "a password of theirs")).toBe(false);
    expect(await passwords.fits(undefined, "no member has this password")).toBe(false);
  });
});
