import { defineEntity, p } from "@mikro-orm/postgresql";
import type { StructuredPatchHunk } from "diff";
import type { Manifest } from "../../../upstreams/cluster-object.js";
import type { AppSpec } from "../app/app-spec.js";
import type { PlannedObject } from "./object-planner.js";
import type { PlanWarning } from "./plan-warnings.js";

const PlanSchema = defineEntity({
  name: "Plan",
  tableName: "plan",
  properties: {
    id: p.text().primary(),
    appId: p.text(),
    namespaceId: p.text(),
    baseRevisionId: p.text().nullable(),
    revisionId: p.text().nullable(),
    spec: p.json<AppSpec>(),
    buildId: p.text().nullable(),
    image: p.text().nullable(),
    releaseId: p.text().nullable(),
    releaseNumber: p.integer(),
    templateVersions: p.json<Record<string, string>>(),
    manifests: p.json<Manifest[]>(),
    job: p.text(),
    jobHunks: p.json<StructuredPatchHunk[]>(),
    objects: p.json<PlannedObject[]>(),
    warnings: p.json<PlanWarning[]>(),
    hash: p.text(),
    createdBy: p.text(),
    createdAt: p.datetime().onCreate(() => new Date()),
    appliedAt: p.datetime().nullable(),
    rolloutId: p.text().nullable(),
    /** Optimistic lock: of two requests that apply it at once, one is refused. */
    version: p.integer().version(),
  },
});

/** What a release would do, computed whole and kept, so that exactly it can be applied. */
export class Plan extends PlanSchema.class {}
PlanSchema.setClass(Plan);
