import { join } from "node:path";
import { appsQuery } from "./apps-query.mjs";
import { buildLog } from "./build-log.mjs";
import { fanOut } from "./fan-out.mjs";
import { hostileDocuments } from "./hostile-documents.mjs";
import { Reporter } from "./reporter.mjs";
import { seedApps } from "./seed-apps.mjs";
import { Stage } from "./stage.mjs";
import { startUp } from "./start-up.mjs";

const reporter = new Reporter();
const stage = await Stage.open();
try {
  reporter.begin("inserting 101 apps");
  const namespaces = await seedApps(stage);
  await appsQuery(stage, reporter, namespaces);
  await startUp(stage, reporter);
  await hostileDocuments(stage, reporter);
  await fanOut(stage, reporter);
  await buildLog(stage, reporter);
} finally {
  await stage.close();
}
reporter.publish(join(import.meta.dirname, "results.md"));
process.exit(reporter.missed === 0 ? 0 : 1);
