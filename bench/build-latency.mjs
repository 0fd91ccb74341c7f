import { setTimeout as pause } from "node:timers/promises";
import { pollIntervalMs } from "../dist/features/delivery/build/build.rules.js";
import { Assistant } from "./assistant.mjs";
import { makeApp } from "./build-log.mjs";
import { milliseconds } from "./reporter.mjs";
import { eventually } from "./stage.mjs";

const subscribers = 50;
const lines = 300;
const everyMs = 40;
const quietForMs = 10_000;

const query = `subscription ($build: ID!) { buildLog(build: $build) { kind text cursor } }`;
const fastMs = pollIntervalMs(1, 0);
const slowMs = pollIntervalMs(0, 100);

/** The age of a running build's lines when its subscribers receive them, and the number of requests to Jenkins. */
export async function buildLatency(stage, reporter) {
  reporter.begin("lines of a running build, from Jenkins to 50 subscribers");
  const server = await stage.startServer(await stage.database("build_latency"));
  const crowd = new Assistant("crowd.mjs");
  try {
    const client = await stage.login(server);
    const appId = await makeApp(client, "latency");
    // After the start is over: 4 s later the server frees memory once.
    await pause(5_000);
    const job = "latency.loud";
    await stage.upstreams.ask("script", { job, bytes: 1 });
    const { startBuild } = await client.ask("start-build", { input: { appId, ref: { kind: "TAG", name: "v1.0.0" } } });
    const { id, number } = startBuild.build;
    const entrance = { port: server.port, authorization: `Bearer ${client.accessToken}`, query };
    await crowd.ask("open", { count: subscribers, ...entrance, variables: { build: id }, mark: "at=" });
    const print = (count) => stage.upstreams.ask("drip", { job, number, lines: count, everyMs });
    const polls = () => stage.upstreams.ask("polls", { path: `/job/${job}/${number}/logText/progressiveText` });
    const heard = async (count) => {
      const wanted = count * subscribers;
      return eventually(async () => {
        const figures = await crowd.ask("figures", {});
        if (figures.count < wanted) throw new Error(`only ${figures.count} of ${wanted} lines arrived`);
        return figures;
      });
    };

    await print(25);
    await heard(25);
    await crowd.ask("reset");
    const before = await polls();
    const startedAt = performance.now();
    await print(lines);
    const busy = await heard(lines);
    const busyMs = performance.now() - startedAt;
    const after = await polls();
    reporter.add({
      what: `a line that Jenkins prints, to ${subscribers} subscribers, p99 (baseline: polling interval)`,
      figure: milliseconds(busy.p99),
      baseline: milliseconds(fastMs),
      ratio: busy.p99 / fastMs,
      promise: "<= 50 ms more",
      kept: busy.p99 <= fastMs + 50,
    });

    await pause(quietForMs / 2);
    const quietBefore = await polls();
    await pause(quietForMs);
    const quiet = await polls();
    await crowd.ask("reset");
    await print(1);
    const first = await heard(1);
    const perSecond = (count, ms) => `${((count * 1_000) / ms).toFixed(1)} /s`;
    const [fast, slow] = [after.count - before.count, quiet.count - quietBefore.count];
    reporter.add({
      what: "polls of its console while it is quiet (baseline: while it prints)",
      figure: perSecond(slow, quietForMs),
      baseline: perSecond(fast, busyMs),
      ratio: slow / quietForMs / (fast / busyMs),
      promise: "<= 0.25 x",
      kept: slow / quietForMs <= 0.25 * (fast / busyMs),
    });
    reporter.add({
      what: "the first line after it was quiet (baseline: polling interval by then)",
      figure: milliseconds(first.p99),
      baseline: milliseconds(slowMs),
      ratio: first.p99 / slowMs,
      promise: "<= 50 ms more",
      kept: first.p99 <= slowMs + 50,
    });
    reporter.add({
      what: "polls of its console at the same time, at most",
      figure: String(quiet.mostAtOnce),
      promise: "1",
      kept: quiet.mostAtOnce === 1,
    });
    await stage.upstreams.ask("finish", { job, number });
  } finally {
    crowd.end();
    await server.stop();
  }
}
