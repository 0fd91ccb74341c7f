import { Assistant } from "./assistant.mjs";
import { median, milliseconds } from "./reporter.mjs";

const rounds = 5;
const promisedMs = 50;

/** Documents and bodies that mean no good: how long each of them keeps the server busy, as their sender sees it. */
export async function hostileDocuments(stage, reporter) {
  reporter.begin("hostile documents");
  const server = await stage.startServer(await stage.database("apps"), { ROLE: "api" });
  const client = new Assistant("hostile-client.mjs");
  try {
    const { accessToken: token } = await stage.login(server);
    const { honest, figures } = await client.ask("send", { url: server.url, token, rounds });
    const slowest = figures.reduce((a, b) => (b.ms > a.ms ? b : a));
    const kinds = new Set(figures.map(({ what }) => what)).size;
    reporter.add({
      what: `slowest of ${kinds} hostile documents, each sent ${rounds} times: ${slowest.what} (baseline: an honest one)`,
      figure: milliseconds(slowest.ms),
      baseline: milliseconds(median(honest)),
      ratio: slowest.ms / median(honest),
      promise: `< ${promisedMs} ms`,
      kept: slowest.ms < promisedMs,
    });
  } finally {
    client.end();
    await server.stop();
  }
}
