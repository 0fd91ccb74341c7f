import { appSpecSchema, type AppSpec } from "../app/app-spec.js";
import { problemsOf } from "../../foundation/check-input.js";
import type { Manifest } from "../../../upstreams/cluster-object.js";
import type { LiveObject } from "../../../upstreams/live-object.js";
import { fieldDrifts, type FieldDrift } from "./drift.rules.js";
import { isEmptyValue, type FieldMap } from "./live-values.js";
import { partOf, withPart, type SpecPart } from "./spec-parts.js";

/** A field that differs, and the live object it belongs to. */
export interface DriftedField {
  readonly object: LiveObject;
  readonly field: FieldDrift;
}

/** A spec with the live values that a spec can express, and the fields that it cannot. */
interface Adoption {
  readonly spec: AppSpec;
  readonly refused: readonly { readonly path: string; readonly message: string }[];
}

const notExpressible =
  "The spec cannot express it. Put it back with `repairDrift`, or have an administrator change the template.";
const notShown = "What is live cannot be made by the app's templates from a spec. Put it back with `repairDrift`.";

/**
 * Adopts drift into a spec, part by part. A part counts as adopted only if `render` makes the live value from the new spec:
 * administrators' templates may do anything with a spec.
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
    else refused.push({ path: each.field.path, message: notExpressible });
  }
  let adopted = spec;
  for (const [part, fields] of byPart) {
    const tried = withPart(adopted, part, fields[0]!.object.fields().value as FieldMap, own);
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

/** Whether the field would still differ if these manifests were applied. */
function isLeft({ path }: FieldDrift, object: LiveObject, rendered: readonly Manifest[]): boolean {
  const manifest = rendered.find(({ kind, metadata }) => kind === object.kind && metadata.name === object.name);
  if (!manifest) return true;
  // Kubernetes does not store an empty value, whoever owns it.
  const left = fieldDrifts(manifest, object).filter(({ kind, wanted }) => kind !== "REMOVED" || !isEmptyValue(wanted));
  return left.some((each) => each.path.startsWith(path) || path.startsWith(each.path));
}
