import { defineEntity, p } from "@mikro-orm/postgresql";
import type { Condition } from "../../foundation/condition.js";

export const TemplateRolloutPhase = {
  RUNNING: "RUNNING",
  STOPPED: "STOPPED",
  SUCCEEDED: "SUCCEEDED",
  CANCELLING: "CANCELLING",
  CANCELLED: "CANCELLED",
} as const;
export type TemplateRolloutPhase = keyof typeof TemplateRolloutPhase;

/** A template has at most one open publication. */
export const openPhases = ["RUNNING", "STOPPED", "CANCELLING"] as const satisfies readonly TemplateRolloutPhase[];

export const TemplateRolloutAppPhase = {
  WAITING: "WAITING",
  RELEASING: "RELEASING",
  SUCCEEDED: "SUCCEEDED",
  UNCHANGED: "UNCHANGED",
  FAILED: "FAILED",
  SKIPPED: "SKIPPED",
  ROLLING_BACK: "ROLLING_BACK",
  ROLLED_BACK: "ROLLED_BACK",
} as const;
export type TemplateRolloutAppPhase = keyof typeof TemplateRolloutAppPhase;

/** The number of apps in the stages that have begun, in total and in each phase. */
export type TemplateRolloutCounts = Readonly<Record<TemplateRolloutAppPhase, number>>;

export const noCounts: TemplateRolloutCounts = {
  WAITING: 0,
  RELEASING: 0,
  SUCCEEDED: 0,
  UNCHANGED: 0,
  FAILED: 0,
  SKIPPED: 0,
  ROLLING_BACK: 0,
  ROLLED_BACK: 0,
};

const TemplateRolloutSchema = defineEntity({
  name: "Publication",
  tableName: "publication",
  properties: {
    id: p.text().primary(),
    templateId: p.text(),
    templateVersionId: p.text(),
    formerVersionId: p.text().nullable(),
    /** The ids of the namespaces of each stage; a last stage for everyone follows them. */
    stages: p.json<readonly (readonly string[])[]>(),
    /** The current stage: 1 for the first, 0 before it. */
    stage: p.integer().default(0),
    phase: p.text().$type<TemplateRolloutPhase>().default("RUNNING"),
    condition: p.json<Condition>().nullable(),
    counts: p.json<TemplateRolloutCounts>(),
    toleratedFailures: p.integer(),
    atOnce: p.integer(),
    createdBy: p.text(),
    createdAt: p.datetime().onCreate(() => new Date()),
    finishedAt: p.datetime().nullable(),
    version: p.integer().version(),
  },
});

/** A version of a platform template that becomes effective in stages: in some namespaces first, then for everyone. */
export class TemplateRollout extends TemplateRolloutSchema.class {
  isOver(): boolean {
    return this.phase === "SUCCEEDED" || this.phase === "CANCELLED";
  }

  /** Whether the version is effective for everyone and not only in some namespaces. */
  isEverywhere(): boolean {
    return this.stage > this.stages.length;
  }
}
TemplateRolloutSchema.setClass(TemplateRollout);

const TemplateRolloutAppSchema = defineEntity({
  name: "PublicationApp",
  tableName: "publication_app",
  properties: {
    publicationId: p.text().primary(),
    appId: p.text().primary(),
    namespaceId: p.text(),
    stage: p.integer(),
    phase: p.text().$type<TemplateRolloutAppPhase>().default("WAITING"),
    /** Whether a release is still to be made. */
    wantsRelease: p.boolean().default(false),
    formerReleaseId: p.text().nullable(),
    releaseId: p.text().nullable(),
    backRolloutId: p.text().nullable(),
    condition: p.json<Condition>().nullable(),
  },
});

/** The state of a template rollout for one app. */
export class TemplateRolloutApp extends TemplateRolloutAppSchema.class {}
TemplateRolloutAppSchema.setClass(TemplateRolloutApp);
