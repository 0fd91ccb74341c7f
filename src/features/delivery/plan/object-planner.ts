import { canonicalJson } from "../../../kernel/canonical-json.js";
import { PlanStale, UpstreamRejected, type PlanDifference } from "../../../kernel/errors.js";
import type { Digests } from "../../../kernel/digests.js";
import type { Seal } from "../../../kernel/seal.js";
import type { Cluster, Manifest, Owner } from "../../../upstreams/cluster.js";
import type { Foreseen } from "../../../upstreams/foresight.js";
import { openSecrets } from "../../foundation/secrets.js";
import { changeOf, fieldChanges, type FieldChange, type ObjectChange } from "../object-change/object-changes.js";

/** What becomes of one object, or that it stays as it is. */
export interface ForeseenObject extends Omit<ObjectChange, "action"> {
  readonly action: ObjectChange["action"] | "KEEP";
  /** Why the cluster would not take it; its own words. */
  readonly refusal: string | null;
  /** Of the object that is there. */
  readonly uid: string | null;
  /** The same for the same change, values that are never shown included. */
  readonly mark: string;
}

/** What was foreseen, and what is there. */
export interface Foresaid {
  readonly objects: readonly ForeseenObject[];
  readonly live: readonly Manifest[];
}

/** An object that changes under our hands is looked at again this often before we give up. */
const mostLooks = 5;

/** Sees what becomes of an app's objects before they are applied, and applies them only if that still holds. */
export class ObjectPlanner {
  constructor(
    private readonly cluster: Cluster,
    private readonly seal: Seal,
    private readonly digests: Digests,
  ) {}

  /**
   * In the order of the manifests, then what is removed. One read and one dry run for each object. To be compared with what
   * was `planned`, the marks are made with the same key.
   */
  async foresee(
    owner: Owner,
    rendered: readonly Manifest[],
    signal: AbortSignal,
    planned: readonly ForeseenObject[] = [],
  ): Promise<Foresaid> {
    const { foresight } = this.cluster;
    const manifests = rendered.map((each) => openSecrets(each, this.seal));
    const [foreseen, removed] = await Promise.all([
      Promise.all(manifests.map((each) => foresight.foresee(each, signal))),
      foresight.removable(owner, manifests, signal),
    ]);
    const gone = removed.map(({ kind, name }): ForeseenObject => ({
      ...nothing,
      action: "DELETE",
      kind,
      name,
      mark: deleted,
    }));
    return {
      objects: [...manifests.map((each, index) => this.judge(each, foreseen[index]!, planned)), ...gone],
      live: foreseen.flatMap(({ before }) => before?.manifest ?? []),
    };
  }

  private judge(manifest: Manifest, foreseen: Foreseen, planned: readonly ForeseenObject[]): ForeseenObject {
    const earlier = planned.find(({ mark }) => mark !== deleted)?.mark;
    return judge(manifest, foreseen, (text) => this.digests.of(text, earlier));
  }

  /** Makes the cluster hold exactly what was foreseen, or throws PLAN_STALE. May be repeated after any part of it. */
  async apply(
    owner: Owner,
    {
      manifests,
      objects: planned,
    }: { readonly manifests: readonly Manifest[]; readonly objects: readonly ForeseenObject[] },
    signal: AbortSignal,
  ): Promise<void> {
    // All of them first, so that of a stale plan nothing is applied; then each again, as it is at that moment.
    const { objects } = await this.foresee(owner, manifests, signal, planned);
    requireSame(planned, objects, isSameOrDone);
    for (const each of manifests) await this.applyOne(openSecrets(each, this.seal), planned, signal);
    await this.cluster.prune(owner, manifests, signal);
  }

  private async applyOne(manifest: Manifest, planned: readonly ForeseenObject[], signal: AbortSignal): Promise<void> {
    const { foresight } = this.cluster;
    for (let look = 1; ; look++) {
      const foreseen = await foresight.foresee(manifest, signal);
      const object = this.judge(manifest, foreseen, planned);
      const wanted = planned.filter((each) => keyOf(each) === keyOf(object));
      requireSame(wanted, [object], isSameOrDone);
      if (object.refusal !== null) throw new UpstreamRejected("kubernetes", object.refusal);
      if (object.action === "REPLACE") return foresight.replace(manifest, object.uid!, signal);
      if (!foreseen.before) return this.cluster.apply([manifest], signal);
      if (await foresight.applyOver(manifest, foreseen.before.version, signal)) return;
      if (look === mostLooks)
        throw new PlanStale([difference(object, `${object.kind} ${object.name} keeps changing.`)]);
    }
  }
}

/** What differs between what was foreseen once and what is foreseen now. */
export function differences(
  planned: readonly ForeseenObject[],
  now: readonly ForeseenObject[],
  isSame: (planned: ForeseenObject, now: ForeseenObject) => boolean = (a, b) => a.mark === b.mark,
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

/** A crash may have left any part of it applied; what was deleted for a replacement is made now. */
const isSameOrDone = (planned: ForeseenObject, now: ForeseenObject): boolean =>
  planned.mark === now.mark || now.action === "KEEP" || (planned.action === "REPLACE" && now.action === "CREATE");

function requireSame(...given: Parameters<typeof differences>): void {
  const found = differences(...given);
  if (found.length > 0) throw new PlanStale(found);
}

const difference = ({ kind, name }: ForeseenObject, message: string): PlanDifference => ({
  what: "OBJECT",
  name: `${kind}/${name}`,
  message,
});

/** The mark of an object that goes. */
const deleted = "DELETE";

const nothing = { fields: [], refusal: null, uid: null } as const;

/** Pure: what the cluster's answer means for the object. `digest` hides what must not be guessed at. */
export function judge(
  manifest: Manifest,
  { before, after, refusal }: Foreseen,
  digest: (text: string) => string,
): ForeseenObject {
  const of = (
    action: ForeseenObject["action"],
    fields: readonly FieldChange[] = [],
    refused: string | null = null,
  ): ForeseenObject => ({
    ...changeOf(action === "KEEP" ? "UPDATE" : action, manifest, fields),
    action,
    refusal: refused,
    uid: before?.uid ?? null,
    mark: digest(markOf(action, fields)),
  });
  if (refusal?.reason === "IMMUTABLE" && before) {
    // The manifest says nothing of what the server fills in; the refusal names what was taken away.
    const fixed = /\b(spec\.\w+|data|type)\b/.exec(refusal.message)?.[1] ?? "spec.selector";
    const fields = fieldChanges(before.manifest, manifest).filter(
      ({ path, after: wanted }) => wanted !== null || path.startsWith(fixed),
    );
    if (manifest.kind !== "PersistentVolumeClaim") return of("REPLACE", fields);
    return of("REPLACE", fields, `${refusal.message}. It holds data, and is never replaced: make another one.`);
  }
  if (refusal && refusal.reason !== "NO_NAMESPACE") return of(before ? "UPDATE" : "CREATE", [], refusal.message);
  if (!before || !after) return of("CREATE");
  const fields = fieldChanges(before.manifest, after);
  return fields.length > 0 ? of("UPDATE", fields) : of("KEEP");
}

const keyOf = ({ kind, name }: Pick<ForeseenObject, "kind" | "name">): string => `${kind}/${name}`;

/** In the order of their paths: what was stored between has its keys in another order. */
const markOf = (action: string, fields: readonly FieldChange[]): string =>
  canonicalJson([action, fields.toSorted((a, b) => (a.path < b.path ? -1 : 1))]);
