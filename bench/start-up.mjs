import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { Assistant } from "./assistant.mjs";
import { residentMemory } from "./memory.mjs";
import { median, megabytes, milliseconds } from "./reporter.mjs";
import { connectionTo } from "./stage.mjs";

const rounds = 5;
const idleMs = 5_000;

/** The server's start over an existing database, and its memory when nothing happens. */
export async function startUp(stage, reporter) {
  reporter.begin("starting the server");
  const url = await stage.database("apps");
  const starts = [];
  for (let round = 0; round < rounds; round++) {
    const server = await timed(() => stage.startServer(url));
    starts.push({ ms: server.ms, floorMs: (await timed(bareNode)).ms + (await timed(() => connect(url))).ms });
    await server.value.stop();
  }
  const ms = median(starts.map(({ ms }) => ms));
  const floorMs = median(starts.map(({ floorMs }) => floorMs));
  reporter.add({
    what: "start to ready, 101 apps (baseline: `node -e 0` and a connection to PostgreSQL)",
    figure: milliseconds(ms),
    baseline: milliseconds(floorMs),
    ratio: ms / floorMs,
    promise: "< 3000 ms",
    kept: ms < 3_000,
  });

  reporter.begin("idle memory");
  const server = await stage.startServer(url);
  const bare = new Assistant("bare-server.mjs");
  await bare.ask("start");
  await pause(idleMs);
  const idle = residentMemory(server.pid);
  const bareIdle = residentMemory(bare.pid);
  bare.end();
  await server.stop();
  reporter.add({
    what: "idle memory after 5 s (baseline: a bare Apollo on Express)",
    figure: megabytes(idle),
    baseline: megabytes(bareIdle),
    ratio: idle / bareIdle,
    promise: "< 320 MB",
    kept: idle < 320e6,
  });
}

async function timed(work) {
  const startedAt = performance.now();
  const value = await work();
  return { value, ms: performance.now() - startedAt };
}

const bareNode = () => once(spawn(process.execPath, ["-e", "0"]), "exit");

async function connect(url) {
  const client = connectionTo(url);
  await client.connect();
  await client.end();
}
