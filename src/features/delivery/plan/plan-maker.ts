import { createHash } from "node:crypto";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { structuredPatch } from "diff";
import { canonicalJson } from "../../../kernel/canonical-json.js";
import type { Cluster, Manifest, Owner } from "../../../upstreams/cluster.js";
import type { AppManifests, AppRenderer } from "../app/app-manifests.js";
import { AppRevision, type App } from "../app/app.entity.js";
import type { Namespace } from "../namespace/namespace.entity.js";
import type { ForeseenObject, ObjectPlanner } from "./object-planner.js";
import type { Plan } from "./plan.entity.js";
import { referencesOf, warning, warningsOf, type PlanWarning, type Reference } from "./plan-warnings.js";

/** What is to be put live. */
export type Subject = Pick<Plan, "spec" | "image" | "releaseId" | "releaseNumber">;

/** What the templates make of it. */
export type Rendered = Pick<Plan, "manifests" | "job" | "templateVersions">;

/** Computes what a release would do; writes nothing, here and upstream. */
export class PlanMaker {
  constructor(
    private readonly cluster: Cluster,
    private readonly manifests: AppManifests,
    private readonly planner: ObjectPlanner,
  ) {}

  /** By the templates that are in force now. */
  renderer(em: SqlEntityManager, app: App): Promise<AppRenderer> {
    return this.manifests.of(em, app);
  }

  /** The objects and the job. Without an image, what can stand without one. */
  render(
    renderer: AppRenderer,
    app: App,
    namespace: Namespace,
    { spec, releaseId, releaseNumber: number, image }: Subject,
  ): Rendered {
    const manifests =
      releaseId && image
        ? renderer.all(app, namespace, spec, { id: releaseId, number, image })
        : renderer.base(app, namespace, spec);
    return { manifests, job: renderer.job(app, namespace, spec), templateVersions: renderer.versions(spec) };
  }

  /** How the build job changes: what is there now was made of the approved spec, by the same templates. */
  async jobHunks(
    em: SqlEntityManager,
    renderer: AppRenderer,
    app: App,
    namespace: Namespace,
    job: string,
  ): Promise<Plan["jobHunks"]> {
    const approved = app.approvedRevisionId ? await em.findOneOrFail(AppRevision, app.approvedRevisionId) : undefined;
    const before = approved ? renderer.job(app, namespace, approved.spec) : "";
    return structuredPatch("", "", before, job).hunks;
  }

  /** What the cluster says: one read and one dry run for each object, and what lies around. */
  async foresee(
    owner: Owner,
    { manifests, image }: Rendered & Pick<Subject, "image">,
    signal: AbortSignal,
  ): Promise<{ readonly objects: readonly ForeseenObject[]; readonly warnings: readonly PlanWarning[] }> {
    const [{ objects, live }, surroundings, missing] = await Promise.all([
      this.planner.foresee(owner, manifests, signal),
      this.cluster.foresight.surroundings(owner.namespace, signal),
      this.missing(owner.namespace, manifests, signal),
    ]);
    const warnings = warningsOf(manifests, live, missing, surroundings);
    const isNew = objects.length > 0 && objects.every(({ action }) => action === "CREATE");
    const namespace = { apiVersion: "v1", kind: "Namespace", name: owner.namespace };
    if (isNew && !(await this.cluster.read(namespace, signal)))
      warnings.unshift(warning("NAMESPACE_MISSING", `The namespace is not in the cluster yet; it is made first.`));
    if (!image)
      warnings.unshift(warning("NO_IMAGE_YET", "There is no image yet: what runs it comes with the first build."));
    return { objects, warnings };
  }

  private async missing(
    namespace: string,
    manifests: readonly Manifest[],
    signal: AbortSignal,
  ): Promise<readonly Reference[]> {
    const checked = referencesOf(manifests).map(async (reference) => {
      const { kind, name, key } = reference;
      const found = await this.cluster.read({ apiVersion: "v1", kind, namespace, name }, signal);
      const keys = { ...(found?.["data"] as object | undefined), ...(found?.["binaryData"] as object | undefined) };
      return found && (key === undefined || key in keys) ? [] : [reference];
    });
    return (await Promise.all(checked)).flat();
  }
}

/** The same for the same consequences: whoever reads two plans need not compare them. The id of the release to come is not among them. */
export function hashOf(
  { spec, image, releaseId, releaseNumber }: Subject,
  { manifests, job }: Rendered,
  { objects, warnings }: { readonly objects: readonly ForeseenObject[]; readonly warnings: readonly PlanWarning[] },
): string {
  // Of a Secret only that it changes: a hash of its values could be guessed at.
  const shown = objects.map(({ action, kind, name, fields, refusal }) => ({ action, kind, name, fields, refusal }));
  const open = manifests.filter(({ kind }) => kind !== "Secret");
  const told = warnings.map(({ code, message, object }) => ({ code, message, object }));
  const whole = canonicalJson({ spec, image, releaseNumber, manifests: open, job, shown, warnings: told });
  return createHash("sha256")
    .update(releaseId ? whole.replaceAll(releaseId, "release") : whole)
    .digest("hex");
}
