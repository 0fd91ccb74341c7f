import type { Manifest } from "../../../upstreams/cluster-object.js";
import { quantityOf } from "../../../upstreams/quantity.js";
import type { KeySelector, PodSpec, WorkloadSpec } from "../../../upstreams/kubernetes-types.js";
import type { ClusterContext } from "../../../upstreams/dry-run.js";
import { outsideHolder } from "../host/outside-hosts.js";

export const PlanWarningCode = {
  NO_IMAGE_YET: "NO_IMAGE_YET",
  NAMESPACE_MISSING: "NAMESPACE_MISSING",
  QUOTA_EXCEEDED: "QUOTA_EXCEEDED",
  HOST_TAKEN: "HOST_TAKEN",
  CLAIM_MISSING: "CLAIM_MISSING",
  SECRET_MISSING: "SECRET_MISSING",
  CONFIG_MAP_MISSING: "CONFIG_MAP_MISSING",
  REPLICAS_ABOVE_NODES: "REPLICAS_ABOVE_NODES",
  PROBE_PORT_NOT_EXPOSED: "PROBE_PORT_NOT_EXPOSED",
  UNCHECKED: "UNCHECKED",
} as const;
export type PlanWarningCode = keyof typeof PlanWarningCode;

/** A problem that the cluster accepts and that will not work. */
export interface PlanWarning {
  readonly code: PlanWarningCode;
  readonly message: string;
  /** `Deployment/api`. */
  readonly object: string | null;
  /** The Ingress that has the host; shown only to actors who may read its namespace. */
  readonly holder?: { readonly namespace: string; readonly name: string };
}

/** An object that a pod refers to and that is not among the rendered objects. */
export interface Reference {
  readonly kind: "Secret" | "ConfigMap" | "PersistentVolumeClaim";
  readonly name: string;
  readonly key?: string;
}

/** The pod spec and the number of replicas of a workload; undefined for other objects. */
function podsOf(manifest: Manifest): { readonly spec: PodSpec; readonly replicas: number } | undefined {
  const { spec } = manifest as { readonly spec?: WorkloadSpec };
  const pod = spec?.template?.spec ?? spec?.jobTemplate?.spec?.template?.spec;
  return pod && { spec: pod, replicas: spec?.replicas ?? 1 };
}

/** The objects that the pods refer to, each once. */
export function referencesOf(manifests: readonly Manifest[]): Reference[] {
  const found = new Map<string, Reference>();
  const add = (kind: Reference["kind"], { name, key, optional }: KeySelector = {}): void => {
    const isBrought = manifests.some((each) => each.kind === kind && each.metadata.name === name);
    if (name !== undefined && !optional && !isBrought)
      found.set(`${kind}/${name}/${key ?? ""}`, { kind, name, ...(key !== undefined && { key }) });
  };
  for (const { spec } of manifests.flatMap((each) => podsOf(each) ?? [])) {
    for (const { env = [], envFrom = [] } of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
      for (const { valueFrom } of env) {
        add("Secret", valueFrom?.secretKeyRef);
        add("ConfigMap", valueFrom?.configMapKeyRef);
      }
      for (const { secretRef, configMapRef } of envFrom) {
        add("Secret", secretRef);
        add("ConfigMap", configMapRef);
      }
    }
    for (const each of spec.imagePullSecrets ?? []) add("Secret", each);
    for (const { secret, configMap, persistentVolumeClaim } of spec.volumes ?? []) {
      if (secret) add("Secret", { name: secret.secretName!, ...(secret.optional && { optional: true }) });
      add("ConfigMap", configMap);
      if (persistentVolumeClaim) add("PersistentVolumeClaim", { name: persistentVolumeClaim.claimName! });
    }
  }
  return [...found.values()];
}

/** Warnings about objects that the cluster would accept. `live` are the objects that are in the cluster now. */
export function warningsOf(
  manifests: readonly Manifest[],
  live: readonly Manifest[],
  missing: readonly Reference[],
  { quotas, nodes, hosts }: ClusterContext,
): PlanWarning[] {
  const unseen = Object.entries({ quotas, nodes, ingresses: hosts }).flatMap(([name, seen]) => (seen ? [] : [name]));
  return [
    ...missing.map(missingWarning),
    ...manifests.flatMap((each) => probeWarnings(each)),
    ...quotaWarnings(manifests, live, quotas ?? []),
    ...manifests.flatMap((each) => nodeWarnings(each, nodes ?? [])),
    ...manifests.flatMap((each) => hostWarnings(each, hosts ?? [])),
    ...unseen.map((name) => warning("UNCHECKED", `The cluster does not let us see its ${name}.`)),
  ];
}

