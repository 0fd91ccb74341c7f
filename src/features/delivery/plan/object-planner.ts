import { canonicalJson } from "../../../kernel/canonical-json.js";
import { PlanStale, UpstreamRejected, type PlanDifference } from "../../../kernel/errors.js";
import type { Digests } from "../../../kernel/digests.js";
import type { SecretCipher } from "../../../kernel/secret-cipher.js";
import type { Cluster } from "../../../upstreams/cluster.js";
import type { Clusters } from "../../../upstreams/clusters.js";
import type { Manifest, AppRef } from "../../../upstreams/cluster-object.js";
import type { DryRunResult } from "../../../upstreams/dry-run.js";
import type { ObservedCondition } from "../../foundation/condition.js";
import { decryptSecrets } from "../../foundation/secrets.js";
import { changeOf, fieldChanges, type FieldChange, type ObjectChange } from "../object-change/object-changes.js";

/** The change that a plan makes to one object; KEEP is no change. */
export interface PlannedObject extends Omit<ObjectChange, "action"> {
  readonly action: ObjectChange["action"] | "KEEP";
  /** Why the object cannot be as planned; it holds since the plan was made. */
  readonly condition: ObservedCondition | null;
  /** The uid of the object in the cluster. */
  readonly uid: string | null;
  /** A digest of the change, secret values included: equal for equal changes. */
  readonly mark: string;
}

/** The previews of all objects, and the objects that are in the cluster now. */
interface ObjectPreview {
  readonly objects: readonly PlannedObject[];
  readonly live: readonly Manifest[];
}

/** Attempts to apply an object that others keep changing. */
const maxAttempts = 5;

/** Previews the changes to an app's objects by dry runs, and applies a plan only if its preview still holds. */
export class ObjectPlanner {
  constructor(
    private readonly clusters: Clusters,
    private readonly cipher: SecretCipher,
    private readonly digests: Digests,
  ) {}

  /**
   * In the order of the manifests, then the objects that are removed. One read and one dry run for each object. The marks
   * are made with the key of the `planned` ones, so that both can be compared.
   */
  async preview(
    owner: AppRef,
    rendered: readonly Manifest[],
    signal: AbortSignal,
    planned: readonly PlannedObject[] = [],
  ): Promise<ObjectPreview> {
    const { dryRuns } = this.clusters.of(owner.namespace);
    const manifests = rendered.map((each) => decryptSecrets(each, this.cipher));
    const [dryRun, removed] = await Promise.all([
      Promise.all(manifests.map((each) => dryRuns.preview(each, signal))),
      dryRuns.removable(owner, manifests, signal),
    ]);
    const gone = removed.map(({ kind, name }): PlannedObject => ({
      ...nothing,
      action: "DELETE",
      kind,
      name,
      mark: deleted,
    }));
    return {
      objects: [...manifests.map((each, index) => this.judge(each, dryRun[index]!, planned)), ...gone],
      live: dryRun.flatMap(({ before }) => before?.manifest ?? []),
    };
  }

  private judge(manifest: Manifest, dryRun: DryRunResult, planned: readonly PlannedObject[]): PlannedObject {
    const earlier = planned.find(({ mark }) => mark !== deleted)?.mark;
    return judge(manifest, dryRun, (text) => this.digests.of(text, earlier));
  }

  /**
   * Applies exactly the planned changes, or throws PLAN_STALE. May be repeated after any part of it, and must be after
   * ObjectTerminating: an object that is replaced was not gone yet.
   */
  async apply(
    owner: AppRef,
    {
      manifests,
      objects: planned,
    }: { readonly manifests: readonly Manifest[]; readonly objects: readonly PlannedObject[] },
    signal: AbortSignal,
  ): Promise<void> {
    // All objects are previewed first, so that nothing of a stale plan is applied; each is previewed again before it is applied.
    const { objects } = await this.preview(owner, manifests, signal, planned);
    requireSame(planned, objects, isSameOrDone);
    const cluster = this.clusters.of(owner.namespace);
    for (const each of manifests) await this.applyOne(cluster, decryptSecrets(each, this.cipher), planned, signal);
    await cluster.prune(owner, manifests, signal);
  }

