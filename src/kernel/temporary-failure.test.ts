import { expect, test } from "@jest/globals";
import { NotFound, RateLimited, UpstreamRejected, UpstreamUnavailable } from "./errors.js";
import { isTemporary } from "./temporary-failure.js";

const coded = (code: string): Error => Object.assign(new Error("It failed."), { code });

test.each<[string, unknown, boolean]>([
  ["an upstream is unavailable", new UpstreamUnavailable("jenkins", "Jenkins cannot be reached."), true],
  ["an upstream limits the rate", new RateLimited("Too many.", 1_000), true],
  ["an upstream refuses", new UpstreamRejected("kubernetes", "No.", 403), false],
  ["there is no such thing", new NotFound("app", "app_1"), false],
  ["a connection is refused", coded("ECONNREFUSED"), true],
  ["the socket of the database is gone", coded("ENOENT"), true],
  ["a fetch failed by a reset", new TypeError("fetch failed", { cause: coded("ECONNRESET") }), true],
  ["all addresses are refused", new AggregateError([coded("ECONNREFUSED"), coded("ECONNREFUSED")]), true],
  ["PostgreSQL shuts down", coded("57P01"), true],
  ["PostgreSQL has no connection left", coded("53300"), true],
  ["pg lost its connection", new Error("Connection terminated unexpectedly"), true],
  ["a statement is wrong", coded("42601"), false],
  ["a column is missing", coded("42703"), false],
  ["a row violates a constraint", coded("23505"), false],
  ["a function is missing", new TypeError("x.y is not a function"), false],
  ["something was thrown that is no error", "text", false],
  ["nothing was thrown", undefined, false],
])("%s", (_what, error, expected) => {
  expect(isTemporary(error)).toBe(expected);
});
