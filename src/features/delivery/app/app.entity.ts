import { defineEntity, p } from "@mikro-orm/postgresql";
import { IllegalState } from "../../../kernel/errors.js";
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
export const nextAppPhases: Readonly<Record<AppPhase, readonly AppPhase[]>> = {
  DRAFT: ["IN_REVIEW", "RETIRED"],
  IN_REVIEW: ["APPROVED", "REJECTED", "RETIRED"],
  REJECTED: ["IN_REVIEW", "RETIRED"],
  // An approved app that is edited is reviewed again; what was approved before stays live meanwhile.
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
    /** Of an imported app: what its pods are told apart by, for ever. */
    selector: p.json<Record<string, string>>().nullable(),
    trouble: p.text().nullable(),
    providedAt: p.datetime().nullable(),
    removedAt: p.datetime().nullable(),
    /** The roll-back since which no release is put live by itself. */
    heldByRolloutId: p.text().nullable(),
    /** Builds up to this one make releases that are not put live by themselves. */
    heldBuildNumber: p.integer().default(0),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p
      .datetime()
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
    /** Guards against two people editing at once; a stale write becomes CONFLICT. What the platform notes about an app leaves it alone. */
    version: p.integer().version(),
  },
});

/** What a team wants run. What the cluster made of it is a Rollout, never an App. */
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

/** In SQL: the apps that have something upstream, or are to have it. */
export const provisionedSql = "approved_revision_id is not null and removed_at is null";

/** The app's place in the permission model. */
export const scopeOf = (app: App): { namespaceId: string; kind: string; id: string } => ({
  namespaceId: app.namespaceId,
  kind: "app",
  id: app.id,
});

/** What a journal entry about an app says of where it belongs. */
export const journalSubject = (app: App): { subjectId: string; namespaceId: string; appId: string } => ({
  subjectId: app.id,
  namespaceId: app.namespaceId,
  appId: app.id,
});
