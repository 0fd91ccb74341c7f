import { z } from "zod";

/**
 * The views of templates, as schemas: the types of our code, and the documentation for authors of templates. A field is
 * never absent: what does not apply is null or an empty list, so that a typing mistake differs from an option that was
 * not chosen.
 */
export type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

export const namespaceView = z.object({
  namespace: z
    .object({ id: z.string().describe("Its global id."), name: z.string().describe("Its name in Kubernetes.") })
    .describe("The namespace."),
});

const resources = z.object({
  cpu: z.string().describe("A Kubernetes quantity: `100m`."),
  memory: z.string().describe("A Kubernetes quantity: `128Mi`."),
});

const probeTiming = {
  initialDelaySeconds: z.int().describe("Before the first time."),
  periodSeconds: z.int().describe("Between two times."),
  timeoutSeconds: z.int().describe("How long an answer may take."),
  successThreshold: z.int().describe("Good answers in a row after which it is well again."),
  failureThreshold: z.int().describe("Bad answers in a row after which it is not."),
};

const probe = z
  .union([
    z.object({
      kind: z.literal("HTTP").describe("A request over HTTP."),
      path: z.string().describe("What is asked for."),
      port: z.int().describe("The port that is asked."),
      ...probeTiming,
    }),
    z.object({
      kind: z.literal("TCP").describe("A connection."),
      port: z.int().describe("The port that is connected to."),
      ...probeTiming,
    }),
    z.object({
      kind: z.literal("EXEC").describe("A command in the container."),
      command: z.array(z.string()).describe("The command and its arguments."),
      ...probeTiming,
    }),
  ])
  .nullable();

const appLanguage = z.enum(["GO", "JAVA", "NODE", "PYTHON", "STATIC"]);

export const appView = namespaceView.extend({
  app: z
    .object({
      id: z.string().describe("Its global id."),
      name: z.string().describe("Its name, unique in the namespace; a DNS label."),
      displayName: z.string().describe("What people call it."),
    })
    .describe("The app."),
  release: z
    .object({
      id: z.string().describe("Its global id."),
      number: z.int().describe("1 for the first of the app, then counting up."),
    })
    .nullable()
    .describe("The release that is put live; null when the objects do not depend on one."),
  image: z.string().describe("The image with its tag."),
  imagePullSecret: z.string().describe("The Secret in the namespace that lets the cluster pull the image."),
  language: appLanguage.describe("What the app is written in."),
  ports: z
    .array(
      z.object({
        name: z.string().describe("Its name, unique in the app."),
        port: z.int().describe("The container's port."),
        protocol: z.enum(["TCP", "UDP"]).describe("Its protocol."),
      }),
    )
    .describe("The ports that it listens on."),
  replicas: z.int().describe("How many pods; the autoscaler's to say when there is one."),
  autoscaling: z
    .object({
      minReplicas: z.int().describe("How many pods at least."),
      maxReplicas: z.int().describe("How many pods at most."),
      cpuPercent: z.int().describe("How much of the requested CPU pods are to use on average."),
    })
    .nullable()
    .describe("How many pods there are by what they have to do; null when their number is fixed."),
  resources: z
    .object({
      requests: resources.describe("What each pod is sure to get."),
      limits: resources.describe("What no pod may exceed."),
    })
    .describe("CPU and memory."),
  command: z.array(z.string()).describe("Replaces the image's entrypoint when it is not empty."),
  args: z.array(z.string()).describe("Replaces the entrypoint's arguments when it is not empty."),
  environment: z
    .array(z.object({ name: z.string().describe("The variable."), value: z.string().describe("Its value.") }))
    .describe("Environment variables."),
  readinessProbe: probe.describe("How Kubernetes asks whether a pod can take requests; null when it does not ask."),
  livenessProbe: probe.describe(
    "How Kubernetes asks whether a container must be started again; null when it does not.",
  ),
  security: z
    .object({
      runAsNonRoot: z.boolean().describe("Whether it must not run as root."),
      runAsUser: z.int().nullable().describe("The user that it runs as; null for the image's."),
      capabilities: z.array(z.string()).describe("The capabilities that it keeps; all others are to be dropped."),
    })
    .describe("As whom the app's container runs, and what it may do."),
  publicHost: z.string().nullable().describe("The host name under which the app is reachable from outside, or null."),
  source: z
    .object({
      cloneUrl: z.string().describe("Where it is cloned from."),
      repository: z.string().describe("`owner/name`."),
      buildPath: z.string().describe("The folder that is built, from the repository's root; `.` for the root itself."),
      dockerfilePath: z.string().describe("The Dockerfile, from the repository's root."),
    })
    .describe("The repository."),
  registry: z.object({ server: z.string().describe("Its address.") }).describe("Where images are pushed to."),
  config: z
    .array(z.object({ key: z.string().describe("The file or variable."), value: z.string().describe("Its content.") }))
    .describe("The data of the app's ConfigMap."),
});

export const imagePullSecretView = namespaceView.extend({
  secretName: z.string().describe("What the Secret is to be called."),
  dockerConfigJson: z.string().describe("The content of a `config.json` with `auths`. Secret."),
});

export const namespaceNetworkView = namespaceView.extend({
  network: z
    .object({
      ingressNamespaces: z
        .array(z.string())
        .describe("Namespaces whose pods may reach all others: the ingress controller's."),
      egressCidrs: z.array(z.string()).describe("Private networks that pods may reach, like `10.20.0.0/16`."),
    })
    .describe("What an isolated namespace is open to, beside itself, DNS and the internet."),
});

export const jobView = appView.extend({
  buildCommand: z.string().describe("The build command, rendered from the template of the app's language."),
  credentialsId: z
    .string()
    .nullable()
    .describe("Jenkins' own name for the credentials that may clone the repository; null for a public one."),
  registryCredentialsId: z
    .string()
    .nullable()
    .describe(
      "Jenkins' own name for the user name and password that may push the image; null where the build machine is logged in.",
    ),
});

export type AppLanguage = z.infer<typeof appLanguage>;
export type AppView = Frozen<z.infer<typeof appView>>;
export type ProbeView = NonNullable<AppView["readinessProbe"]>;
export type NamespaceView = Frozen<z.infer<typeof namespaceView>>;
export type ImagePullSecretView = Frozen<z.infer<typeof imagePullSecretView>>;
export type NamespaceNetworkView = Frozen<z.infer<typeof namespaceNetworkView>>;
export type JobView = Frozen<z.infer<typeof jobView>>;
