import { Writable } from "node:stream";
import { expect, test } from "@jest/globals";
import { pino } from "pino";
import { startServer } from "../../src/compose/server.js";
import { readConfig } from "../../src/config/config.js";
import { TestServer } from "../support/test-server.js";

/** What the log says of addresses, at warnings, after two requests that came through a proxy. */
async function warned(environment: Record<string, string>): Promise<string[]> {
  await using prepared = await TestServer.prepare({ environment });
  const lines: { msg: string; address?: string }[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(JSON.parse(chunk.toString()) as (typeof lines)[number]);
      done();
    },
  });
  const server = await startServer(readConfig(prepared.environment), pino({ level: "warn" }, sink));
  try {
    for (let round = 0; round < 2; round++)
      await fetch(`http://127.0.0.1:${server.port}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-for": "192.0.2.1" },
        body: JSON.stringify({ query: "{__typename}" }),
      });
  } finally {
    await server.stop();
  }
  return lines.filter(({ address }) => address !== undefined).map(({ msg, address }) => `${address}: ${msg}`);
}

test("a proxy that nobody trusts is named in the log once, with what to do", async () => {
  const [warning, ...more] = await warned({});
  expect(warning).toMatch(/^127\.0\.0\.1: .*TRUSTED_PROXIES/);
  expect(more).toEqual([]);
});

test("of one that is trusted nothing is said", async () => {
  expect(await warned({ TRUSTED_PROXIES: "127.0.0.0/8" })).toEqual([]);
});
