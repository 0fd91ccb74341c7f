import { z } from "zod";
import { hostSchema } from "../namespace/domain.rules.js";
import { quantityOf } from "../../../upstreams/quantity.js";

export const Language = { GO: "GO", JAVA: "JAVA", NODE: "NODE", PYTHON: "PYTHON", STATIC: "STATIC" } as const;
export type Language = keyof typeof Language;
export const SourceProvider = { GITHUB: "GITHUB" } as const;
export type SourceProvider = keyof typeof SourceProvider;
export const PortProtocol = { TCP: "TCP", UDP: "UDP" } as const;
export type PortProtocol = keyof typeof PortProtocol;
export const ProbeKind = { HTTP: "HTTP", TCP: "TCP", EXEC: "EXEC" } as const;
export type ProbeKind = keyof typeof ProbeKind;
/** The Linux capabilities that an app may ask for: the list of the Pod Security Standard `baseline`. */
export const Capability = {
  AUDIT_WRITE: "AUDIT_WRITE",
  CHOWN: "CHOWN",
  DAC_OVERRIDE: "DAC_OVERRIDE",
  FOWNER: "FOWNER",
  FSETID: "FSETID",
  KILL: "KILL",
  MKNOD: "MKNOD",
  NET_BIND_SERVICE: "NET_BIND_SERVICE",
  SETFCAP: "SETFCAP",
  SETGID: "SETGID",
  SETPCAP: "SETPCAP",
  SETUID: "SETUID",
  SYS_CHROOT: "SYS_CHROOT",
} as const;
export type Capability = keyof typeof Capability;

const text = (max: number) => z.string().max(max, `At most ${max} characters.`);
const keys = <T extends Record<string, string>>(of: T) => z.enum(Object.keys(of) as [keyof T & string]);
const printable = /^[^\0]*$/;

/** A path inside the repository: relative, and it cannot leave it. */
const repositoryPath = text(200).refine(
  (path) =>
    /^[A-Za-z0-9._\-/]+$/.test(path) &&
    !path.startsWith("/") &&
    !path.startsWith("-") &&
    !path.split("/").includes(".."),
  "Give a path relative to the repository's root, of letters, digits and . _ - /, without `..`.",
);

const port = z.int("Give a whole number.").min(1, "A port is 1 to 65535.").max(65_535, "A port is 1 to 65535.");

const isQuantity = (value: string, notation: RegExp): boolean => notation.test(value) && quantityOf(value) > 0;
const cpu = z
  .string()
  .refine(
    (value) => isQuantity(value, /^\d{1,9}(?:m|\.\d{1,3})?$/),
    "Give CPU as cores or millicores: `500m`, `0.5`, `2`.",
  );
const memory = z
  .string()
  .refine(
    (value) => isQuantity(value, /^\d{1,12}(?:[kMGT]|[KMGT]i)?$/),
    "Give memory in bytes with a unit: `256Mi`, `1Gi`.",
  );
const amounts = z.object({ cpu, memory });

const probe = z
  .object({
    kind: keys(ProbeKind),
    path: text(200).nullish(),
    port: port.nullish(),
    command: z.array(text(1_000).regex(printable, "No zero bytes.")).max(50, "At most 50 words.").nullish(),
    initialDelaySeconds: z.int().min(0, "0 or more.").max(3_600, "At most 3600.").default(0),
    periodSeconds: z.int().min(1, "1 or more.").max(3_600, "At most 3600.").default(10),
    timeoutSeconds: z.int().min(1, "1 or more.").max(600, "At most 600.").default(1),
    successThreshold: z.int().min(1, "1 or more.").max(100, "At most 100.").default(1),
    failureThreshold: z.int().min(1, "1 or more.").max(100, "At most 100.").default(3),
  })
  .superRefine((given, context) => {
    const need = (condition: boolean, path: string, message: string): void => {
      if (!condition) context.addIssue({ code: "custom", path: [path], message });
    };
    if (given.kind === "HTTP")
      need(given.path?.startsWith("/") ?? false, "path", "An HTTP probe asks for a path that starts with `/`.");
    if (given.kind !== "EXEC")
      need(
        typeof given.port === "number",
        "port",
        `${given.kind === "HTTP" ? "An HTTP" : "A TCP"} probe needs a port.`,
      );
    if (given.kind === "EXEC") need((given.command?.length ?? 0) > 0, "command", "An exec probe needs a command.");
  });

