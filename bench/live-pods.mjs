import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { Assistant } from "./assistant.mjs";
import { eventually } from "./stage.mjs";

const many = 1_000;
const watchers = 300;
const changes = 150;
const everyMs = 60;

const podsChanged = `subscription ($app: ID!) { podsChanged(app: $app) {
  cursor pods { name phase ready leaving node startedAt containers { name image phase ready restarts reason message } } } }`;
const podLog = `subscription ($app: ID!, $pod: String!) { podLog(app: $app, pod: $pod, tailLines: 1) { kind at text cursor } }`;

/** The requests to Kubernetes for many subscribers of one pod, and the delay of a change. */
export async function livePods(stage, reporter, { small }) {
  const server = await stage.startServer(await stage.database("apps"), { ROLE: "api" });
  const crowd = new Assistant("crowd.mjs");
  try {
    const client = await stage.login(server);
    const { app, pod } = await podOf(client, small);
    const entrance = { port: server.port, authorization: `Bearer ${client.accessToken}` };
    const events = { ...entrance, query: podsChanged, variables: { app: app.id }, mark: ":at-" };
    const log = { ...entrance, query: podLog, variables: { app: app.id, pod }, mark: "at=" };
    await manySubscribers(stage, reporter, { crowd, events, log, pod, app });
    await manyWatchers(stage, reporter, { crowd, events, pod, app });
  } finally {
    crowd.end();
    await server.stop();
  }
}

async function manySubscribers(stage, reporter, { crowd, events, log, pod, app }) {
  reporter.begin("1,000 subscribers of one pod's events, and of its log");
  const open = () => stage.upstreams.ask("kubernetes");
  await crowd.ask("open", { count: 1, ...events });
  await crowd.ask("open", { count: 1, ...log });
  const one = await eventually(async () => {
    const seen = await open();
    if (seen.follows !== 1) throw new Error(`${seen.follows} logs are followed`);
    return seen;
  });
  await crowd.ask("open", { count: many - 1, ...events });
  await crowd.ask("open", { count: many - 1, ...log });
  await pause(500);
  await crowd.ask("reset");
  const all = crowd.ask("receive", { events: 2 * many });
  await stage.upstreams.ask("print", { namespace: app.namespace.name, pod, container: app.name });
  await stampImage(stage, { app, pod });
  await Promise.race([all, pause(10_000)]);
  const { complete } = await crowd.ask("figures", { each: 1 });
  const thousand = await open();
  await crowd.ask("leave", { but: 1 });
  const last = await eventually(async () => {
    const seen = await open();
    if (seen.follows > 0) throw new Error(`${seen.follows} logs are followed`);
    return seen;
  }).catch(open);
  const counts = ({ watches, follows }) => `${watches} / ${follows}`;
  reporter.add({
    what: "1,000 subscribers of a pod's events and of its log: watches / follows on Kubernetes (baseline: 1 of each)",
    figure: counts(thousand),
    baseline: counts(one),
    ratio: (thousand.watches + thousand.follows) / (one.watches + one.follows),
    promise: "the same",
    kept: counts(thousand) === counts(one),
  });
  reporter.add({
    what: "when all have left but 1 of the events",
    figure: counts(last),
    promise: `${one.watches} / 0`,
    kept: counts(last) === `${one.watches} / 0`,
  });
  reporter.add({
    what: "of the 2,000, those that heard of the next change or the next line",
    figure: String(complete),
    promise: "all",
    kept: complete === 2 * many,
  });
  await crowd.ask("leave");
}

async function manyWatchers(stage, reporter, { crowd, events, pod, app }) {
  reporter.begin("changes in Kubernetes, to 300 subscribers");
  const { url, token } = clusterOf(stage);
  const watch = `${url}/api/v1/namespaces/${app.namespace.name}/pods?watch=true&resourceVersion=0&fieldSelector=metadata.name%3D${pod}`;
  await crowd.ask("watch", { url: watch, token, mark: ":at-" });
  await crowd.ask("open", { count: watchers, ...events });
  /** One change after the other, so that none is conflated. */
  const change = async () => {
    const all = crowd.ask("receive", { events: watchers });
    await Promise.all([stampImage(stage, { app, pod }), pause(everyMs)]);
    await Promise.race([all, pause(2_000)]);
  };
  for (let warm = 0; warm < 20; warm++) await change();
  await crowd.ask("reset");
  for (let count = 0; count < changes; count++) await change();
  const { complete, p99, watched } = await crowd.ask("figures", { each: changes });
  const milliseconds = (ms) => `${ms.toFixed(1)} ms`;
  reporter.add({
    what: "a change in Kubernetes to 300 subscribers, p99 (baseline: a raw watch)",
    figure: milliseconds(p99),
    baseline: milliseconds(watched.p99),
    ratio: p99 / watched.p99,
    promise: "<= 15 ms more",
    kept: p99 <= watched.p99 + 15,
  });
  reporter.add({
    what: "subscribers that were told of every change",
    figure: `${complete} of ${watchers}`,
    promise: "all",
    kept: complete === watchers,
  });
}

/** An app and one of its pods, once all pods run. */
const podOf = (client, namespaceId) =>
  eventually(async () => {
    const { apps } = await client.ask("apps", { filter: { namespaceId }, first: 1 });
    const [app] = apps.nodes;
    if (app.pods.length !== 2 || !app.pods.every(({ ready }) => ready)) throw new Error("its pods are not ready");
    return { app, pod: app.pods[0].name };
  });

/** Changes a pod as a client of the cluster would; its image contains the time. */
async function stampImage(stage, { app, pod }) {
  const { url, token } = clusterOf(stage);
  const image = `registry.sandbox.local/${app.name}:at-${(performance.timeOrigin + performance.now()).toFixed(3)}`;
  const response = await fetch(`${url}/api/v1/namespaces/${app.namespace.name}/pods/${pod}`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/strategic-merge-patch+json" },
    body: JSON.stringify({ spec: { containers: [{ name: app.name, image }] } }),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}

function clusterOf(stage) {
  const { clusters, users } = JSON.parse(readFileSync(stage.environment.KUBECONFIG, "utf8"));
  return { url: clusters[0].cluster.server, token: users[0].user.token };
}
