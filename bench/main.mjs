import { appsPage } from "./apps-page.mjs";
import { appsQuery } from "./apps-query.mjs";
import { buildLatency } from "./build-latency.mjs";
import { buildLog } from "./build-log.mjs";
import { fanOut } from "./fan-out.mjs";
import { hostileDocuments } from "./hostile-documents.mjs";
import { livePods } from "./live-pods.mjs";
import { logReaders } from "./log-readers.mjs";
import { Reporter } from "./reporter.mjs";
import { seedApps } from "./seed-apps.mjs";
import { Stage } from "./stage.mjs";
import { startUp } from "./start-up.mjs";
import { templates } from "./templates.mjs";

const reporter = new Reporter();
const stage = await Stage.open();
try {
  reporter.begin("inserting 101 apps");
  const namespaces = await seedApps(stage);
  await appsQuery(stage, reporter, namespaces);
  await appsPage(stage, reporter, namespaces);
  await startUp(stage, reporter);
  await hostileDocuments(stage, reporter);
  await fanOut(stage, reporter);
  await livePods(stage, reporter, namespaces);
  await stage.renewUpstreams();
  await buildLatency(stage, reporter);
  await logReaders(stage, reporter);
  await buildLog(stage, reporter);
  await templates(stage, reporter);
} finally {
  await stage.close();
}
reporter.publish(import.meta.dirname);
process.exit(reporter.missed === 0 ? 0 : 1);
