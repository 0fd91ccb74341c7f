import { z } from "zod";
import { allowanceVariables } from "./allowances.js";
import { count, limitsOf, limitVariables, type LimitsConfig } from "./limits.js";

const port = z.coerce
  .number("Give a port number.")
  .int("Give a whole number.")
  .min(0, "0 to 65535.")
  .max(65_535, "0 to 65535.");
const url = z.url({ protocol: /^https?$/, error: "Give an http:// or https:// address." });
const optional = <T extends z.ZodType>(type: T) =>
  z.preprocess((value) => (value === "" ? undefined : value), type.optional());

const isSecretKey = (value: string): boolean => Buffer.from(value, "base64").length === 32;
/** Values with commas between. */
const listOf = <T extends z.ZodType>(type: T, otherwise: readonly z.input<T>[]) =>
  z.preprocess(
    (value) => (typeof value === "string" && value !== "" ? value.split(",").map((each) => each.trim()) : otherwise),
    z.array(type),
  );

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
    .refine(isSecretKey, "Must be 32 bytes in base64: `openssl rand -base64 32`."),
  SECRET_KEYS_FORMER: z
    .string()
    .default("")
    .transform((list) => list.split(",").flatMap((each) => each.trim() || []))
    .refine((list) => list.every(isSecretKey), "Each must be 32 bytes in base64, with commas between."),
  SESSION_MAX_DAYS: count(1, 3_650, 90),
  ADMIN_EMAIL: z.email("Give an e-mail address.").default("admin@orrery.local"),
  ADMIN_PASSWORD: optional(z.string().min(12, "At least 12 characters.")),
  KUBECONFIG: optional(z.string()),
  KUBERNETES_NAMESPACE_ROLE: z.string().default("orrery-namespace"),
  JENKINS_URL: url,
  JENKINS_USER: z.string("Give the Jenkins user.").min(1, "Give the Jenkins user."),
  JENKINS_TOKEN: z.string("Give the API token of the Jenkins user.").min(1, "Give the API token of the Jenkins user."),
  JENKINS_GIT_CREDENTIALS_ID: optional(z.string()),
  JENKINS_REGISTRY_CREDENTIALS_ID: optional(z.string()),
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
  REGISTRY_PULL_USERNAME: optional(z.string()),
  REGISTRY_PULL_PASSWORD: optional(z.string()),
  REGISTRY_USERNAME: optional(z.string()),
  REGISTRY_PASSWORD: optional(z.string()),
  ROLLOUT_GRACE_SECONDS: z.coerce.number().min(0, "0 or more.").max(3_600, "At most 3600.").default(15),
  STALLED_CLIENT_SECONDS: z.coerce.number().min(1, "1 or more.").max(3_600, "At most 3600.").default(30),
  BUILD_LOG_DAYS: count(0, 36_500, 0),
  SHARED_ANSWERS_MB: z.coerce.number().min(0, "0 or more.").max(10_000, "At most 10000.").default(16),
  TEMPLATES_FOLDER: optional(z.string()),
  TEMPLATES_HOST_ACCESS: z
    .enum(["true", "false"], "Give true or false.")
    .default("false")
    .transform((answer) => answer === "true"),
  ...allowanceVariables,
  POD_SECURITY_ENFORCE: z
    .enum(["privileged", "baseline", "restricted"], "Give privileged, baseline or restricted.")
    .default("baseline"),
  NAMESPACE_ISOLATION: z
    .enum(["true", "false"], "Give true or false.")
    .default("true")
    .transform((answer) => answer === "true"),
  INGRESS_NAMESPACES: listOf(z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, "Give names of namespaces."), [
    "ingress-nginx",
  ]),
  EGRESS_CIDRS: listOf(z.union([z.cidrv4(), z.cidrv6()], "Give networks, like 10.20.0.0/16."), []),
  ...limitVariables,
});

/** What no variable shows by itself. */
const whole = environment
  .refine(
    ({ REGISTRY_PULL_USERNAME, REGISTRY_PULL_PASSWORD }) =>
      (REGISTRY_PULL_USERNAME === undefined) === (REGISTRY_PULL_PASSWORD === undefined),
    { path: ["REGISTRY_PULL_PASSWORD"], error: "Give REGISTRY_PULL_USERNAME and REGISTRY_PULL_PASSWORD, or neither." },
  )
  .refine(
    ({ TRUSTED_DOCUMENTS, TRUSTED_DOCUMENTS_ONLY }) => !TRUSTED_DOCUMENTS_ONLY || TRUSTED_DOCUMENTS !== undefined,
    { path: ["TRUSTED_DOCUMENTS_ONLY"], error: "Give TRUSTED_DOCUMENTS too: without it nothing could be asked." },
  );

