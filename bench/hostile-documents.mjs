import { setTimeout as pause } from "node:timers/promises";
import { Assistant } from "./assistant.mjs";
import { milliseconds, quantile } from "./reporter.mjs";

const rounds = 3;
const times = 3;
const idleMs = 3_000;
const runs = [
  { atOnce: 1, promisedMs: 50 },
  { atOnce: 20, promisedMs: 150 },
];

/**
 * Malicious documents, variables and bodies, each sent three times: how long another client with a cheap query, in its
 * own process, waits meanwhile.
 */
export async function hostileDocuments(stage, reporter) {
  reporter.begin("hostile documents");
  const server = await stage.startServer(await stage.database("apps"), { ROLE: "api" });
  const sender = new Assistant("hostile-client.mjs");
  const poller = new Assistant("poller.mjs");
  try {
    const { accessToken: token } = await stage.login(server);
    const { url } = server;
    const kinds = await sender.ask("kinds");
    await sender.ask("warm", { url, token });
    await poller.ask("begin", { url, token });
    const from = performance.timeOrigin + performance.now();
    await pause(idleMs);
    const idleMost = quantile(await poller.ask("waits", { from, to: from + idleMs }), 0.99);
    let round = 0;
    for (const { atOnce, promisedMs } of runs) {
      for (const isMember of [true, false]) {
        let worst = { ms: 0, what: "none" };
        for (const [kind, what] of kinds.entries()) {
          const waits = [];
          for (let i = 0; i < rounds; i++) {
            const request = { url, kind, round: round++, times, atOnce, ...(isMember && { token }) };
            waits.push(...(await poller.ask("waits", await sender.ask("send", request))));
            await poller.ask("forget");
          }
          const ms = quantile(waits, 0.99);
          if (ms > worst.ms) worst = { ms, what };
        }
        reporter.add({
          what: `another client's wait (p99) beside ${kinds.length} hostile requests, ${times} times each, ${atOnce} at once, ${isMember ? "logged in" : "without login"}: ${worst.what} (baseline: beside none)`,
          figure: milliseconds(worst.ms),
          baseline: milliseconds(idleMost),
          ratio: worst.ms / idleMost,
          promise: `< ${promisedMs} ms`,
          kept: worst.ms < promisedMs,
        });
      }
    }
  } finally {
    sender.end();
    poller.end();
    await server.stop();
  }
}
