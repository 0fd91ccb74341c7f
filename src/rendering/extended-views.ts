import { z } from "zod";
import { appView, namespaceView, type Frozen } from "./app-view.js";

const pairs = (what: string) =>
  z.array(z.object({ key: z.string().describe("Its name."), value: z.string().describe("Its value.") })).describe(what);
const text = (what: string) => z.string().describe(what);
const count = (what: string) => z.int().describe(what);
const texts = (what: string) => z.array(z.string()).describe(what);
const protocol = z.enum(["TCP", "UDP"]).describe("Its protocol.");

/**
 * Optional parts of an app besides its own objects; null until they are used, and a template may add them to every app.
 */
export const additionsView = appView.extend({
  serviceAccount: z
    .object({ annotations: pairs("Annotations, by which clouds give it rights.") })
    .nullable()
    .describe("The app's own account in the cluster, or null."),
  secret: z
    .object({ data: pairs("What it holds. Secret.") })
    .nullable()
    .describe("The app's Secret, or null."),
  networkPolicy: z
    .object({ fromNamespaces: texts("Other namespaces whose pods may reach it.") })
    .nullable()
    .describe("Who may reach the app's pods; null for everybody."),
  logs: z
    .object({
      image: text("The collector's image."),
      folder: text("Where the app writes its log files."),
      firstLine: text("A regular expression of how an entry begins; other lines belong to the entry before."),
      sendTo: text("Where entries are sent: `host:port`."),
    })
    .nullable()
    .describe("Log files that are collected, or null."),
  initContainer: z
    .object({
      name: text("Its name."),
      image: text("Its image."),
      command: texts("The command and its arguments."),
    })
    .nullable()
    .describe("What runs before the app's own container, or null."),
  proxy: z
    .object({
      image: text("Its image."),
      port: count("The port that it listens on."),
      args: texts("Its arguments."),
    })
    .nullable()
    .describe("What stands between the app and the network, or null."),
});

export type AdditionsView = Frozen<z.infer<typeof additionsView>>;

