import { join } from "node:path";
import { buildLog } from "./build-log.mjs";
import { Reporter } from "./reporter.mjs";
import { Stage } from "./stage.mjs";

const scenarios = [buildLog];

const reporter = new Reporter();
const stage = await Stage.open();
try {
  for (const scenario of scenarios) await scenario(stage, reporter);
} finally {
  await stage.close();
}
reporter.publish(join(import.meta.dirname, "results.md"));
process.exit(reporter.missed === 0 ? 0 : 1);
