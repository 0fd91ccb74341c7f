import { appSpecSchema, type AppSpec } from "../app/app-spec.js";
import { problemsOf } from "../../foundation/check-input.js";
import type { Manifest } from "../../../upstreams/cluster.js";
import type { LiveObject } from "../../../upstreams/live-object.js";
import { fieldDrifts, type FieldDrift } from "./drift.rules.js";
import { isNothing, type Fields } from "./live-values.js";
import { partOf, withPart, type SpecPart } from "./spec-parts.js";

/** A field that differs, of an object that there is. */
export interface DriftedField {
  readonly object: LiveObject;
  readonly field: FieldDrift;
}

/** A spec with everything in it that it can say of what the cluster has, and what it cannot. */
export interface Adoption {
  readonly spec: AppSpec;
  readonly refused: readonly { readonly path: string; readonly message: string }[];
}

const noWord =
  "The spec has no word for it. Put it back with `repairDrift`, or have an administrator change the template.";
const notShown = "What is live cannot be made by the app's templates from a spec. Put it back with `repairDrift`.";

/**
 * Takes drift into a spec, part by part. A part counts as taken only if what `render` makes of the new spec is what is
 * live there: templates are the administrators', and may do anything with a spec.
 */
export function adopt(
  spec: AppSpec,
  drifted: readonly DriftedField[],
  { own, render }: { readonly own: string; readonly render: (spec: AppSpec) => readonly Manifest[] },
): Adoption {
  const refused: { path: string; message: string }[] = [];
  const byPart = new Map<SpecPart, DriftedField[]>();
  for (const each of drifted) {
    const part = partOf(each.object.kind, each.field.steps, own);
    if (part) byPart.set(part, [...(byPart.get(part) ?? []), each]);
    else refused.push({ path: each.field.path, message: noWord });
  }
  let adopted = spec;
  for (const [part, fields] of byPart) {
    const tried = withPart(adopted, part, fields[0]!.object.fields().value as Fields, own);
    const problem = "problem" in tried ? tried.problem : problemsOf(appSpecSchema, tried.spec, "spec")[0]?.message;
    const next = "spec" in tried && problem === undefined ? appSpecSchema.parse(tried.spec) : adopted;
    const rendered = render(next);
    for (const { object, field } of fields) {
      const isAsLive = problem === undefined && !isLeft(field, object, rendered);
      if (!isAsLive) refused.push({ path: field.path, message: problem ?? notShown });
    }
    adopted = next;
  }
  return { spec: adopted, refused };
}

/** Whether it would still differ if this were applied. */
function isLeft({ path }: FieldDrift, object: LiveObject, rendered: readonly Manifest[]): boolean {
  const manifest = rendered.find(({ kind, metadata }) => kind === object.kind && metadata.name === object.name);
  if (!manifest) return true;
  // A field that says nothing is not stored once it is ours either.
  const left = fieldDrifts(manifest, object).filter(({ kind, wanted }) => kind !== "REMOVED" || !isNothing(wanted));
  return left.some((each) => each.path.startsWith(path) || path.startsWith(each.path));
}
