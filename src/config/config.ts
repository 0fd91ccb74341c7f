import type { z } from "zod";
import { api } from "./api.js";
import { database } from "./database.js";
import { delivery } from "./delivery.js";
import { github } from "./github.js";
import { identity } from "./identity.js";
import { jenkins } from "./jenkins.js";
import { kubernetes } from "./kubernetes.js";
import { registry } from "./registry.js";
import { secrets } from "./secrets.js";
import { server } from "./server.js";
import { templating } from "./templating.js";

/** Every variable that the server reads, by what it is about. `install/example.env` explains each. */
const sections = [
  server,
  database,
  secrets,
  identity,
  kubernetes,
  jenkins,
  github,
  registry,
  delivery,
  templating,
  api,
] as const;

/** What all sections give together. */
type Merged<Sections extends readonly z.ZodType[]> = Sections extends readonly [
  infer First extends z.ZodType,
  ...infer Others extends readonly z.ZodType[],
]
  ? Readonly<z.output<First>> & Merged<Others>
  : unknown;

/** The configuration of the server: the parts of all sections. */
export type Config = Merged<typeof sections>;

/** Everything that is wrong with the environment, one line per variable. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      `The configuration is wrong:\n${problems.map((problem) => `  ${problem}`).join("\n")}\nSee install/example.env for every variable.`,
    );
    this.name = "ConfigError";
  }
}

/** Reads the configuration from the environment; throws one ConfigError with everything that is wrong. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const read = sections.map((section) => section.safeParse(env));
  const issues = read.flatMap(({ error }) => error?.issues ?? []);
  if (issues.length > 0) throw new ConfigError(issues.map(({ path, message }) => `${path.join(".")}: ${message}`));
  return Object.assign({}, ...read.map(({ data }) => data)) as Config;
}
