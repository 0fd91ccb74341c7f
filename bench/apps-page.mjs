import { setTimeout as pause } from "node:timers/promises";
import { Assistant } from "./assistant.mjs";
import { median } from "./reporter.mjs";
import { connectionTo, eventually } from "./stage.mjs";

const clients = 8;
const rounds = 3;
const times = { warmMs: 500, measuredMs: 1_500 };
const commitsPerSecond = 10;

/** Ten fields of each app, its live rollout, and its pods. */
const query = `query Page($filter: AppFilterInput, $first: Int) {
  apps(filter: $filter, first: $first) {
    nodes {
      id name displayName description phase condition { code message since } providedAt createdAt updatedAt version
      lastRollout { id number phase cause startedAt finishedAt progress { wanted updated ready available } }
      pods { name phase ready createdAt containers { name phase ready restarts } }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

/**
 * Requests per second for a page of 100 apps, with plain servers on the same machine as baselines in the same rounds.
 */
export async function appsPage(stage, reporter, { large }) {
  reporter.begin("a page of 100 apps, as often as possible");
  const url = await stage.database("apps");
  // Without a worker, so that only the API is measured and only the benchmark commits.
  const role = { ROLE: "api" };
  const ours = await stage.startServer(url, role);
  const unshared = await stage.startServer(url, { ...role, SHARED_ANSWERS_MB: "0" });
  const apollo = new Assistant("plain-apollo.mjs", { NODE_ENV: "production" });
  const answer = new Assistant("plain-answer.mjs");
  const load = new Assistant("load.mjs");
  try {
    const { accessToken: token } = await stage.login(ours);
    const variables = { filter: { namespaceId: large }, first: 100 };
    const body = { query, variables };
    const whole = await eventually(() => wholePage(ours.url, token, body));
    const at = {
      shared: ours.url,
      executed: unshared.url,
      apollo: await apollo.ask("start", { environment: stage.serverEnvironment(url, role) }),
      json: await answer.ask("start", { answer: whole }),
    };
    const measure = async (of) => {
      const found = await load.ask("requests", { url: at[of], token, body, clients, ...times });
      return found.perSecond;
    };
    await eventually(() => wholePage(at.apollo, token, body));
    const found = { shared: [], busy: [], executed: [], apollo: [], json: [] };
    for (let round = 0; round < rounds; round++) {
      for (const of of Object.keys(at)) found[of].push(await measure(of));
      const writer = commit(url);
      found.busy.push(await measure("shared"));
      await writer.stop();
    }
    const perSecond = Object.fromEntries(Object.entries(found).map(([of, each]) => [of, median(each)]));
    const add = (what, of, baseline, least) => {
      const ratio = perSecond[of] / perSecond[baseline];
      reporter.add({
        what,
        figure: `${perSecond[of].toFixed(0)} /s`,
        baseline: `${perSecond[baseline].toFixed(0)} /s`,
        ratio,
        ...(least !== undefined && { promise: `>= ${least} x`, kept: ratio >= least }),
      });
    };
    const byApollo = "the same resolvers in Apollo Server's defaults";
    const byJson = "JSON.stringify of the answer over node:http";
    const page = "page of 100 apps x 10 fields with rollouts and pods";
    add(`${page}, ${clients} clients, nothing changes (baseline: ${byApollo})`, "shared", "apollo", 5);
    add(`${page}, beside its JSON alone (baseline: ${byJson})`, "shared", "json", 0.4);
    add(
      `that page while ${commitsPerSecond} transactions commit per second (baseline: ${byApollo})`,
      "busy",
      "apollo",
      5,
    );
    add(`that page, each answer executed: SHARED_ANSWERS_MB=0 (baseline: ${byApollo})`, "executed", "apollo");
    add(`that page, each answer executed, beside its JSON alone (baseline: ${byJson})`, "executed", "json");
  } finally {
    for (const assistant of [apollo, answer, load]) assistant.end();
    await Promise.all([ours.stop(), unshared.stop()]);
  }
}

/** The page, once every app shows its rollout and its pods. */
async function wholePage(url, token, body) {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  const whole = answer.data.apps.nodes.filter(({ pods, lastRollout }) => pods.length === 2 && lastRollout);
  if (whole.length !== 100) throw new Error(`only ${whole.length} of 100 apps show pods and rollout`);
  return answer;
}

/** Commits changes that the page does not show, this many per second. */
function commit(url) {
  let over = false;
  const committing = (async () => {
    const client = connectionTo(url);
    await client.connect();
    while (!over) {
      await client.query(
        `insert into journal_reader (name) values ('bench') on conflict (name) do update set position = 0`,
      );
      await pause(1_000 / commitsPerSecond);
    }
    await client.end();
  })();
  return {
    stop() {
      over = true;
      return committing;
    },
  };
}
