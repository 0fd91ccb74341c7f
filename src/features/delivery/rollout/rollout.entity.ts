import { defineEntity, p, type FilterQuery } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import type { Filter } from "../../foundation/filter.js";
import type { Condition } from "../../foundation/condition.js";

export const RolloutPhase = {
  PENDING: "PENDING",
  PROGRESSING: "PROGRESSING",
  SUCCEEDED: "SUCCEEDED",
  FAILED: "FAILED",
  SUPERSEDED: "SUPERSEDED",
} as const;
export type RolloutPhase = keyof typeof RolloutPhase;

export const RolloutCause = {
  BUILD: "BUILD",
  APPROVAL: "APPROVAL",
  PLAN: "PLAN",
  IMPORT: "IMPORT",
  PUBLICATION: "PUBLICATION",
  ROLL_BACK: "ROLL_BACK",
  AUTOMATIC_ROLL_BACK: "AUTOMATIC_ROLL_BACK",
  DRIFT_REPAIR: "DRIFT_REPAIR",
} as const;
export type RolloutCause = keyof typeof RolloutCause;

/** One pod in the progress of a rollout. */
export interface PodProgress {
  readonly name: string;
  readonly ready: boolean;
  /** Whether it runs the release of this rollout. */
  readonly isNew: boolean;
  readonly leaving: boolean;
  /** The status as kubectl shows it: `Running`, `ContainerCreating`, `ImagePullBackOff`. */
  readonly status: string;
  readonly restarts: number;
}

/** The progress of a rollout: replica counts and pods. */
export interface RolloutProgress {
  readonly wanted: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
  /** Replicas of earlier releases that are still there. */
  readonly old: number;
  readonly pods: readonly PodProgress[];
}

export const noProgress: RolloutProgress = { wanted: 0, updated: 0, ready: 0, available: 0, old: 0, pods: [] };

const RolloutSchema = defineEntity({
  name: "Rollout",
  tableName: "rollout",
  properties: {
    id: p.text().primary(),
    appId: p.text(),
    namespaceId: p.text(),
    releaseId: p.text(),
    number: p.integer(),
    cause: p.text().$type<RolloutCause>(),
    phase: p.text().$type<RolloutPhase>().default("PENDING"),
    progress: p.json<RolloutProgress>(),
    condition: p.json<Condition>().nullable(),
    requestedBy: p.text().nullable(),
    appliedAt: p.datetime().nullable(),
    /** It was refused before any object was applied, so the rollout before it stays the current one. */
    isRejected: p.boolean().default(false).name("turned_down"),
    startedAt: p.datetime().onCreate(() => new Date()),
    finishedAt: p.datetime().nullable(),
    version: p.integer().version(),
  },
});

/** One deployment of a release. */
export class Rollout extends RolloutSchema.class {
  isOver(): boolean {
    return this.phase !== "PENDING" && this.phase !== "PROGRESSING";
  }
}
RolloutSchema.setClass(Rollout);

/** The rollouts that can be the current one: not those of a stale or refused plan, or with hosts of another app. */
export const notRejected: FilterQuery<Rollout> = { isRejected: false };
/** The same for the `ReadModel`. */
export const whereNotRejected: Filter<Rollout> = (rollouts) => rollouts.where("isRejected", "=", sql.lit(false));
