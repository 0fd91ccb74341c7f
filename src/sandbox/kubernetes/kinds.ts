/** One kind of object that the sandbox stores. */
export interface Kind {
  readonly kind: string;
  /** "" is the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly subresources: readonly string[];
  /** A change of anything but metadata and status counts `metadata.generation` up. */
  readonly generation: boolean;
  /** DELETE answers with the object instead of a Status. */
  readonly deleteAnswersObject: boolean;
}

type Row = readonly [kind: string, plural: string, traits?: string, shortNames?: string];

/** Traits: c = not namespaced, g = has a generation, s = status, k = scale, l = log, x = exec, o = DELETE answers with the object. */
const table: Readonly<Record<string, readonly Row[]>> = {
  v1: [
    ["Namespace", "namespaces", "cso", "ns"],
    ["Node", "nodes", "cs", "no"],
    ["Pod", "pods", "slxo", "po"],
    ["Service", "services", "so", "svc"],
    ["ConfigMap", "configmaps", "", "cm"],
    ["Secret", "secrets"],
    ["Event", "events", "", "ev"],
    ["ServiceAccount", "serviceaccounts", "o", "sa"],
    ["PersistentVolumeClaim", "persistentvolumeclaims", "so", "pvc"],
    ["Endpoints", "endpoints", "", "ep"],
    ["ResourceQuota", "resourcequotas", "so", "quota"],
  ],
  "apps/v1": [
    ["Deployment", "deployments", "gsk", "deploy"],
    ["ReplicaSet", "replicasets", "gsk", "rs"],
    ["StatefulSet", "statefulsets", "gsk", "sts"],
  ],
  "networking.k8s.io/v1": [
    ["Ingress", "ingresses", "gs", "ing"],
    ["NetworkPolicy", "networkpolicies", "g", "netpol"],
  ],
  "batch/v1": [
    ["Job", "jobs", "gs"],
    ["CronJob", "cronjobs", "gs", "cj"],
  ],
  "autoscaling/v2": [["HorizontalPodAutoscaler", "horizontalpodautoscalers", "s", "hpa"]],
  "storage.k8s.io/v1": [["StorageClass", "storageclasses", "c", "sc"]],
  "rbac.authorization.k8s.io/v1": [
    ["Role", "roles"],
    ["RoleBinding", "rolebindings"],
    ["ClusterRole", "clusterroles", "c"],
    ["ClusterRoleBinding", "clusterrolebindings", "c"],
  ],
};

export const kinds: readonly Kind[] = Object.entries(table).flatMap(([groupVersion, rows]) => {
  const [version, group = ""] = groupVersion.split("/").reverse() as [string, string?];
  return rows.map(([kind, plural, traits = "", shortNames]): Kind => {
    const named: readonly [string, string][] = [
      ["s", "status"],
      ["k", "scale"],
      ["l", "log"],
      ["x", "exec"],
    ];
    return {
      kind,
      group,
      version,
      plural,
      namespaced: !traits.includes("c"),
      generation: traits.includes("g"),
      deleteAnswersObject: traits.includes("o"),
      subresources: named.filter(([letter]) => traits.includes(letter)).map(([, name]) => name),
      shortNames: shortNames === undefined ? [] : [shortNames],
    };
  });
});

const byName = new Map(kinds.map((kind) => [kind.kind, kind]));

/** The kind of this name; kind names are unique in the sandbox. */
export function kindOf(name: string): Kind {
  const kind = byName.get(name);
  if (!kind) throw new Error(`the sandbox has no kind ${name}`);
  return kind;
}

/** `v1`, `apps/v1`. */
export const apiVersionOf = ({ group, version }: Kind): string => (group === "" ? version : `${group}/${version}`);

/** `pods`, `deployments.apps`: how messages name a resource. */
export const resourceOf = ({ plural, group }: Kind): string => (group === "" ? plural : `${plural}.${group}`);
