import { isIP, isIPv6 } from "node:net";
import { z } from "zod";

const port = z.coerce
  .number("Give a port number.")
  .int("Give a whole number.")
  .min(0, "0 to 65535.")
  .max(65_535, "0 to 65535.");
const url = z.url({ protocol: /^https?$/, error: "Give an http:// or https:// address." });
const optional = <T extends z.ZodType>(type: T) =>
  z.preprocess((value) => (value === "" ? undefined : value), type.optional());

const count = (least: number, most: number, otherwise: number) =>
  z.coerce
    .number("Give a number.")
    .int("Give a whole number.")
    .min(least, `At least ${least}.`)
    .max(most, `At most ${most}.`)
    .default(otherwise);

const isNetwork = (text: string): boolean => {
  const [address = "", bits = "0", ...more] = text.split("/");
  return isIP(address) !== 0 && /^\d+$/.test(bits) && Number(bits) <= (isIPv6(address) ? 128 : 32) && more.length === 0;
};
const networks = z
  .string()
  .default("")
  .transform((list) => list.split(",").flatMap((each) => each.trim() || []))
  .refine((list) => list.every(isNetwork), "Give addresses or networks with commas between: `10.0.0.0/8,192.0.2.7`.");

/** Every variable that the server reads. `install/example.env` explains each. */
const environment = z.object({
  ROLE: z.enum(["all", "api", "worker"], "Give all, api or worker.").default("all"),
  HOST: z.string().default("0.0.0.0"),
  PORT: port.default(4000),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "silent"], "Give trace, debug, info, warn, error or silent.")
    .default("info"),
  DATABASE_URL: z
    .string("Give the PostgreSQL database: postgres://user:password@host:5432/name.")
    .regex(/^postgres(ql)?:\/\//, "Give a postgres:// address."),
  DATABASE_POOL: z.coerce.number().int().min(4, "At least 4.").max(200, "At most 200.").default(20),
  SECRET_KEY: z
    .string("Give 32 random bytes in base64: `openssl rand -base64 32`.")
    .refine(
      (value) => Buffer.from(value, "base64").length === 32,
      "Must be 32 bytes in base64: `openssl rand -base64 32`.",
    ),
  ADMIN_EMAIL: z.email("Give an e-mail address.").default("admin@orrery.local"),
  ADMIN_PASSWORD: optional(z.string().min(12, "At least 12 characters.")),
  KUBECONFIG: optional(z.string()),
  JENKINS_URL: url,
  JENKINS_USER: z.string("Give the Jenkins user.").min(1, "Give the Jenkins user."),
  JENKINS_TOKEN: z.string("Give the API token of the Jenkins user.").min(1, "Give the API token of the Jenkins user."),
  JENKINS_GIT_CREDENTIALS_ID: optional(z.string()),
  GITHUB_API_URL: url.default("https://api.github.com"),
  GITHUB_WEB_URL: url.default("https://github.com"),
  GITHUB_TOKEN: z
    .string("Give a GitHub token that may read the repositories.")
    .min(1, "Give a GitHub token that may read the repositories."),
  REGISTRY: z
    .string("Give the image registry: `registry.example.com`, or with a path.")
    .regex(
      /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?(?:\/[a-z0-9._/-]*[a-z0-9])?$/,
      "Give the registry as `host[:port][/path]`, in lower case and without `https://`.",
    ),
  REGISTRY_USERNAME: optional(z.string()),
  REGISTRY_PASSWORD: optional(z.string()),
  ROLLOUT_GRACE_SECONDS: z.coerce.number().min(0, "0 or more.").max(3_600, "At most 3600.").default(15),
  STALLED_CLIENT_SECONDS: z.coerce.number().min(1, "1 or more.").max(3_600, "At most 3600.").default(30),
  BUILD_LOG_DAYS: count(0, 36_500, 0),
  TEMPLATES_FOLDER: optional(z.string()),
  DOCUMENT_MAX_LENGTH: count(5_000, 500_000, 50_000),
  DOCUMENT_MAX_TOKENS: count(200, 20_000, 2_000),
  DOCUMENT_MAX_DEPTH: count(5, 50, 16),
  DOCUMENT_MAX_FIELDS: count(100, 100_000, 1_000),
  DOCUMENT_MAX_ROOT_FIELDS: count(1, 10_000, 20),
  DOCUMENT_MAX_ALIASES: count(1, 10_000, 50),
  DOCUMENT_MAX_REPEATS: count(1, 1_000, 50),
  DOCUMENT_MAX_DIRECTIVES: count(1, 1_000, 50),
  DOCUMENT_MAX_FRAGMENTS: count(3, 1_000, 50),
  DOCUMENT_MAX_OPERATIONS: count(1, 1_000, 20),
  DOCUMENT_MAX_VARIABLES: count(10, 1_000, 100),
  VARIABLES_MAX_VALUES: count(100, 100_000, 10_000),
  OPERATION_MAX_COST: count(100, 10_000_000, 10_000),
  TRUSTED_PROXIES: networks,
  BUDGET_PER_MINUTE: count(100, 1_000_000_000, 300_000),
  BUDGET_OF_STRANGERS_PER_MINUTE: count(100, 1_000_000_000, 6_000),
});

