import { registerEnumType } from "type-graphql";
import { TemplateUse, type TemplateName } from "../../../rendering/template-kinds.js";
import { publishEnum } from "../../foundation/graphql.js";

/** The words of the API for the kinds of templates. */
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
  description: "What a template makes.",
  valuesConfig: {
    NAMESPACE: { description: "The Kubernetes Namespace." },
    IMAGE_PULL_SECRET: { description: "The Secret by which a namespace's pods pull images." },
    NAMESPACE_NETWORK_POLICY: { description: "What the pods of an isolated namespace reach, and who reaches them." },
    CONFIG_MAP: { description: "An app's ConfigMap." },
    SERVICE: { description: "An app's Service." },
    DEPLOYMENT: { description: "An app's Deployment." },
    INGRESS: { description: "An app's Ingress." },
    SERVICE_ACCOUNT: {
      description: "An app's ServiceAccount, which its pods run as; none, unless a template makes one.",
    },
    SECRET: { description: "An app's Secret; none, unless a template makes one." },
    NETWORK_POLICY: { description: "Who may reach an app's pods; everybody, unless a template makes one." },
    HORIZONTAL_POD_AUTOSCALER: { description: "What scales an app, when its spec has `autoscaling`." },
    INIT_CONTAINER: {
      description: "A container that runs in an app's pods before its own; none, unless a template makes one.",
    },
    PROXY_CONTAINER: {
      description:
        "A container that stands between an app and the network, in its pods; none, unless a template makes one.",
    },
    LOG_COLLECTOR_CONFIG: {
      description: "The ConfigMap of what collects an app's log files; none, unless a template makes one.",
    },
    LOG_COLLECTOR_CONTAINER: {
      description: "A container that collects an app's log files, in its pods; none, unless a template makes one.",
    },
    STATEFUL_SET: { description: "What runs an app whose pods have names and volumes of their own." },
    CRON_JOB: { description: "What runs an app by a schedule." },
    JOB: { description: "One run of an app to its end." },
    PERSISTENT_VOLUME_CLAIM: { description: "A volume of an app." },
    STORAGE_CLASS: { description: "How volumes are made; of the whole cluster." },
    EXTERNAL_SERVICE: { description: "The Service by which pods reach something outside of the cluster." },
    EXTERNAL_ENDPOINTS: { description: "The EndpointSlice with the addresses of an EXTERNAL_SERVICE." },
    ISTIO_VIRTUAL_SERVICE: { description: "How Istio sends requests to an app." },
    ISTIO_GATEWAY: { description: "An entry to Istio's mesh." },
    ISTIO_SERVICE_ENTRY: { description: "Something outside that Istio's mesh may reach." },
    JENKINS_JOB: { description: "An app's job on the build server: Jenkins' config.xml." },
    BUILD_COMMAND_GO: { description: "The command that builds an app in Go." },
    BUILD_COMMAND_JAVA: { description: "The command that builds an app in Java." },
    BUILD_COMMAND_NODE: { description: "The command that builds an app in Node.js." },
    BUILD_COMMAND_PYTHON: { description: "The command that builds an app in Python." },
    BUILD_COMMAND_STATIC: { description: "The command that builds an app of static files." },
    NOTIFICATION_EMAIL: { description: "What an e-mail of a notification says: its subject and text." },
    NOTIFICATION_EMAIL_HTML: { description: "The same text for those who read HTML." },
    NOTIFICATION_CHAT: { description: "What is posted to an incoming webhook of a chat." },
    NOTIFICATION_WEBHOOK: { description: "What is posted to a webhook." },
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
publishEnum<keyof typeof PublicTemplateUse>(PublicTemplateUse, "TemplateUse", "What makes use of a kind of template.", {
  APP: "Every app is made by one of this kind.",
  NAMESPACE: "Every namespace is made by one of this kind.",
  LIBRARY: "`dockerfiles` shows what is made by one of this kind, for everyone.",
  CATALOGUE: "Nothing is made by it yet. It can be written, tried on made-up words and kept.",
});
