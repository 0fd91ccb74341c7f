import { createHash } from "node:crypto";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { structuredPatch } from "diff";
import { canonicalJson } from "../../../kernel/canonical-json.js";
import type { Clusters } from "../../../upstreams/clusters.js";
import type { Manifest, AppRef } from "../../../upstreams/cluster-object.js";
import type { AppManifests, AppRenderer } from "../app/app-manifests.js";
import { AppRevision, type App } from "../app/app.entity.js";
import type { Namespace } from "../namespace/namespace.entity.js";
import type { PlannedObject, ObjectPlanner } from "./object-planner.js";
import type { Plan } from "./plan.entity.js";
import { referencesOf, warning, warningsOf, type PlanWarning, type Reference } from "./plan-warnings.js";

/** The spec, image and release that are planned. */
type PlanSubject = Pick<Plan, "spec" | "image" | "releaseId" | "releaseNumber">;

/** The objects and the build job that the templates render. */
type RenderedPlan = Pick<Plan, "manifests" | "job" | "templateVersions">;

/** Computes the changes that a release would make; writes nothing, neither to the database nor upstream. */
export class PlanMaker {
  constructor(
    private readonly clusters: Clusters,
    private readonly manifests: AppManifests,
    private readonly planner: ObjectPlanner,
  ) {}

  /** The renderer with the templates that are effective now. */
  renderer(em: SqlEntityManager, app: App): Promise<AppRenderer> {
    return this.manifests.of(em, app);
  }

  /** Renders the objects and the job. Without an image, only the objects that need none. */
  render(
    renderer: AppRenderer,
    app: App,
    namespace: Namespace,
    { spec, releaseId, releaseNumber: number, image }: PlanSubject,
  ): RenderedPlan {
    const manifests =
      releaseId && image
        ? renderer.all(app, namespace, spec, { id: releaseId, number, image })
        : renderer.base(app, namespace, spec);
    return { manifests, job: renderer.job(app, namespace, spec), templateVersions: renderer.versions(spec) };
  }

  /** The change of the build job: the one on the build server was rendered from the approved spec by the same templates. */
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

  /** Previews the objects in the cluster: one read and one dry run for each, and warnings from quotas, nodes and hosts. */
  async preview(
    owner: AppRef,
    { manifests, image }: RenderedPlan & Pick<PlanSubject, "image">,
    signal: AbortSignal,
  ): Promise<{ readonly objects: readonly PlannedObject[]; readonly warnings: readonly PlanWarning[] }> {
    const cluster = this.clusters.of(owner.namespace);
    const [{ objects, live }, clusterContext, missing] = await Promise.all([
      this.planner.preview(owner, manifests, signal),
      cluster.dryRuns.clusterContext(owner.namespace, signal),
      this.missing(owner.namespace, manifests, signal),
    ]);
    const warnings = warningsOf(manifests, live, missing, clusterContext);
    const isNew = objects.length > 0 && objects.every(({ action }) => action === "CREATE");
    const namespace = { apiVersion: "v1", kind: "Namespace", name: owner.namespace };
    if (isNew && !(await cluster.read(namespace, signal)))
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
      const found = await this.clusters.of(namespace).read({ apiVersion: "v1", kind, namespace, name }, signal);
      const keys = { ...(found?.["data"] as object | undefined), ...(found?.["binaryData"] as object | undefined) };
      return found && (key === undefined || key in keys) ? [] : [reference];
    });
    return (await Promise.all(checked)).flat();
  }
}

/** A hash that is equal for plans with equal changes. The id of the new release is left out of it. */
export function planHash(
  { spec, image, releaseId, releaseNumber }: PlanSubject,
  { manifests, job }: RenderedPlan,
  { objects, warnings }: { readonly objects: readonly PlannedObject[]; readonly warnings: readonly PlanWarning[] },
): string {
  // The values of Secrets are left out: they could be guessed from a hash.
  const shown = objects.map(({ action, kind, name, fields, condition }) => ({ action, kind, name, fields, condition }));
  const open = manifests.filter(({ kind }) => kind !== "Secret");
  const told = warnings.map(({ code, message, object }) => ({ code, message, object }));
  const whole = canonicalJson({ spec, image, releaseNumber, manifests: open, job, shown, warnings: told });
  return createHash("sha256")
    .update(releaseId ? whole.replaceAll(releaseId, "release") : whole)
    .digest("hex");
}
