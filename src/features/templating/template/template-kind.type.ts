import { registerEnumType } from "type-graphql";
import { TemplateUse, type TemplateName } from "../../../rendering/template-kinds.js";
import { publishEnum } from "../../foundation/graphql.js";

/** The public names of the kinds of templates. */
export const TemplateKind = {
  NAMESPACE: "kubernetes/namespace",
  IMAGE_PULL_SECRET: "kubernetes/image-pull-secret",
  NAMESPACE_NETWORK_POLICY: "kubernetes/namespace-network-policy",
  CONFIG_MAP: "kubernetes/configmap",
  SERVICE: "kubernetes/service",
  DEPLOYMENT: "kubernetes/deployment",
  INGRESS: "kubernetes/ingress",
  SERVICE_ACCOUNT: "kubernetes/service-account",
  SECRET: "kubernetes/secret",
  NETWORK_POLICY: "kubernetes/network-policy",
  HORIZONTAL_POD_AUTOSCALER: "kubernetes/horizontal-pod-autoscaler",
  INIT_CONTAINER: "kubernetes/init-container",
  PROXY_CONTAINER: "kubernetes/proxy-container",
  LOG_COLLECTOR_CONFIG: "kubernetes/log-collector-config",
  LOG_COLLECTOR_CONTAINER: "kubernetes/log-collector-container",
  STATEFUL_SET: "kubernetes/stateful-set",
  CRON_JOB: "kubernetes/cron-job",
  JOB: "kubernetes/job",
  PERSISTENT_VOLUME_CLAIM: "kubernetes/persistent-volume-claim",
  STORAGE_CLASS: "kubernetes/storage-class",
  EXTERNAL_SERVICE: "kubernetes/external-service",
  EXTERNAL_ENDPOINTS: "kubernetes/external-endpoints",
  ISTIO_VIRTUAL_SERVICE: "istio/virtual-service",
  ISTIO_GATEWAY: "istio/gateway",
  ISTIO_SERVICE_ENTRY: "istio/service-entry",
  JENKINS_JOB: "jenkins/job",
  BUILD_COMMAND_GO: "jenkins/go",
  BUILD_COMMAND_JAVA: "jenkins/java",
  BUILD_COMMAND_NODE: "jenkins/node",
  BUILD_COMMAND_PYTHON: "jenkins/python",
  BUILD_COMMAND_STATIC: "jenkins/static",
  NOTIFICATION_EMAIL: "notification/email",
  NOTIFICATION_EMAIL_HTML: "notification/email-html",
  NOTIFICATION_CHAT: "notification/chat",
  NOTIFICATION_WEBHOOK: "notification/webhook",
  DOCKERFILE_GO: "docker/go",
  DOCKERFILE_JAVA: "docker/java",
  DOCKERFILE_NODE: "docker/node",
  DOCKERFILE_PYTHON: "docker/python",
  DOCKERFILE_STATIC: "docker/static",
} as const satisfies Readonly<Record<string, TemplateName>>;

