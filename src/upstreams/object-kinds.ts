/** What the platform does with the objects of one kind; every list of kinds is a column of this table. */
export interface ObjectKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** The name of the kind in paths and rights. */
  readonly resource: string;
  /** Over all namespaces at once, or in each namespace of the platform by itself. */
  readonly watch: "EVERYWHERE" | "PER_NAMESPACE";
  /** Whether an object that differs from its release, or is missing, is told as drift. */
  readonly isDriftChecked: boolean;
  /** Whether an object goes when its app no longer has it, and with its app. */
  readonly isPruned: boolean;
  /** Whether the platform makes objects of this kind today, and so needs the rights to. */
  readonly isApplied: boolean;
  /** Whether an object of this kind has to wait for the app's first image. */
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

/** Every kind that an app's objects may be of, in the order in which they are applied; they are removed in the reverse. */
export const objectKinds = [
  { apiVersion: "v1", kind: "ConfigMap", resource: "configmaps", ...standard },
  // The rights to Secrets are given in the namespaces of the platform alone, those to watch them too.
  { apiVersion: "v1", kind: "Secret", resource: "secrets", ...standard, watch: "PER_NAMESPACE" },
  { apiVersion: "v1", kind: "ServiceAccount", resource: "serviceaccounts", ...standard },
  { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", resource: "networkpolicies", ...standard },
  // A claim holds data: only a person may say that it can go.
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

/** Where a kind lies in the order of applying; -1 when no object of an app may be of it. */
export const applyOrderOf = ({ apiVersion, kind }: KindRef): number =>
  objectKinds.findIndex((each) => each.apiVersion === apiVersion && each.kind === kind);

/** The row of a kind; undefined when no object of an app may be of it. */
export const objectKindOf = (ref: KindRef): ObjectKind | undefined => objectKinds[applyOrderOf(ref)];

/** Whether an object of this kind is told as drift when it differs; of a kind that is not listed nobody can tell. */
export const isDriftChecked = (ref: KindRef): boolean => objectKindOf(ref)?.isDriftChecked ?? true;

export interface KindRights {
  /** The verbs that the server needs in all namespaces. */
  readonly everywhere: readonly string[];
  /** The verbs that it needs in each namespace of the platform. */
  readonly inNamespaces: readonly string[];
}

/** The rights that a kind asks for (RBAC); server-side apply is a patch, and a create where there is nothing yet. */
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
