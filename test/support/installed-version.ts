import { readFileSync } from "node:fs";

/** The version of a package as it is installed. Tests of what no documentation promises name the version they were seen in. */
export const installedVersion = (name: string): string =>
  (JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")) as { version: string }).version;
