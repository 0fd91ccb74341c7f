import { setTimeout as pause } from "node:timers/promises";
import { operation } from "../dist/demo/orrery-client.js";
import { Assistant } from "./assistant.mjs";
import { collectGarbage, freePort, inspectable } from "./collect-garbage.mjs";
import { residentMemory } from "./memory.mjs";
import { connectionTo } from "./stage.mjs";

const clients = 5_000;
const burst = 40;
const pacedEvents = 25;
const pacedMs = 200;
const settlingMs = 6_000;

/** The named operation of a dashboard. */
const query = operation("rollout-progress");
const pods = ["x7k2p", "m4q9d", "t8w5z"].map((tail) => ({
  name: `checkout-6d5f7c9b8-${tail}`,
  ready: false,
  isNew: true,
  leaving: false,
  status: "Running",
  restarts: 0,
}));

/**
 * One topic and 5,000 clients: our server, graphql-ws that executes for each client, and ws that sends a prepared
 * message.
 */
export async function fanOut(stage, reporter) {
  const url = await stage.database("apps");
  const database = connectionTo(url);
  await database.connect();
  // The measurement begins when the change is committed.
  await database.query("set synchronous_commit = off");
  try {
    report(reporter, await measureAll(stage, reporter, url, database));
  } finally {
    await database.end();
  }
}

async function measureAll(stage, reporter, url, database) {
  const ours = await measure(reporter, "a topic with 5,000 clients: Orrery", () => openOurs(stage, url, database));
  const { sample } = ours;
  const each = await measure(reporter, "the same: graphql-ws, executing for each", () =>
    openExecuting(stage, url, database),
  );
  const raw = await measure(reporter, "the same: ws, sending what is ready", () => openRaw(sample));
  return { ours, each, raw };
}

function report(reporter, { ours, each, raw }) {
  const perSecond = (value) => `${(value / 1e3).toFixed(1)}k/s`;
  const kilobytes = (value) => `${(value / 1e3).toFixed(1)} KB`;
  reporter.add({
    what: "one topic, 5,000 clients: deliveries (baseline: graphql-ws, executing for each)",
    figure: perSecond(ours.rate),
    baseline: perSecond(each.rate),
    ratio: ours.rate / each.rate,
    promise: ">= 4 x",
    kept: ours.rate >= 4 * each.rate,
  });
  reporter.add({
    what: "the same (baseline: `ws.send` of a ready string)",
    figure: perSecond(ours.rate),
    baseline: perSecond(raw.rate),
    ratio: ours.rate / raw.rate,
    promise: ">= 0.75 x",
    kept: ours.rate >= 0.75 * raw.rate,
  });
  reporter.add({
    what: "memory per subscriber (baseline: ws)",
    figure: kilobytes(ours.bytesEach),
    baseline: kilobytes(raw.bytesEach),
    promise: "<= 12 KB more",
    kept: ours.bytesEach - raw.bytesEach <= 12e3,
  });
  reporter.add({
    what: "p99 to 5,000 clients at 5 events/s (baseline: ws)",
    figure: `${ours.p99.toFixed(0)} ms`,
    baseline: `${raw.p99.toFixed(0)} ms`,
    ratio: ours.p99 / raw.p99,
    promise: "<= 1.3 x",
    kept: ours.p99 <= 1.3 * raw.p99,
  });
  reporter.add({
    what: "events that reached every client",
    figure: `${ours.received} of ${pacedEvents * clients}`,
    promise: "all",
    kept: ours.received === pacedEvents * clients,
  });
}

async function measure(reporter, what, open) {
  reporter.begin(what);
  const server = await open();
  const crowd = new Assistant("crowd.mjs");
  try {
    const before = await settledMemory(server);
    await crowd.ask("open", { count: clients, query, mark: '"message":"', every: 16, ...server.entrance });
    const bytesEach = ((await settledMemory(server)) - before) / clients;
    const publish = async () => {
      const all = crowd.ask("receive", { events: clients });
      await server.publish();
      await all;
    };
    for (let i = 0; i < 10; i++) await publish();
    const startedAt = performance.now();
    for (let i = 0; i < burst; i++) await publish();
    const rate = (burst * clients) / ((performance.now() - startedAt) / 1_000);
    await crowd.ask("reset");
    const paced = crowd.ask("receive", { events: pacedEvents * clients });
    for (let i = 0; i < pacedEvents; i++) await Promise.all([server.publish(), pause(pacedMs)]);
    await Promise.race([paced, pause(10_000)]);
    return { rate, bytesEach, sample: server.sample, ...(await crowd.ask("figures")) };
  } finally {
    crowd.end();
    await server.stop();
  }
}

/** The memory of an idle server after a garbage collection. */
async function settledMemory(server) {
  await pause(settlingMs);
  await server.collect();
  return residentMemory(server.pid);
}

/** Our server. */
async function openOurs(stage, url, database) {
  const inspector = await freePort();
  const server = await stage.startServer(url, { ROLE: "api", ...inspectable(inspector) });
  const client = await stage.login(server);
  const { publish, rollout } = await changing(database);
  const { value: sample } = await client.follow("rollout-progress", { rollout }).next();
  await client.close();
  return {
    pid: server.pid,
    sample,
    entrance: entrance(Number(new URL(server.url).port), client, rollout),
    publish,
    collect: () => collectGarbage(server.pid, inspector),
    stop: () => server.stop(),
  };
}

/** Our resolvers and sources in graphql-ws; the login is from a server of ours, which is stopped. */
async function openExecuting(stage, url, database) {
  const ours = await stage.startServer(url, { ROLE: "api" });
  const client = await stage.login(ours);
  await ours.stop();
  const { publish, rollout } = await changing(database);
  const server = new Assistant("plain-sockets.mjs");
  const port = await server.ask("startGraphql", { environment: stage.serverEnvironment(url) });
  return assisted(server, entrance(port, client, rollout), publish);
}

async function openRaw(sample) {
  const server = new Assistant("plain-sockets.mjs");
  const port = await server.ask("startRaw", { field: "rolloutProgress", first: sample });
  return assisted(server, entrance(port, {}, sample.rollout.id), () => server.ask("publishRaw", { event: sample }));
}

const assisted = (server, entrance, publish) => ({
  pid: server.pid,
  entrance,
  publish,
  collect: () => server.ask("collect"),
  stop: () => server.end(),
});

const entrance = (port, { accessToken }, rollout) => ({
  port,
  authorization: `Bearer ${accessToken}`,
  variables: { rollout },
});

/** A running rollout, and a function that changes it in the database, as a worker would; each change is an event. */
async function changing(database) {
  const { rows } = await database.query(
    `update rollout set phase = 'PROGRESSING' where id = (select max(id) from rollout) returning id`,
  );
  const rollout = rows[0].id;
  const publish = () => {
    const message = String(performance.timeOrigin + performance.now());
    const evidence = { pod: pods[0].name };
    const condition = { code: "PROBE_FAILING", message, since: "2026-01-01T00:00:00.000Z", evidence };
    const progress = { wanted: 3, updated: 3, ready: 0, available: 0, old: 1, pods };
    return database.query(
      `with changed as (update rollout set version = version + 1, progress = $1, condition = $2 where id = $3 returning id)
       select pg_notify('orrery', 'rollout:' || id) from changed`,
      [progress, condition, rollout],
    );
  };
  await publish();
  return { rollout, publish };
}