  private async applyOne(
    cluster: Cluster,
    manifest: Manifest,
    planned: readonly PlannedObject[],
    signal: AbortSignal,
  ): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const dryRun = await cluster.dryRuns.preview(manifest, signal);
      const object = this.judge(manifest, dryRun, planned);
      const wanted = planned.filter((each) => keyOf(each) === keyOf(object));
      requireSame(wanted, [object], isSameOrDone);
      if (object.condition !== null) throw new UpstreamRejected("kubernetes", object.condition.message);
      if (object.action === "REPLACE") return cluster.replace(manifest, object.uid!, signal);
      if (!dryRun.before) return cluster.apply([manifest], signal);
      if (await cluster.applyIfVersion(manifest, dryRun.before.version, signal)) return;
      if (attempt === maxAttempts)
        throw new PlanStale([difference(object, `${object.kind} ${object.name} keeps changing.`)]);
    }
  }
}

/** The differences between the planned changes and a new preview. */
export function differences(
  planned: readonly PlannedObject[],
  now: readonly PlannedObject[],
  isSame: (planned: PlannedObject, now: PlannedObject) => boolean = (a, b) => a.mark === b.mark,
): PlanDifference[] {
  const left = new Map(planned.map((each) => [keyOf(each), each]));
  const found: PlanDifference[] = [];
  for (const object of now) {
    const before = left.get(keyOf(object));
    left.delete(keyOf(object));
    if (before && isSame(before, object)) continue;
    const what = object.action === "KEEP" ? "is as planned already" : "was changed in the cluster";
    found.push(difference(object, `${object.kind} ${object.name} ${before ? what : "was not there"}.`));
  }
  for (const object of left.values())
    if (object.action !== "DELETE")
      found.push(difference(object, `${object.kind} ${object.name} is not made any more.`));
  return found;
}

/** A crash may have left part of the plan applied: those objects need no change, and one that was deleted for a replacement is created. */
const isSameOrDone = (planned: PlannedObject, now: PlannedObject): boolean =>
  planned.mark === now.mark || now.action === "KEEP" || (planned.action === "REPLACE" && now.action === "CREATE");

function requireSame(...given: Parameters<typeof differences>): void {
  const found = differences(...given);
  if (found.length > 0) throw new PlanStale(found);
}

const difference = ({ kind, name }: PlannedObject, message: string): PlanDifference => ({
  what: "OBJECT",
  name: `${kind}/${name}`,
  message,
});

/** The mark of an object that is deleted. */
const deleted = "DELETE";

const nothing = { fields: [], condition: null, uid: null } as const;

/** The change that a dry run stands for. Pure. `digest` is keyed, so that secret values cannot be guessed from marks. */
export function judge(
  manifest: Manifest,
  { before, after, refusal }: DryRunResult,
  digest: (text: string) => string,
): PlannedObject {
  const of = (
    action: PlannedObject["action"],
    fields: readonly FieldChange[] = [],
    condition: ObservedCondition | null = null,
  ): PlannedObject => ({
    ...changeOf(action === "KEEP" ? "UPDATE" : action, manifest, fields),
    action,
    condition,
    uid: before?.uid ?? null,
    mark: digest(markOf(action, fields)),
  });
  if (refusal?.reason === "IMMUTABLE" && before) {
    // The manifest lacks the fields that the server fills in; the refusal names the field that was removed.
    const fixed = /\b(spec\.\w+|data|type)\b/.exec(refusal.message)?.[1] ?? "spec.selector";
    const fields = fieldChanges(before.manifest, manifest).filter(
      ({ path, after: wanted }) => wanted !== null || path.startsWith(fixed),
    );
    if (manifest.kind !== "PersistentVolumeClaim") return of("REPLACE", fields);
    const message = `${refusal.message}. It holds data, and is never replaced: make another one.`;
    return of("REPLACE", fields, { code: "OBJECT_IMMUTABLE", message });
  }
  if (refusal && refusal.reason !== "NO_NAMESPACE")
    return of(before ? "UPDATE" : "CREATE", [], { code: "UPSTREAM_REJECTED", message: refusal.message });
  if (!before || !after) return of("CREATE");
  const fields = fieldChanges(before.manifest, after);
  return fields.length > 0 ? of("UPDATE", fields) : of("KEEP");
}

const keyOf = ({ kind, name }: Pick<PlannedObject, "kind" | "name">): string => `${kind}/${name}`;

/** Fields are sorted by path: PostgreSQL's jsonb does not keep the order of keys. */
const markOf = (action: string, fields: readonly FieldChange[]): string =>
  canonicalJson([action, fields.toSorted((a, b) => (a.path < b.path ? -1 : 1))]);
