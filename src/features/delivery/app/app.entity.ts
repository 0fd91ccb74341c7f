import { defineEntity, p } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { IllegalState } from "../../../kernel/errors.js";
import type { Filter } from "../../foundation/filter.js";
import type { Condition } from "../../foundation/condition.js";
import type { AppSpec } from "./app-spec.js";

export const AppPhase = {
  DRAFT: "DRAFT",
  IN_REVIEW: "IN_REVIEW",
  REJECTED: "REJECTED",
  APPROVED: "APPROVED",
  RETIRED: "RETIRED",
} as const;
export type AppPhase = keyof typeof AppPhase;

/** Which phase may follow which. The whole life of an app is this table. */
const nextAppPhases: Readonly<Record<AppPhase, readonly AppPhase[]>> = {
  DRAFT: ["IN_REVIEW", "RETIRED"],
  IN_REVIEW: ["APPROVED", "REJECTED", "RETIRED"],
  REJECTED: ["IN_REVIEW", "RETIRED"],
  // An edit of an approved app is reviewed again; the approved revision stays live until then.
  APPROVED: ["IN_REVIEW", "RETIRED"],
  RETIRED: [],
};

const AppSchema = defineEntity({
  name: "App",
  tableName: "app",
  properties: {
    id: p.text().primary(),
    namespaceId: p.text(),
    name: p.text(),
    displayName: p.text(),
    description: p.text().default(""),
    phase: p.text().$type<AppPhase>().default("DRAFT"),
    revisionId: p.text(),
    revisionNumber: p.integer().default(1),
    approvedRevisionId: p.text().nullable(),
    rejectionReason: p.text().nullable(),
    createdBy: p.text(),
    /** The immutable pod selector of an imported app. */
    selector: p.json<Record<string, string>>().nullable(),
    condition: p.json<Condition>().nullable(),
    providedAt: p.datetime().nullable(),
    removedAt: p.datetime().nullable(),
    /** The roll-back that suspended automatic deployment. */
    heldByRolloutId: p.text().nullable(),
    /** Releases of builds up to this number are not deployed automatically. */
    heldBuildNumber: p.integer().default(0),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p
      .datetime()
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
    /** Optimistic lock of edits: a stale write becomes CONFLICT. Status that the platform writes does not change it. */
    version: p.integer().version(),
  },
});

/** The desired state of an application. Its state in the cluster is a Rollout. */
export class App extends AppSchema.class {
  become(phase: AppPhase): void {
    const now: AppPhase = this.phase;
    if (!nextAppPhases[now].includes(phase)) throw IllegalState.transition("app", now, phase);
    this.phase = phase;
  }
}
AppSchema.setClass(App);

const AppRevisionSchema = defineEntity({
  name: "AppRevision",
  tableName: "app_revision",
  properties: {
    id: p.text().primary(),
    appId: p.text(),
    number: p.integer(),
    spec: p.json<AppSpec>(),
    createdBy: p.text(),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
});

/** One saved state of an app's spec; never changed. */
export class AppRevision extends AppRevisionSchema.class {}
AppRevisionSchema.setClass(AppRevision);

/** SQL condition for apps that have objects or a job upstream, or will have them. */
export const provisionedSql = "approved_revision_id is not null and removed_at is null";
/** The same for the `ReadModel`. */
export const whereProvisioned: Filter<App> = (apps) => apps.where(sql.raw<boolean>(provisionedSql));

/** Retired apps give their names away. The phase is no parameter, so that partial indexes answer. */
export const whereNotRetired: Filter<App> = (apps) => apps.where("phase", "!=", sql.lit("RETIRED"));

/** The app's place in the permission model. */
export const scopeOf = (app: App): { namespaceId: string; kind: string; id: string } => ({
  namespaceId: app.namespaceId,
  kind: "app",
  id: app.id,
});

/** The subject of a journal event about an app. */
export const journalSubject = (app: App): { subjectId: string; namespaceId: string; appId: string } => ({
  subjectId: app.id,
  namespaceId: app.namespaceId,
  appId: app.id,
});