/** What the server runs with. */
export interface Config {
  readonly runsApi: boolean;
  readonly runsWorker: boolean;
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  readonly database: { readonly url: string; readonly poolSize: number };
  /** 32 bytes: encrypts secrets at rest and signs tokens. */
  readonly secretKey: Buffer;
  readonly administrator: { readonly email: string; readonly password?: string | undefined };
  /** Path of a kubeconfig; undefined means the service account of the pod that we run in. */
  readonly kubeconfig?: string | undefined;
  readonly jenkins: {
    readonly url: string;
    readonly user: string;
    readonly token: string;
    readonly gitCredentialsId?: string | undefined;
  };
  readonly github: { readonly apiUrl: string; readonly webUrl: string; readonly token: string };
  readonly registry: {
    readonly server: string;
    readonly username?: string | undefined;
    readonly password?: string | undefined;
  };
  readonly rolloutGraceMs: number;
  /** How long consoles of builds are kept; 0 is for ever. */
  readonly buildLogDays: number;
  readonly stalledClientMs: number;
  readonly templatesFolder?: string | undefined;
  readonly limits: LimitsConfig;
}

/** What one request, one client and all of them may ask for. */
export interface LimitsConfig {
  readonly document: {
    readonly length: number;
    readonly tokens: number;
    readonly depth: number;
    readonly fields: number;
    readonly rootFields: number;
    readonly aliases: number;
    readonly repeats: number;
    readonly directives: number;
    readonly fragments: number;
    readonly operations: number;
    readonly variables: number;
    readonly variableValues: number;
    readonly cost: number;
  };
  /** Addresses and networks of proxies that say whom they stand for. */
  readonly trustedProxies: readonly string[];
  /** What may be spent in a minute. */
  readonly perMinute: { readonly session: number; readonly stranger: number };
}

/** What is wrong with the environment, all of it, one line per variable. */
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
  const result = environment.safeParse(env);
  if (!result.success)
    throw new ConfigError(result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`));
  const given = result.data;
  return {
    runsApi: given.ROLE !== "worker",
    runsWorker: given.ROLE !== "api",
    host: given.HOST,
    port: given.PORT,
    logLevel: given.LOG_LEVEL,
    database: { url: given.DATABASE_URL, poolSize: given.DATABASE_POOL },
    secretKey: Buffer.from(given.SECRET_KEY, "base64"),
    administrator: { email: given.ADMIN_EMAIL, password: given.ADMIN_PASSWORD },
    kubeconfig: given.KUBECONFIG,
    jenkins: {
      url: given.JENKINS_URL,
      user: given.JENKINS_USER,
      token: given.JENKINS_TOKEN,
      gitCredentialsId: given.JENKINS_GIT_CREDENTIALS_ID,
    },
    github: { apiUrl: given.GITHUB_API_URL, webUrl: given.GITHUB_WEB_URL, token: given.GITHUB_TOKEN },
    registry: { server: given.REGISTRY, username: given.REGISTRY_USERNAME, password: given.REGISTRY_PASSWORD },
    buildLogDays: given.BUILD_LOG_DAYS,
    rolloutGraceMs: given.ROLLOUT_GRACE_SECONDS * 1_000,
    stalledClientMs: given.STALLED_CLIENT_SECONDS * 1_000,
    templatesFolder: given.TEMPLATES_FOLDER,
    limits: limitsOf(given),
  };
}

function limitsOf(given: z.infer<typeof environment>): LimitsConfig {
  return {
    document: {
      length: given.DOCUMENT_MAX_LENGTH,
      tokens: given.DOCUMENT_MAX_TOKENS,
      depth: given.DOCUMENT_MAX_DEPTH,
      fields: given.DOCUMENT_MAX_FIELDS,
      rootFields: given.DOCUMENT_MAX_ROOT_FIELDS,
      aliases: given.DOCUMENT_MAX_ALIASES,
      repeats: given.DOCUMENT_MAX_REPEATS,
      directives: given.DOCUMENT_MAX_DIRECTIVES,
      fragments: given.DOCUMENT_MAX_FRAGMENTS,
      operations: given.DOCUMENT_MAX_OPERATIONS,
      variables: given.DOCUMENT_MAX_VARIABLES,
      variableValues: given.VARIABLES_MAX_VALUES,
      cost: given.OPERATION_MAX_COST,
    },
    trustedProxies: given.TRUSTED_PROXIES,
    perMinute: { session: given.BUDGET_PER_MINUTE, stranger: given.BUDGET_OF_STRANGERS_PER_MINUTE },
  };
}