export const warning = (code: PlanWarningCode, message: string, about?: Manifest): PlanWarning => ({
  code,
  message,
  object: about ? `${about.kind}/${about.metadata.name}` : null,
});

const missingCodes = {
  Secret: "SECRET_MISSING",
  ConfigMap: "CONFIG_MAP_MISSING",
  PersistentVolumeClaim: "CLAIM_MISSING",
} as const;

const missingWarning = ({ kind, name, key }: Reference): PlanWarning =>
  warning(
    missingCodes[kind],
    key === undefined
      ? `The pods need the ${kind} ${name}, which is not there.`
      : `The pods need ${key} of the ${kind} ${name}, which is not there.`,
  );

function probeWarnings(manifest: Manifest): PlanWarning[] {
  return (podsOf(manifest)?.spec.containers ?? []).flatMap((container) => {
    const { ports = [] } = container;
    const open = new Set(ports.flatMap(({ name, containerPort }) => [name, containerPort]));
    return (["readinessProbe", "livenessProbe", "startupProbe"] as const).flatMap((which) => {
      const port = container[which]?.httpGet?.port ?? container[which]?.tcpSocket?.port;
      if (port === undefined || open.has(port)) return [];
      const message = `The ${which} of ${container.name} asks port ${port}, which the container does not expose.`;
      return [warning("PROBE_PORT_NOT_EXPOSED", message, manifest)];
    });
  });
}

/** The amount of a resource that all pods of these objects request; `resource` is named as in a ResourceQuota. */
function taken(manifests: readonly Manifest[], resource: string): number {
  const [side, name] = resource.includes(".") ? resource.split(".", 2) : ["requests", resource];
  return manifests.reduce((sum, manifest) => {
    const pods = podsOf(manifest);
    if (!pods) return sum;
    if (resource === "pods" || resource === "count/pods") return sum + pods.replicas;
    if (side !== "requests" && side !== "limits") return sum;
    return sum + pods.replicas * amountOf(pods.spec, side, name!);
  }, 0);
}

const amountOf = ({ containers = [] }: PodSpec, side: "requests" | "limits", name: string): number =>
  containers.reduce(
    (sum, { resources }) => sum + quantityOf(resources?.[side]?.[name] ?? resources?.limits?.[name] ?? "0"),
    0,
  );

function quotaWarnings(
  manifests: readonly Manifest[],
  live: readonly Manifest[],
  quotas: NonNullable<ClusterContext["quotas"]>,
): PlanWarning[] {
  return quotas.flatMap(({ name, resource, hard, used }) => {
    const more = taken(manifests, resource) - taken(live, resource);
    if (more <= 0 || used + more <= hard) return [];
    const message = `The quota ${name} allows ${hard} of ${resource}; ${used} are used, and ${round(more)} more are needed.`;
    return [warning("QUOTA_EXCEEDED", message)];
  });
}

function nodeWarnings(manifest: Manifest, nodes: NonNullable<ClusterContext["nodes"]>): PlanWarning[] {
  const pods = podsOf(manifest);
  if (!pods || nodes.length === 0) return [];
  const [cpu, memory] = [amountOf(pods.spec, "requests", "cpu"), amountOf(pods.spec, "requests", "memory")];
  const fit = nodes.reduce(
    (sum, node) => sum + Math.floor(Math.min(node.pods, node.cpu / (cpu || 1e-9), node.memory / (memory || 1e-9))),
    0,
  );
  if (pods.replicas <= fit) return [];
  const message = `${pods.replicas} replicas are wanted; even if nothing else ran there, the nodes hold ${fit}.`;
  return [warning("REPLICAS_ABOVE_NODES", message, manifest)];
}

/** Hosts that an Ingress outside the platform serves: the plan cannot be applied with them. */
function hostWarnings(manifest: Manifest, claimed: NonNullable<ClusterContext["hosts"]>): PlanWarning[] {
  const holder = outsideHolder([manifest], claimed);
  if (!holder) return [];
  const { host, namespace, name } = holder;
  const found = warning("HOST_TAKEN", `${host} is served by an Ingress that the platform did not make.`, manifest);
  return [{ ...found, holder: { namespace, name } }];
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000;
