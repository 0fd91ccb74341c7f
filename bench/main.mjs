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

/** A part of a scenario's name, to run only those; earlier results of the others are kept. */
const filter = process.argv[2] ?? "";
const reporter = new Reporter();
const stage = await Stage.open();
try {
  reporter.begin("inserting 101 apps");
  const namespaces = await seedApps(stage);
  const scenarios = {
    "apps-query": () => appsQuery(stage, reporter, namespaces),
    "apps-page": () => appsPage(stage, reporter, namespaces),
    "start-up": () => startUp(stage, reporter),
    "hostile-documents": () => hostileDocuments(stage, reporter),
    "fan-out": () => fanOut(stage, reporter),
    "live-pods": () => livePods(stage, reporter, namespaces),
    "build-latency": async () => {
      await stage.renewUpstreams();
      await buildLatency(stage, reporter);
    },
    "log-readers": () => logReaders(stage, reporter),
    "build-log": () => buildLog(stage, reporter),
    templates: () => templates(stage, reporter),
  };
  for (const [name, measure] of Object.entries(scenarios)) if (name.includes(filter)) await measure();
} finally {
  await stage.close();
}
reporter.publish(filter === "" ? import.meta.dirname : undefined);
process.exit(reporter.missed === 0 ? 0 : 1);
