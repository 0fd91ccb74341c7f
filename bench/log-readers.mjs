import { setTimeout as pause } from "node:timers/promises";
import { Assistant } from "./assistant.mjs";
import { makeApp } from "./build-log.mjs";
import { residentMemory, watchMemory } from "./memory.mjs";
import { megabytes, rate, seconds } from "./reporter.mjs";
import { eventually } from "./stage.mjs";

const readers = 2_000;
const bytes = 10e6;
const seed = 7;
const patienceMs = 300_000;

const query = `subscription ($build: ID!) { buildLog(build: $build) { kind text cursor } }`;

/** Many readers of one finished console, all from its start. */
export async function logReaders(stage, reporter) {
  reporter.begin("2,000 readers of one console of 10 MB");
  const url = await stage.database("log_readers");
  const build = await recordedBuild(stage, url);
  await stage.sql(url, `alter database log_readers set log_min_duration_statement = 0`);
  const server = await stage.startServer(url, { ROLE: "api" });
  const crowd = new Assistant("log-crowd.mjs");
  try {
    const client = await stage.login(server);
    const entrance = { port: server.port, authorization: `Bearer ${client.accessToken}`, query, variables: { build } };
    const one = await crowd.ask("first", { bytes, seed, ...entrance });
    await pause(2_000);
    const idle = residentMemory(server.pid);
    const readBefore = pagesRead(stage).length;
    const memory = watchMemory(server.pid);
    const all = await crowd.ask("read", { count: readers, ...entrance }, patienceMs);
    const growth = memory.stop() - idle;
    const { build: read } = await client.ask("build", { id: build });
    const places = pagesRead(stage).slice(readBefore);
    const mostReads = Math.max(0, ...countsOf(places.filter((place) => place < read.logBytes)).values());
    reporter.add({
      what: `2,000 readers of a log of 10 MB, until the last has all of it: ${rate(all.bytes, all.ms)} (baseline: one reader)`,
      figure: seconds(all.ms),
      baseline: seconds(one.ms),
      ratio: all.ms / one.ms,
    });
    reporter.add({
      what: "every byte of it, once (one by sha256, the others compared with that)",
      figure: `${all.whole} of ${readers} the same${all.troubles.length > 0 ? `; ${all.troubles[0]}` : ""}`,
      promise: "all",
      kept: all.whole === readers && one.same,
    });
    reporter.add({
      what: "how often PostgreSQL read the same piece of it for them",
      figure: `${mostReads} x`,
      promise: "<= 2 x",
      kept: mostReads <= 2,
    });
    reporter.add({
      what: "server memory meanwhile, over idle (baseline: idle)",
      figure: `+${megabytes(growth)}`,
      baseline: megabytes(idle),
      promise: "< 150 MB",
      kept: growth < 150e6,
    });
  } finally {
    crowd.end();
    await server.stop();
  }
  await stage.sql(url, `alter database log_readers reset log_min_duration_statement`);
}

/** A finished build whose console is stored. */
async function recordedBuild(stage, url) {
  const worker = await stage.startServer(url);
  try {
    const client = await stage.login(worker);
    const appId = await makeApp(client, "many-readers");
    await stage.upstreams.ask("script", { job: "many-readers.loud", bytes, seed, result: "SUCCESS" });
    const { startBuild } = await client.ask("start-build", { input: { appId, ref: { kind: "TAG", name: "v1.0.0" } } });
    const { id } = startBuild.build;
    await eventually(async () => {
      const { build } = await client.ask("build", { id });
      if (build.phase !== "SUCCEEDED") throw new Error(`The build is ${build.phase}`);
    });
    return id;
  } finally {
    await worker.stop();
  }
}

/** The positions of the log at which the database was read, and how often. */
const pagesRead = (stage) =>
  [...stage.databaseLog().matchAll(/left join build_log_chunk on build_id = build\.id and log_bytes > (\d+)/g)].map(
    ([, place]) => Number(place),
  );

function countsOf(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
