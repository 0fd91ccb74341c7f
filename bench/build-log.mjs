import { setTimeout as pause } from "node:timers/promises";
import { Assistant } from "./assistant.mjs";
import { residentMemory, watchMemory } from "./memory.mjs";
import { median, megabytes, rate } from "./reporter.mjs";
import { eventually } from "./stage.mjs";

const consoleBytes = 50e6;
const rounds = 5;

/**
 * A console of 50 MB from Jenkins through the server to a subscriber, compared with reading it from Jenkins directly.
 */
export async function buildLog(stage, reporter) {
  reporter.begin("a console of 50 MB, from Jenkins to a subscriber");
  const server = await stage.startServer(await stage.database("build_log"));
  const reader = new Assistant("log-reader.mjs");
  try {
    const client = await stage.login(server);
    const app = await makeApp(client, "logs");
    await pause(5_000);
    const idle = residentMemory(server.pid);
    const memory = watchMemory(server.pid);
    const measured = [];
    for (let round = 0; round < rounds; round++)
      measured.push(await oneBuild(stage, reader, server, client, app, round));
    const growth = memory.stop() - idle;
    const middle = measured.find(({ ratio }) => ratio === median(measured.map(({ ratio }) => ratio)));
    reporter.add({
      what: "build log of 50 MB to a subscriber (baseline: progressiveText over HTTP)",
      figure: rate(middle.bytes, middle.ms),
      baseline: rate(middle.bytes, middle.directMs),
      ratio: middle.ratio,
      promise: ">= 0.25 x",
      kept: middle.ratio >= 0.25,
    });
    reporter.add({
      what: "every byte of it, once (sha256)",
      figure: `${measured.filter(({ same }) => same).length} of ${rounds} the same`,
      promise: "all",
      kept: measured.every(({ same }) => same),
    });
    reporter.add({
      what: "server memory meanwhile, over idle (baseline: idle)",
      figure: `+${megabytes(growth)}`,
      baseline: megabytes(idle),
      promise: "< 160 MB",
      kept: growth < 160e6,
    });
  } finally {
    reader.end();
    await server.stop();
  }
}

/** An app in its own namespace, ready to be built. */
export async function makeApp(client, namespaceName) {
  const { createNamespace } = await client.ask("create-namespace", { input: { name: namespaceName } });
  await eventually(async () => {
    const { namespace } = await client.ask("namespace", { id: createNamespace.namespace.id });
    if (namespace.phase !== "READY")
      throw new Error(`The namespace is ${namespace.phase}: ${namespace.condition?.message}`);
  });
  const spec = { language: "NODE", repository: { provider: "GITHUB", path: "acme/hello-orrery" }, replicas: 1 };
  const { createApp } = await client.ask("create-app", {
    input: { namespaceId: createNamespace.namespace.id, name: "loud", spec },
  });
  const { id } = createApp.app;
  await client.ask("submit-app", { input: { id } });
  await client.ask("approve-app", { input: { id } });
  await eventually(async () => {
    const { app } = await client.ask("app", { id });
    if (!app.providedAt) throw new Error(`The app is not provided for: ${app.condition?.message}`);
  });
  return id;
}

async function oneBuild(stage, reader, server, client, appId, round) {
  const { environment, upstreams } = stage;
  const job = "logs.loud";
  const source = await upstreams.ask("script", { job, bytes: consoleBytes, seed: round + 1, result: "SUCCESS" });
  const { startBuild } = await client.ask("start-build", {
    input: { appId, ref: { kind: "TAG", name: "v1.0.0" } },
  });
  const { id, number } = startBuild.build;
  const seen = await reader.ask("follow", { url: server.url, token: client.accessToken, build: id });
  const path = `/job/${job}/${number}/logText/progressiveText`;
  const ms = seen.endedAt - (await upstreams.ask("firstAsked", { path }));
  const direct = await reader.ask("download", {
    url: `${environment.JENKINS_URL}${path}?start=0`,
    user: environment.JENKINS_USER,
    token: environment.JENKINS_TOKEN,
  });
  return {
    bytes: source.bytes,
    same: seen.sha256 === source.sha256,
    ms,
    directMs: direct.ms,
    ratio: direct.ms / ms,
  };
}