registerEnumType(TemplateKind, {
  name: "TemplateKind",
  description: "The kind of a template: what it renders.",
  valuesConfig: {
    NAMESPACE: { description: "The Kubernetes Namespace of a namespace." },
    IMAGE_PULL_SECRET: { description: "The Secret with which a namespace's pods pull images." },
    NAMESPACE_NETWORK_POLICY: { description: "The NetworkPolicy of an isolated namespace." },
    CONFIG_MAP: { description: "The ConfigMap of an app." },
    SERVICE: { description: "The Service of an app." },
    DEPLOYMENT: { description: "The Deployment of an app." },
    INGRESS: { description: "The Ingress of an app." },
    SERVICE_ACCOUNT: {
      description: "The ServiceAccount that an app's pods run as; absent unless a template makes one.",
    },
    SECRET: { description: "The Secret of an app; absent unless a template makes one." },
    NETWORK_POLICY: {
      description:
        "The NetworkPolicy of an app's pods; absent unless a template makes one, so that everyone may reach them.",
    },
    HORIZONTAL_POD_AUTOSCALER: { description: "The HorizontalPodAutoscaler of an app whose spec has `autoscaling`." },
    INIT_CONTAINER: {
      description: "An init container of an app's pods; absent unless a template makes one.",
    },
    PROXY_CONTAINER: {
      description:
        "A proxy container in an app's pods, between the app and the network; absent unless a template makes one.",
    },
    LOG_COLLECTOR_CONFIG: {
      description: "The ConfigMap of an app's log collector; absent unless a template makes one.",
    },
    LOG_COLLECTOR_CONTAINER: {
      description: "A log collector container in an app's pods; absent unless a template makes one.",
    },
    STATEFUL_SET: { description: "The StatefulSet of an app whose pods have their own names and volumes." },
    CRON_JOB: { description: "The CronJob that runs an app on a schedule." },
    JOB: { description: "The Job that runs an app once, to its end." },
    PERSISTENT_VOLUME_CLAIM: { description: "The PersistentVolumeClaim of a volume of an app." },
    STORAGE_CLASS: { description: "The StorageClass that provides volumes in the whole cluster." },
    EXTERNAL_SERVICE: { description: "The Service through which pods reach an external service." },
    EXTERNAL_ENDPOINTS: { description: "The EndpointSlice with the addresses of an EXTERNAL_SERVICE." },
    ISTIO_VIRTUAL_SERVICE: { description: "The Istio VirtualService that routes requests to an app." },
    ISTIO_GATEWAY: { description: "The Istio Gateway, an entry point of the mesh." },
    ISTIO_SERVICE_ENTRY: { description: "The Istio ServiceEntry of an external service that the mesh may reach." },
    JENKINS_JOB: { description: "The Jenkins job of an app (config.xml)." },
    BUILD_COMMAND_GO: { description: "The command that builds an app in Go." },
    BUILD_COMMAND_JAVA: { description: "The command that builds an app in Java." },
    BUILD_COMMAND_NODE: { description: "The command that builds an app in Node.js." },
    BUILD_COMMAND_PYTHON: { description: "The command that builds an app in Python." },
    BUILD_COMMAND_STATIC: { description: "The command that builds an app of static files." },
    NOTIFICATION_EMAIL: { description: "The subject and the plain text of a notification e-mail." },
    NOTIFICATION_EMAIL_HTML: { description: "The HTML text of a notification e-mail." },
    NOTIFICATION_CHAT: { description: "The request body for a chat's incoming webhook." },
    NOTIFICATION_WEBHOOK: { description: "The request body for a webhook." },
    DOCKERFILE_GO: { description: "The library's Dockerfile of an app in Go." },
    DOCKERFILE_JAVA: { description: "The library's Dockerfile of an app in Java." },
    DOCKERFILE_NODE: { description: "The library's Dockerfile of an app in Node.js." },
    DOCKERFILE_PYTHON: { description: "The library's Dockerfile of an app in Python." },
    DOCKERFILE_STATIC: { description: "The library's Dockerfile of an app of static files." },
  },
});

/** The published names of the uses; a kind that nothing uses is in the catalogue. */
export const PublicTemplateUse = {
  APP: TemplateUse.APP,
  NAMESPACE: TemplateUse.NAMESPACE,
  LIBRARY: TemplateUse.LIBRARY,
  CATALOGUE: TemplateUse.UNUSED,
} as const;
publishEnum<keyof typeof PublicTemplateUse>(
  PublicTemplateUse,
  "TemplateUse",
  "Where the platform uses a kind of template.",
  {
    APP: "Every app is rendered by one template of this kind.",
    NAMESPACE: "Every namespace is rendered by one template of this kind.",
    LIBRARY: "The query `dockerfiles` returns the output of the platform-wide template of this kind.",
    CATALOGUE:
      "The platform does not use the kind yet. Templates of it can be written, previewed with sample data and stored.",
  },
);
