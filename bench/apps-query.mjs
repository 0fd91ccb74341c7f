import { setTimeout as pause } from "node:timers/promises";
import { eventually } from "./stage.mjs";

const idleMs = 3_000;

/**
 * The statements and upstream requests of a page of apps with rollout, pods and last build: equal for 1 app and for
 * 100.
 */
export async function appsQuery(stage, reporter, { small, large }) {
  reporter.begin("a page of 100 apps");
  const url = await stage.database("apps");
  await stage.sql(url, `alter database apps set log_min_duration_statement = 0`);
  // Without a worker and without the response cache, so that only the query is counted.
  const server = await stage.startServer(url, { ROLE: "api", SHARED_ANSWERS_MB: "0" });
  try {
    const client = await stage.login(server);
    const ask = (namespaceId) => client.ask("apps", { filter: { namespaceId }, first: 100 });
    await eventually(async () => {
      const { apps } = await ask(large);
      const whole = apps.nodes.filter(
        ({ pods, lastBuild, lastRollout }) => pods.length === 2 && lastBuild && lastRollout,
      );
      if (whole.length !== 100) throw new Error(`only ${whole.length} of 100 apps show pods, build and rollout`);
    });
    const background = await backgroundOf(stage);
    const one = await costOf(stage, background, () => ask(small));
    const hundred = await costOf(stage, background, () => ask(large));
    reporter.add({
      what: "SQL statements for 100 apps with rollout, pods and last build (baseline: for 1 app)",
      figure: String(hundred.statements),
      baseline: String(one.statements),
      ratio: hundred.statements / one.statements,
      promise: "the same",
      kept: hundred.statements === one.statements && one.statements > 0,
    });
    reporter.add({
      what: "upstream requests for the same (baseline: for 1 app)",
      figure: String(hundred.requests),
      baseline: String(one.requests),
      promise: "the same",
      kept: hundred.requests === one.requests,
    });
    await stage.sql(url, `alter database apps reset log_min_duration_statement`);
  } finally {
    await server.stop();
  }
}

/** The statements that an idle server sends by itself. */
async function backgroundOf(stage) {
  const before = statements(stage).length;
  await pause(idleMs);
  return new Set(statements(stage).slice(before));
}

/** The number of statements and upstream requests, without those of an idle server. */
async function costOf(stage, background, ask) {
  const [statementsBefore, requestsBefore] = [statements(stage).length, await stage.upstreams.ask("requests")];
  await ask();
  const requests = (await stage.upstreams.ask("requests")) - requestsBefore;
  await pause(100);
  const sent = statements(stage).slice(statementsBefore);
  return { requests, statements: sent.filter((statement) => !background.has(statement)).length };
}

const statements = (stage) =>
  [...stage.databaseLog().matchAll(/ms {2}(?:statement|execute [^:]*): (.*)/g)].map(([, statement]) => statement);