/** What the server runs with. */
export interface Config {
  readonly runsApi: boolean;
  readonly runsWorker: boolean;
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  readonly database: { readonly url: string; readonly poolSize: number };
  /** 32 bytes each. Keys that encrypt and sign are derived from the first; the others only decrypt and verify. */
  readonly secretKeys: readonly Buffer[];
  /** A session ends after so many days, however often it is refreshed. */
  readonly sessionMaxDays: number;
  readonly administrator: { readonly email: string; readonly password?: string | undefined };
  /** Path of a kubeconfig; undefined means the service account of the pod that we run in. */
  readonly kubeconfig?: string | undefined;
  /** The ClusterRole that our service account is bound to in each namespace of ours; undefined when nobody need bind it. */
  readonly namespaceRole?: string | undefined;
  readonly jenkins: {
    readonly url: string;
    readonly user: string;
    readonly token: string;
    readonly gitCredentialsId?: string | undefined;
    readonly registryCredentialsId?: string | undefined;
  };
  readonly github: { readonly apiUrl: string; readonly webUrl: string; readonly token: string };
  /** Where images are; the login is what pods pull by. */
  readonly registry: {
    readonly server: string;
    readonly username?: string | undefined;
    readonly password?: string | undefined;
  };
  readonly rolloutGraceMs: number;
  /** How long consoles of builds are kept; 0 is for ever. */
  readonly buildLogDays: number;
  readonly stalledClientMs: number;
  readonly sharedAnswersBytes: number;
  readonly templatesFolder?: string | undefined;
  /** What templates may make pods do. */
  readonly renderingRules: { readonly hostAccess: boolean };
  /** What a namespace may use that nothing else was said about. */
  readonly allowances: { readonly domains: readonly string[]; readonly repositories: readonly string[] };
  /** What new namespaces enforce, and are open to. */
  readonly namespaceSecurity: {
    readonly podSecurity: "PRIVILEGED" | "BASELINE" | "RESTRICTED";
    readonly isIsolated: boolean;
    readonly network: { readonly ingressNamespaces: readonly string[]; readonly egressCidrs: readonly string[] };
  };
  readonly limits: LimitsConfig;
  /** The manifest of trusted documents, and whether nothing else is taken. */
  readonly trustedDocuments?: { readonly file: string; readonly only: boolean } | undefined;
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
  const result = whole.safeParse(env);
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
    secretKeys: [given.SECRET_KEY, ...given.SECRET_KEYS_FORMER].map((key) => Buffer.from(key, "base64")),
    sessionMaxDays: given.SESSION_MAX_DAYS,
    administrator: { email: given.ADMIN_EMAIL, password: given.ADMIN_PASSWORD },
    kubeconfig: given.KUBECONFIG,
    namespaceRole: given.KUBERNETES_NAMESPACE_ROLE || undefined,
    jenkins: {
      url: given.JENKINS_URL,
      user: given.JENKINS_USER,
      token: given.JENKINS_TOKEN,
      gitCredentialsId: given.JENKINS_GIT_CREDENTIALS_ID,
      registryCredentialsId: given.JENKINS_REGISTRY_CREDENTIALS_ID,
    },
    github: { apiUrl: given.GITHUB_API_URL, webUrl: given.GITHUB_WEB_URL, token: given.GITHUB_TOKEN },
    registry: {
      server: given.REGISTRY,
      ...(given.REGISTRY_PULL_USERNAME === undefined
        ? { username: given.REGISTRY_USERNAME, password: given.REGISTRY_PASSWORD }
        : { username: given.REGISTRY_PULL_USERNAME, password: given.REGISTRY_PULL_PASSWORD }),
    },
    buildLogDays: given.BUILD_LOG_DAYS,
    rolloutGraceMs: given.ROLLOUT_GRACE_SECONDS * 1_000,
    stalledClientMs: given.STALLED_CLIENT_SECONDS * 1_000,
    sharedAnswersBytes: given.SHARED_ANSWERS_MB * 1_000_000,
    templatesFolder: given.TEMPLATES_FOLDER,
    renderingRules: { hostAccess: given.TEMPLATES_HOST_ACCESS },
    allowances: { domains: given.NAMESPACE_DOMAINS, repositories: given.NAMESPACE_REPOSITORIES },
    namespaceSecurity: {
      podSecurity: given.POD_SECURITY_ENFORCE.toUpperCase() as Config["namespaceSecurity"]["podSecurity"],
      isIsolated: given.NAMESPACE_ISOLATION,
      network: { ingressNamespaces: given.INGRESS_NAMESPACES, egressCidrs: given.EGRESS_CIDRS },
    },
    limits: limitsOf(given),
    trustedDocuments:
      given.TRUSTED_DOCUMENTS === undefined
        ? undefined
        : { file: given.TRUSTED_DOCUMENTS, only: given.TRUSTED_DOCUMENTS_ONLY },
  };
}
