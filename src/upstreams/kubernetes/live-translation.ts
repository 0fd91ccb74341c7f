import { labels } from "../cluster.js";
import { secretDigest, type FieldOwner, type FieldStep, type LiveField, type LiveObject } from "../live-object.js";
import type { WireManagedFields, WireObject } from "./wire.js";

/** Kubernetes' own controllers; the fields that they set are not drift. */
const clusterManagers: ReadonlySet<string> = new Set([
  "kube-controller-manager",
  "kube-scheduler",
  "kube-apiserver",
  "kubelet",
  "cloud-controller-manager",
  "k3s",
  "rke2",
]);

type Fields = Readonly<Record<string, unknown>>;

interface Packed {
  readonly content: Fields;
  readonly owned: readonly {
    readonly owner: Omit<FieldOwner, "at"> & { readonly at?: string };
    readonly fields: Fields;
  }[];
}

/** An object of an app; undefined when it belongs to none, or was made by a controller, which manages it. */
export function toLiveObject(item: WireObject, kind: Kind, fieldManager: string): LiveObject | undefined {
  const { metadata } = item;
  const appId = metadata.labels?.[labels.app];
  if (appId === undefined || metadata.ownerReferences?.some(({ controller }) => controller)) return undefined;
  const {
    apiVersion: _version,
    kind: _kind,
    metadata: _metadata,
    status: _status,
    ...rest
  } = item as WireObject & Fields;
  const { labels: labelled, annotations } = metadata;
  const content = {
    ...(kind.kind === "Secret" ? withDigests(rest) : rest),
    metadata: { labels: labelled, annotations },
  };
  const owned = (metadata.managedFields ?? []).flatMap((entry) => ownedBy(entry, fieldManager));
  return new PackedObject(kind, metadata.namespace ?? "", metadata.name, appId, JSON.stringify({ content, owned }));
}

interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Kept as one text: as objects, the field owners would take several times the memory of everything else. */
class PackedObject implements LiveObject {
  readonly apiVersion: string;
  readonly kind: string;

  constructor(
    { apiVersion, kind }: Kind,
    readonly namespace: string,
    readonly name: string,
    readonly appId: string,
    private readonly packed: string,
  ) {
    this.apiVersion = apiVersion;
    this.kind = kind;
  }

  fields(): LiveField {
    const { content, owned } = JSON.parse(this.packed) as Packed;
    return fieldOf(
      content,
      owned.map(({ owner: { at, ...owner }, fields }) => ({
        owner: { ...owner, ...(at !== undefined && { at: new Date(at) }) },
        fields,
      })),
    );
  }
}

/** The fields of an entry other than the status; empty when there are none. */
function ownedBy(
  { manager = "unknown", operation, time, subresource, fieldsV1 }: WireManagedFields,
  fieldManager: string,
): Packed["owned"] {
  if (subresource === "status" || fieldsV1 === undefined) return [];
  const { "f:status": _status, ...fields } = fieldsV1;
  const isApplied = manager === fieldManager && operation === "Apply";
  // Changes by admission are recorded as updates of the requester.
  const isClusters = clusterManagers.has(manager) || (manager === fieldManager && !isApplied);
  // The times of our and the cluster's entries are not needed, and change with each status.
  if (isApplied) return [{ owner: { manager, kind: "PLATFORM" }, fields }];
  if (!isClusters) return [{ owner: { manager, kind: "OTHER", ...(time !== undefined && { at: time }) }, fields }];
  const { "f:metadata": _metadata, ...own } = fields;
  return Object.keys(own).length === 0 ? [] : [{ owner: { manager, kind: "CLUSTER" }, fields: own }];
}

interface Claim {
  readonly owner: FieldOwner;
  /**
   * In Kubernetes' notation: `f:` a field, `k:` an item by its key, `v:` one by its value, `i:` by its position; `.`
   * the parent itself.
   */
  readonly fields: Fields;
}

function fieldOf(value: unknown, claims: readonly Claim[]): LiveField {
  const owners = claims.filter(({ fields }) => "." in fields || Object.keys(fields).length === 0);
  const steps = new Set(claims.flatMap(({ fields }) => Object.keys(fields)));
  steps.delete(".");
  const children = [...steps].sort().map((text) => {
    const step = stepOf(text);
    const below = claims.flatMap(({ owner, fields }) =>
      text in fields ? [{ owner, fields: fields[text] as Fields }] : [],
    );
    return { step, field: fieldOf(valueAt(value, step), below) };
  });
  return { value, owners: owners.map(({ owner }) => owner), children };
}

function stepOf(text: string): FieldStep {
  const rest = text.slice(2);
  if (text.startsWith("k:")) return JSON.parse(rest) as Fields;
  if (text.startsWith("v:")) return { "": JSON.parse(rest) as unknown };
  return rest;
}

/** The value one step below a value. */
export function valueAt(value: unknown, step: FieldStep): unknown {
  if (Array.isArray(value)) return value[indexOf(value, step)];
  return typeof step === "string" && typeof value === "object" && value !== null ? (value as Fields)[step] : undefined;
}

/** The position of this step's item in a list; -1 when it is absent. */
export function indexOf(list: readonly unknown[], step: FieldStep): number {
  if (typeof step === "string") return /^\d+$/.test(step) ? Number(step) : -1;
  return list.findIndex((item) =>
    Object.entries(step).every(([name, is]) => (name === "" ? item : (item as Fields | null)?.[name]) === is),
  );
}

const withDigests = (secret: Fields): Fields => ({
  ...secret,
  data: Object.fromEntries(
    Object.entries((secret["data"] ?? {}) as Fields).map(([name, value]) => [name, secretDigest(String(value))]),
  ),
});
