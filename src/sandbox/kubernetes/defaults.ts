import { randomInt } from "node:crypto";
import type { KubeObject } from "./kube-object.js";
import { quantity } from "./quantity.js";

type Draft = { [field: string]: unknown };

const draft = (value: unknown): Draft => (value ?? {}) as Draft;
const drafts = (value: unknown): Draft[] => (Array.isArray(value) ? (value as Draft[]) : []);

/** Sets each field that is absent. */
function fill(target: Draft, values: Draft): void {
  for (const [name, value] of Object.entries(values)) target[name] ??= value;
}

function defaultContainer(container: Draft): void {
  const image = typeof container["image"] === "string" ? container["image"] : "";
  const tag = /:([^:/]+)$/.exec(image)?.[1];
  const isPinned = image.includes("@") || (tag !== undefined && tag !== "latest");
  fill(container, {
    resources: {},
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    imagePullPolicy: isPinned ? "IfNotPresent" : "Always",
  });
  for (const port of drafts(container["ports"])) fill(port, { protocol: "TCP" });
  for (const name of ["livenessProbe", "readinessProbe", "startupProbe"]) {
    if (container[name] === undefined) continue;
    const probe = draft(container[name]);
    fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
    if (probe["httpGet"] !== undefined) fill(draft(probe["httpGet"]), { path: "/", scheme: "HTTP" });
  }
  const resources = draft(container["resources"]);
  if (resources["limits"] !== undefined)
    resources["requests"] = { ...draft(resources["limits"]), ...draft(resources["requests"]) };
}

function defaultPodSpec(spec: Draft): void {
  fill(spec, {
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    securityContext: {},
    schedulerName: "default-scheduler",
  });
  for (const container of [...drafts(spec["containers"]), ...drafts(spec["initContainers"])])
    defaultContainer(container);
  for (const volume of drafts(spec["volumes"])) {
    for (const name of ["configMap", "secret"])
      if (volume[name] !== undefined) fill(draft(volume[name]), { defaultMode: 420 });
  }
  if (spec["serviceAccountName"] !== undefined) fill(spec, { serviceAccount: spec["serviceAccountName"] });
}

/** Best effort, burstable or guaranteed, by what the containers ask for. */
function qosClass(spec: Draft): string {
  const resources = drafts(spec["containers"]).map((container) => draft(container["resources"]));
  const isGuaranteed = resources.every(({ limits, requests }) =>
    ["cpu", "memory"].every(
      (name) => draft(limits)[name] !== undefined && quantity(draft(limits)[name]) === quantity(draft(requests)[name]),
    ),
  );
  if (isGuaranteed) return "Guaranteed";
  return resources.some(({ limits, requests }) => limits !== undefined || requests !== undefined)
    ? "Burstable"
    : "BestEffort";
}

function defaultTemplate(spec: Draft): void {
  if (spec["template"] !== undefined) defaultPodSpec(draft((draft(spec["template"])["spec"] ??= {})));
}

const clusterIp = (): string => `10.96.${randomInt(1, 255)}.${randomInt(1, 255)}`;

const defaulters: Readonly<Record<string, (spec: Draft, object: Draft) => void>> = {
  Namespace: (spec, object) => {
    fill(spec, { finalizers: ["kubernetes"] });
    fill(draft((object["status"] ??= {})), { phase: "Active" });
    const metadata = draft(object["metadata"]);
    metadata["labels"] = { ...draft(metadata["labels"]), "kubernetes.io/metadata.name": metadata["name"] };
  },
  Pod: (spec, object) => {
    defaultPodSpec(spec);
    fill(spec, {
      enableServiceLinks: true,
      serviceAccountName: "default",
      serviceAccount: "default",
      priority: 0,
      preemptionPolicy: "PreemptLowerPriority",
      tolerations: ["not-ready", "unreachable"].map((state) => ({
        key: `node.kubernetes.io/${state}`,
        operator: "Exists",
        effect: "NoExecute",
        tolerationSeconds: 300,
      })),
    });
    fill(draft((object["status"] ??= {})), { phase: "Pending", qosClass: qosClass(spec) });
  },
  Deployment: (spec) => {
    fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: {} });
    const strategy = draft(spec["strategy"]);
    fill(strategy, { type: "RollingUpdate" });
    if (strategy["type"] === "RollingUpdate")
      fill(draft((strategy["rollingUpdate"] ??= {})), { maxUnavailable: "25%", maxSurge: "25%" });
    defaultTemplate(spec);
  },
  ReplicaSet: (spec, object) => {
    fill(spec, { replicas: 1 });
    fill(draft((object["status"] ??= {})), { replicas: 0 });
    defaultTemplate(spec);
  },
  StatefulSet: (spec) => {
    fill(spec, {
      replicas: 1,
      revisionHistoryLimit: 10,
      podManagementPolicy: "OrderedReady",
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
    });
    defaultTemplate(spec);
  },
  Job: (spec) => {
    fill(spec, { parallelism: 1, completions: 1, backoffLimit: 6, completionMode: "NonIndexed", suspend: false });
    defaultTemplate(spec);
  },
  CronJob: (spec) => {
    fill(spec, {
      concurrencyPolicy: "Allow",
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
    if (spec["jobTemplate"] !== undefined) defaultTemplate(draft(draft(spec["jobTemplate"])["spec"]));
  },
  Service: (spec, object) => {
    fill(spec, {
      type: "ClusterIP",
      sessionAffinity: "None",
      internalTrafficPolicy: "Cluster",
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
    });
    if (spec["type"] !== "ExternalName") fill(spec, { clusterIP: clusterIp() });
    if (spec["clusterIP"] !== undefined) fill(spec, { clusterIPs: [spec["clusterIP"]] });
    for (const port of drafts(spec["ports"])) {
      fill(port, { protocol: "TCP", targetPort: port["port"] });
      if (spec["type"] !== "ClusterIP" && spec["type"] !== "ExternalName")
        fill(port, { nodePort: randomInt(30_000, 32_768) });
    }
    fill(object, { status: { loadBalancer: {} } });
  },
  Secret: (_spec, object) => {
    const { stringData, ...rest } = object;
    if (stringData !== undefined) {
      const encoded = Object.entries(draft(stringData)).map(([key, value]) => [
        key,
        Buffer.from(String(value)).toString("base64"),
      ]);
      object["data"] = { ...draft(rest["data"]), ...Object.fromEntries(encoded) };
      delete object["stringData"];
    }
    fill(object, { type: "Opaque" });
  },
  Ingress: (_spec, object) => fill(object, { status: { loadBalancer: {} } }),
  PersistentVolumeClaim: (spec, object) => {
    fill(spec, { volumeMode: "Filesystem", storageClassName: "standard" });
    fill(object, { status: { phase: "Pending" } });
  },
  StorageClass: (_spec, object) => fill(object, { reclaimPolicy: "Delete", volumeBindingMode: "Immediate" }),
};

const withoutSpec = new Set(["Secret", "StorageClass"]);
const withStatus = new Set(["Deployment", "StatefulSet", "Job", "CronJob", "ResourceQuota"]);

/** The object with the defaults that the API server fills in. */
export function withDefaults<T extends KubeObject>(object: T): T {
  const copy = structuredClone(object) as unknown as Draft;
  const defaulter = defaulters[object.kind];
  if (defaulter) {
    if (!withoutSpec.has(object.kind)) copy["spec"] ??= {};
    defaulter(draft(copy["spec"]), copy);
  }
  if (withStatus.has(object.kind)) copy["status"] ??= {};
  return copy as unknown as T;
}
