import { defineEntity, p, type FilterQuery } from "@mikro-orm/postgresql";

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

export const TroubleCode = {
  IMAGE_PULL: "IMAGE_PULL",
  CONTAINER_CONFIG: "CONTAINER_CONFIG",
  CRASH_LOOP: "CRASH_LOOP",
  OUT_OF_MEMORY: "OUT_OF_MEMORY",
  PROBE_FAILING: "PROBE_FAILING",
  UNSCHEDULABLE: "UNSCHEDULABLE",
  QUOTA: "QUOTA",
  POD_SECURITY: "POD_SECURITY",
  DEADLINE: "DEADLINE",
  REFUSED: "REFUSED",
  PLAN_STALE: "PLAN_STALE",
  HOST_REFUSED: "HOST_REFUSED",
} as const;
export type TroubleCode = keyof typeof TroubleCode;

/** Why a rollout is stuck, with the pod that shows it and what the cluster last noted about that pod. */
export interface Trouble {
  readonly code: TroubleCode;
  readonly message: string;
  readonly pod?: string;
  readonly lastEvent?: string;
  /** ISO 8601: when it was first seen, without a pause since. */
  readonly since: string;
}

/** One pod as a rollout shows it. */
export interface PodProgress {
  readonly name: string;
  readonly ready: boolean;
  /** Whether it runs the release of this rollout. */
  readonly isNew: boolean;
  readonly leaving: boolean;
  /** Kubernetes' word for what it is at: `Running`, `ContainerCreating`, `ImagePullBackOff`. */
  readonly status: string;
  readonly restarts: number;
}

/** How far a rollout is: replica counts, pods, and why it is stuck. */
export interface RolloutProgress {
  readonly wanted: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
  /** Replicas of earlier releases that are still there. */
  readonly old: number;
  readonly pods: readonly PodProgress[];
  readonly trouble?: Trouble;
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
    requestedBy: p.text().nullable(),
    appliedAt: p.datetime().nullable(),
    /** The cluster never followed it: what was live before is what it should hold. */
    turnedDown: p.boolean().default(false),
    startedAt: p.datetime().onCreate(() => new Date()),
    finishedAt: p.datetime().nullable(),
    version: p.integer().version(),
  },
});

/** One attempt to put a release live. */
export class Rollout extends RolloutSchema.class {
  isOver(): boolean {
    return this.phase !== "PENDING" && this.phase !== "PROGRESSING";
  }
}
RolloutSchema.setClass(Rollout);

/** The rollouts that the cluster follows: a plan that was stale or refused, and hosts that are not the app's, are not among them. */
export const notRejected: FilterQuery<Rollout> = { turnedDown: false };
/** The same in SQL. */
export const notRejectedSql = "not turned_down";