const security = z
  .object({
    runAsUser: z
      .int("Give a whole number.")
      .min(1, "Give a user other than root, which is 0: `runAsRoot` is for that.")
      .max(2_147_483_647, "At most 2147483647.")
      .nullish(),
    runAsRoot: z.boolean().default(false),
    capabilities: z.array(keys(Capability)).max(13, "At most 13 capabilities.").default([]),
  })
  .superRefine(({ runAsUser, runAsRoot, capabilities }, context) => {
    if (runAsRoot && runAsUser)
      context.addIssue({ code: "custom", path: ["runAsUser"], message: "Give a user or `runAsRoot`, not both." });
    unique(
      context,
      capabilities,
      (each) => each,
      (index) => ["capabilities", index],
      "capability",
    );
  });

/** Adds an issue for each repeated value. */
function unique<T>(
  context: z.RefinementCtx,
  list: readonly T[],
  of: (item: T) => string,
  at: (index: number) => (string | number)[],
  what: string,
): void {
  const seen = new Set<string>();
  list.forEach((item, index) => {
    const value = of(item);
    if (seen.has(value))
      context.addIssue({ code: "custom", path: at(index), message: `Each ${what} can be used once.` });
    seen.add(value);
  });
}

/** The schema of an app's desired state, with limits and defaults. */
export const appSpecSchema = z
  .object({
    language: keys(Language),
    repository: z.object({
      provider: keys(SourceProvider),
      path: z
        .string()
        .regex(
          /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/,
          "Give the repository as `owner/name`.",
        ),
    }),
    buildPath: repositoryPath.default("."),
    dockerfilePath: repositoryPath.default("Dockerfile"),
    ports: z
      .array(
        z.object({
          name: z
            .string()
            .regex(
              /^(?=.*[a-z])[a-z0-9](?:[a-z0-9-]{0,13}[a-z0-9])?$/,
              "At most 15 lower-case letters, digits and dashes.",
            ),
          port,
          protocol: keys(PortProtocol).default("TCP"),
        }),
      )
      .max(20, "At most 20 ports.")
      .default([]),
    replicas: z.int("Give a whole number.").min(0, "0 or more.").max(100, "At most 100.").default(1),
    autoscaling: z
      .object({
        minReplicas: z.int("Give a whole number.").min(1, "1 or more.").max(100, "At most 100."),
        maxReplicas: z.int("Give a whole number.").min(1, "1 or more.").max(100, "At most 100."),
        cpuPercent: z.int("Give a whole number.").min(1, "1 or more.").max(1_000, "At most 1000.").default(80),
      })
      .nullish(),
    resources: z
      .object({
        requests: amounts.default({ cpu: "100m", memory: "128Mi" }),
        limits: amounts.default({ cpu: "1", memory: "512Mi" }),
      })
      .prefault({}),
    command: z.array(text(4_000).regex(printable, "No zero bytes.")).max(50, "At most 50 words.").default([]),
    args: z.array(text(4_000).regex(printable, "No zero bytes.")).max(100, "At most 100 words.").default([]),
    environment: z
      .array(
        z.object({
          name: z
            .string()
            .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,199}$/, "Letters, digits and _ . -, not starting with a digit."),
          value: text(32_768).regex(printable, "No zero bytes."),
        }),
      )
      .max(200, "At most 200 variables.")
      .default([]),
    readinessProbe: probe.nullish(),
    livenessProbe: probe.nullish(),
    publicHost: hostSchema.nullish(),
    security: security.nullish(),
  })
  .superRefine((spec, context) => {
    const issue = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: "custom", path, message });
    unique(
      context,
      spec.ports,
      ({ name }) => name,
      (index) => ["ports", index, "name"],
      "port name",
    );
    unique(
      context,
      spec.ports,
      ({ port: number, protocol }) => `${number}/${protocol}`,
      (index) => ["ports", index, "port"],
      "port",
    );
    unique(
      context,
      spec.environment,
      ({ name }) => name,
      (index) => ["environment", index, "name"],
      "variable",
    );
    const { requests, limits } = spec.resources;
    if (quantityOf(requests.cpu) > quantityOf(limits.cpu))
      issue(["resources", "limits", "cpu"], "The limit must not be below the request.");
    if (quantityOf(requests.memory) > quantityOf(limits.memory)) {
      issue(["resources", "limits", "memory"], "The limit must not be below the request.");
    }
    if (spec.autoscaling && spec.autoscaling.maxReplicas < spec.autoscaling.minReplicas)
      issue(["autoscaling", "maxReplicas"], "The most must not be below the least.");
    if (spec.livenessProbe && spec.livenessProbe.successThreshold !== 1) {
      issue(["livenessProbe", "successThreshold"], "A liveness probe succeeds at once: give 1.");
    }
    if (spec.publicHost && !spec.ports.some(({ protocol }) => protocol === "TCP")) {
      issue(["publicHost"], "A public host needs a TCP port to send its requests to.");
    }
  });

/** The typed desired state of an app, complete: every default is filled in. */
export type AppSpec = z.output<typeof appSpecSchema>;
