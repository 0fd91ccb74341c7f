import type { ManifestPromise } from "./manifest.js";
import { containerPart, emailPart, payloadPart, type PartPromise } from "./part.js";
import type { LanguageName } from "./template.js";
import type { ViewName } from "./views.js";

/** The use of a kind of template: every app or namespace has its output, people copy it, or nothing uses it yet. */
export const TemplateUse = { APP: "APP", NAMESPACE: "NAMESPACE", LIBRARY: "LIBRARY", UNUSED: "UNUSED" } as const;
export type TemplateUse = keyof typeof TemplateUse;

/** A kind of template: its input, its language, and what it must make. */
export interface TemplateKind {
  readonly view: ViewName;
  readonly language: LanguageName;
  readonly use: TemplateUse;
  /** The Kubernetes object that it makes. */
  readonly promise?: ManifestPromise;
  /** The list of the view for whose items it makes one object each; without it, it makes one object. */
  readonly each?: ItemList;
  /** The part of an object or message that it makes. */
  readonly part?: PartPromise;
}

/** A list of a view, and the name of one item in the template. */
export interface ItemList {
  readonly list: string;
  readonly as: string;
}

interface ObjectOptions {
  readonly optional?: true;
  readonly clusterWide?: true;
  readonly each?: ItemList;
}

/** A Kubernetes object of `apiVersion kind`. */
const object = <View extends ViewName>(
  use: TemplateUse,
  view: View,
  makes: string,
  { optional, clusterWide, each }: ObjectOptions = {},
) => {
  const [apiVersion, kind] = makes.split(" ") as [string, string];
  const promise = { apiVersion, kind, optional: optional ?? false, clusterWide: clusterWide ?? false };
  return { use, view, language: "YAML", promise, ...(each && { each }) } as const;
};

/** A container of an app's pods, or none. */
const container = { use: "APP", view: "additionsView", language: "YAML", part: containerPart } as const;
const buildCommand = { use: "APP", view: "appView", language: "SHELL" } as const;
const dockerfile = { use: "LIBRARY", view: "dockerfileView", language: "DOCKERFILE" } as const;
const message = { use: "UNUSED", view: "notificationView", language: "YAML" } as const;
const optional = { optional: true } as const;

const kinds = {
  "kubernetes/namespace": object("NAMESPACE", "namespaceView", "v1 Namespace", { clusterWide: true }),
  "kubernetes/image-pull-secret": object("NAMESPACE", "imagePullSecretView", "v1 Secret"),
  "kubernetes/namespace-network-policy": object(
    "NAMESPACE",
    "namespaceNetworkView",
    "networking.k8s.io/v1 NetworkPolicy",
    optional,
  ),
  "kubernetes/configmap": object("APP", "appView", "v1 ConfigMap", optional),
  "kubernetes/service": object("APP", "appView", "v1 Service", optional),
  "kubernetes/deployment": object("APP", "appView", "apps/v1 Deployment"),
  "kubernetes/ingress": object("APP", "appView", "networking.k8s.io/v1 Ingress", optional),
  "kubernetes/service-account": object("APP", "additionsView", "v1 ServiceAccount", optional),
  "kubernetes/network-policy": object("APP", "additionsView", "networking.k8s.io/v1 NetworkPolicy", optional),
  "kubernetes/horizontal-pod-autoscaler": object("APP", "appView", "autoscaling/v2 HorizontalPodAutoscaler", optional),
  "kubernetes/secret": object("APP", "additionsView", "v1 Secret", optional),
  "kubernetes/log-collector-config": object("APP", "additionsView", "v1 ConfigMap", optional),
  "kubernetes/init-container": container,
  "kubernetes/proxy-container": container,
  "kubernetes/log-collector-container": container,
  "kubernetes/stateful-set": object("UNUSED", "statefulSetView", "apps/v1 StatefulSet"),
  "kubernetes/cron-job": object("UNUSED", "cronJobView", "batch/v1 CronJob"),
  "kubernetes/job": object("UNUSED", "batchJobView", "batch/v1 Job"),
  "kubernetes/persistent-volume-claim": object("UNUSED", "volumeView", "v1 PersistentVolumeClaim", {
    each: { list: "volumes", as: "volume" },
  }),
  "kubernetes/storage-class": object("UNUSED", "storageClassView", "storage.k8s.io/v1 StorageClass", {
    clusterWide: true,
  }),
  "kubernetes/external-service": object("UNUSED", "externalServiceView", "v1 Service"),
  "kubernetes/external-endpoints": object("UNUSED", "externalServiceView", "discovery.k8s.io/v1 EndpointSlice"),
  "istio/virtual-service": object("UNUSED", "virtualServiceView", "networking.istio.io/v1 VirtualService"),
  "istio/gateway": object("UNUSED", "gatewayView", "networking.istio.io/v1 Gateway"),
  "istio/service-entry": object("UNUSED", "serviceEntryView", "networking.istio.io/v1 ServiceEntry"),
  "jenkins/job": { use: "APP", view: "jobView", language: "XML" },
  "jenkins/go": buildCommand,
  "jenkins/java": buildCommand,
  "jenkins/node": buildCommand,
  "jenkins/python": buildCommand,
  "jenkins/static": buildCommand,
  "notification/email": { ...message, part: emailPart },
  "notification/email-html": { ...message, language: "HTML" },
  "notification/chat": { ...message, part: payloadPart },
  "notification/webhook": { ...message, part: payloadPart },
  "docker/go": dockerfile,
  "docker/java": dockerfile,
  "docker/node": dockerfile,
  "docker/python": dockerfile,
  "docker/static": dockerfile,
} as const satisfies Readonly<Record<string, TemplateKind>>;

export type TemplateName = keyof typeof kinds;

/** Every kind of template by name. */
export const templateKinds: Readonly<Record<TemplateName, TemplateKind>> = kinds;

/** Whether it makes a Kubernetes object or a part of one, and not a text. */
export const makesObject = (kind: TemplateName): boolean =>
  templateKinds[kind].promise !== undefined || templateKinds[kind].part !== undefined;

/** Whether its output may contain secrets. */
export const makesSecret = (kind: TemplateName): boolean => templateKinds[kind].promise?.kind === "Secret";

/** Whether every app has an output of this kind, and not only every namespace. */
export const isOfApps = (kind: TemplateName): boolean => templateKinds[kind].use === "APP";