const accessMode = z.enum(["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]);
const volume = {
  name: text("Its name, a DNS label."),
  size: text("A Kubernetes quantity: `10Gi`."),
  accessMode: accessMode.describe("Who may use it at once."),
  storageClass: z.string().nullable().describe("The StorageClass that makes it; null for the cluster's default."),
};

export const statefulSetView = appView.extend({
  volumes: z
    .array(z.object({ ...volume, mountPath: text("Where the container sees it.") }))
    .describe("The volumes that each pod has for itself."),
});

export const volumeView = appView
  .pick({ namespace: true, app: true })
  .extend({ volume: z.object(volume).describe("The volume.") });

export const storageClassView = z.object({
  storageClass: z
    .object({
      name: text("Its name, unique in the cluster."),
      provisioner: text("Who makes the volumes: `ebs.csi.aws.com`."),
      parameters: pairs("What the provisioner is told."),
      reclaimPolicy: z.enum(["Delete", "Retain"]).describe("What becomes of a volume that nobody claims any more."),
      bindingMode: z.enum(["Immediate", "WaitForFirstConsumer"]).describe("When a volume is made."),
      isExpandable: z.boolean().describe("Whether volumes may grow."),
    })
    .describe("The StorageClass."),
});

export const cronJobView = appView.extend({
  cronJob: z
    .object({
      schedule: text("When it runs, in cron's five fields: `0 3 * * *`."),
      timeZone: z.string().nullable().describe("The time zone of the schedule, or null for the cluster's."),
      concurrencyPolicy: z
        .enum(["Allow", "Forbid", "Replace"])
        .describe("What happens when the run before is not over."),
      isSuspended: z.boolean().describe("Whether it does not run for now."),
      keptSucceeded: count("How many good runs are kept."),
      keptFailed: count("How many failed runs are kept."),
      retries: count("How often a run is tried again."),
    })
    .describe("When and how it runs."),
});

export const batchJobView = appView.extend({
  batchJob: z
    .object({
      name: text("Its name, unique in the namespace."),
      retries: count("How often it is tried again."),
      deadlineSeconds: z.int().nullable().describe("After which it is stopped; null for never."),
      keptSeconds: count("How long it is kept when it is over."),
    })
    .describe("The one run."),
});

export const externalServiceView = namespaceView.extend({
  externalService: z
    .object({
      name: text("The name by which pods reach it."),
      addressType: z.enum(["IPv4", "IPv6"]).describe("Of all its addresses."),
      addresses: texts("Where it is, outside of the cluster."),
      ports: z
        .array(z.object({ name: text("Its name."), port: count("Its number."), protocol }))
        .describe("The ports that it listens on."),
    })
    .describe("Something outside of the cluster."),
});

export const virtualServiceView = appView.extend({
  virtualService: z
    .object({
      hosts: texts("The host names that it answers for."),
      gateways: texts("The Gateways that it is bound to; empty for the mesh alone."),
      routes: z
        .array(
          z.object({
            pathPrefix: z.string().nullable().describe("Only requests whose path begins so; null for all."),
            rewriteTo: z.string().nullable().describe("What takes the place of the prefix, or null."),
            timeoutSeconds: z.int().nullable().describe("After which a request fails; null for never."),
            retries: z
              .int()
              .nullable()
              .describe("How often a request is tried again, at least once; null for the mesh's own rule."),
            destinations: z
              .array(
                z.object({
                  host: text("The Service."),
                  port: count("Its port."),
                  subset: z.string().nullable().describe("A part of its pods, or null for all."),
                  weight: count("Its share, in percent."),
                }),
              )
              .describe("Where requests go."),
          }),
        )
        .describe("In order; the first that fits is taken."),
    })
    .describe("How requests are sent to the app."),
});

const meshProtocol = z.enum(["HTTP", "HTTPS", "GRPC", "HTTP2", "MONGO", "TCP", "TLS"]).describe("What is spoken.");

export const gatewayView = namespaceView.extend({
  gateway: z
    .object({
      name: text("Its name."),
      controller: text("The label `istio` of the pods that stand at the entry: `ingressgateway`."),
      servers: z
        .array(
          z.object({
            name: text("Its name."),
            port: count("The port."),
            protocol: meshProtocol,
            hosts: texts("The host names that may be asked for."),
            tlsSecret: z.string().nullable().describe("The Secret with its certificate, or null for none."),
          }),
        )
        .describe("What it listens on."),
    })
    .describe("The entry to the mesh."),
});

export const notificationView = z.object({
  notification: z
    .object({ title: text("What happened, in a line."), body: text("More about it; may be empty.") })
    .describe("The message."),
  event: text("What happened, as the journal says it: `rollout.failed`."),
  at: text("When, in UTC: `2026-01-31T12:00:00Z`."),
  actor: z
    .object({ name: text("Their name.") })
    .nullable()
    .describe("Who did it; null for the platform itself."),
  app: z
    .object({ id: text("Its global id."), name: text("Its name."), displayName: text("What people call it.") })
    .nullable()
    .describe("The app that it is about, or null."),
});

export const dockerfileView = z.object({
  version: text("The version of the language, as tags of images say it: `1.25`."),
});

export const serviceEntryView = namespaceView.extend({
  serviceEntry: z
    .object({
      name: text("Its name."),
      hosts: texts("The host names that it stands for."),
      location: z.enum(["MESH_EXTERNAL", "MESH_INTERNAL"]).describe("Whether it is a part of the mesh."),
      resolution: z.enum(["NONE", "STATIC", "DNS"]).describe("How its address is found."),
      ports: z
        .array(z.object({ name: text("Its name."), port: count("Its number."), protocol: meshProtocol }))
        .describe("The ports that it listens on."),
      addresses: texts("Its addresses, when they are given and not looked up."),
    })
    .describe("Something that the mesh may reach."),
});
