/** How the platform treats the objects of one kind; every list of kinds is a column of this table. */
export interface ObjectKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** The plural resource name, as in paths and rights. */
  readonly resource: string;
  /** Watched in all namespaces at once, or in each namespace of the platform separately. */
  readonly watch: "EVERYWHERE" | "PER_NAMESPACE";
  /** Whether a difference from the release counts as drift. */
  readonly isDriftChecked: boolean;
  /** Whether an object is removed when its app no longer has it, and with its app. */
  readonly isPruned: boolean;
  /** Whether the platform creates objects of this kind today, and so needs the rights. */
  readonly isApplied: boolean;
  /** Whether an object of this kind waits for the app's first image. */
  readonly needsImage: boolean;
}

const standard = {
  watch: "EVERYWHERE",
  isDriftChecked: true,
  isPruned: true,
  isApplied: true,
  needsImage: false,
} as const;
const workload = { ...standard, needsImage: true } as const;

/** All kinds of an app's objects, in the order in which they are applied; they are removed in the reverse order. */
export const objectKinds = [
  { apiVersion: "v1", kind: "ConfigMap", resource: "configmaps", ...standard },
  // Rights to Secrets, the one to watch included, are granted only in the namespaces of the platform.
  { apiVersion: "v1", kind: "Secret", resource: "secrets", ...standard, watch: "PER_NAMESPACE" },
  { apiVersion: "v1", kind: "ServiceAccount", resource: "serviceaccounts", ...standard },
  { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", resource: "networkpolicies", ...standard },
  // A claim holds data: only a person may decide to remove it.
  {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    resource: "persistentvolumeclaims",
    ...standard,
    isPruned: false,
    isApplied: false,
  },
  { apiVersion: "v1", kind: "Service", resource: "services", ...standard },
  { apiVersion: "apps/v1", kind: "StatefulSet", resource: "statefulsets", ...workload, isApplied: false },
  { apiVersion: "apps/v1", kind: "Deployment", resource: "deployments", ...workload },
  { apiVersion: "batch/v1", kind: "Job", resource: "jobs", ...workload, isApplied: false },
  { apiVersion: "batch/v1", kind: "CronJob", resource: "cronjobs", ...workload, isApplied: false },
  {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    resource: "horizontalpodautoscalers",
    ...workload,
  },
  { apiVersion: "networking.k8s.io/v1", kind: "Ingress", resource: "ingresses", ...standard },
] as const satisfies readonly ObjectKind[];

type KindRef = Pick<ObjectKind, "apiVersion" | "kind">;

/** The position of a kind in the order of applying; -1 when apps cannot have objects of it. */
export const applyOrderOf = ({ apiVersion, kind }: KindRef): number =>
  objectKinds.findIndex((each) => each.apiVersion === apiVersion && each.kind === kind);

/** The row of a kind; undefined when apps cannot have objects of it. */
export const objectKindOf = (ref: KindRef): ObjectKind | undefined => objectKinds[applyOrderOf(ref)];

/** Whether differences of this kind count as drift; those of an unknown kind do. */
export const isDriftChecked = (ref: KindRef): boolean => objectKindOf(ref)?.isDriftChecked ?? true;

export interface KindRights {
  /** The verbs that the server needs in all namespaces. */
  readonly everywhere: readonly string[];
  /** The verbs that the server needs in each namespace of the platform. */
  readonly inNamespaces: readonly string[];
}

/** The RBAC rights that a kind needs; server-side apply is a patch, and a create for a new object. */
export function rightsFor({ watch, isApplied, isPruned }: ObjectKind): KindRights {
  const watching = ["list", "watch"];
  return {
    everywhere: watch === "EVERYWHERE" ? watching : [],
    inNamespaces: [
      ...(watch === "PER_NAMESPACE" ? watching : []),
      ...(isApplied ? ["get", "create", "patch"] : []),
      ...(isPruned ? ["delete"] : []),
    ],
  };
}
