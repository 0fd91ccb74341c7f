import { isDeepStrictEqual } from "node:util";
import { HostRefused, PlanStale, UpstreamRejected, UpstreamUnavailable } from "../../kernel/errors.js";
import { RenderingError } from "../../rendering/rendering-error.js";
import { NamespaceMissing } from "../../upstreams/namespace-missing.js";
import { ObjectTerminating } from "../../upstreams/object-terminating.js";
import { RightsMissing } from "../../upstreams/rights-missing.js";

/** Why something is not as desired, for programs. The list is closed; a code keeps its meaning once it is published. */
export const ConditionCode = {
  UPSTREAM_UNAVAILABLE: "UPSTREAM_UNAVAILABLE",
  UPSTREAM_REJECTED: "UPSTREAM_REJECTED",
  WAITING_FOR_NAMESPACE: "WAITING_FOR_NAMESPACE",
  WAITING_FOR_JOB: "WAITING_FOR_JOB",
  BUILD_QUEUED: "BUILD_QUEUED",
  OBJECT_TERMINATING: "OBJECT_TERMINATING",
  TEMPLATE_INVALID: "TEMPLATE_INVALID",
  PAUSED: "PAUSED",
  IMAGE_PULL: "IMAGE_PULL",
  CONTAINER_CONFIG: "CONTAINER_CONFIG",
  CRASH_LOOP: "CRASH_LOOP",
  OUT_OF_MEMORY: "OUT_OF_MEMORY",
  PROBE_FAILING: "PROBE_FAILING",
  UNSCHEDULABLE: "UNSCHEDULABLE",
  QUOTA: "QUOTA",
  POD_SECURITY: "POD_SECURITY",
  DEADLINE: "DEADLINE",
  PLAN_STALE: "PLAN_STALE",
  HOST_REFUSED: "HOST_REFUSED",
  OBJECT_IMMUTABLE: "OBJECT_IMMUTABLE",
  BUILD_FAILED: "BUILD_FAILED",
  UNSTABLE: "UNSTABLE",
  NOT_BUILT: "NOT_BUILT",
  REF_NOT_FOUND: "REF_NOT_FOUND",
  REPOSITORY_NOT_FOUND: "REPOSITORY_NOT_FOUND",
  REPOSITORY_NOT_ALLOWED: "REPOSITORY_NOT_ALLOWED",
  RUN_LOST: "RUN_LOST",
  ROLLOUT_FAILED: "ROLLOUT_FAILED",
  RELEASE_REPLACED: "RELEASE_REPLACED",
  RELEASES_SUSPENDED: "RELEASES_SUSPENDED",
  APP_RETIRED: "APP_RETIRED",
  PUBLICATION_CANCELLED: "PUBLICATION_CANCELLED",
  TOO_MANY_FAILURES: "TOO_MANY_FAILURES",
  NOT_IMPORTABLE: "NOT_IMPORTABLE",
} as const;
export type ConditionCode = keyof typeof ConditionCode;

/** What in the cluster shows a condition. */
export interface ConditionEvidence {
  /** The name of a pod. */
  readonly pod: string;
  /** The newest warning event of that pod, as `Reason: message`. */
  readonly event?: string;
}

/** Why something is not as desired, as seen at one moment. */
export interface ObservedCondition {
  readonly code: ConditionCode;
  /** A sentence for people. */
  readonly message: string;
  readonly evidence?: ConditionEvidence;
}

/** Why something is not as desired, and since when: stored as JSON in a column `condition`, null while there is no reason. */
export interface Condition extends ObservedCondition {
  /** ISO 8601: when the code was first seen without interruption. */
  readonly since: string;
}

/** The condition after an observation: `since` stays while the code stays, and an equal condition is the former one itself. */
export function conditionAfter(
  former: Condition | null | undefined,
  seen: ObservedCondition | null | undefined,
  now: Date,
): Condition | null {
  if (!seen) return null;
  const since = former?.code === seen.code ? former.since : now.toISOString();
  const after = { ...seen, since };
  return former && isDeepStrictEqual(after, former) ? former : after;
}

/** The narrower class first: RightsMissing and ObjectTerminating are UpstreamUnavailable. */
const codesOfErrors = [
  [RightsMissing, "WAITING_FOR_NAMESPACE"],
  [NamespaceMissing, "WAITING_FOR_NAMESPACE"],
  [ObjectTerminating, "OBJECT_TERMINATING"],
  [UpstreamUnavailable, "UPSTREAM_UNAVAILABLE"],
  [UpstreamRejected, "UPSTREAM_REJECTED"],
  [PlanStale, "PLAN_STALE"],
  [HostRefused, "HOST_REFUSED"],
  [RenderingError, "TEMPLATE_INVALID"],
] as const;

/** The condition that an error stands for; undefined for an error that is a defect. */
export function conditionOf(error: unknown): ObservedCondition | undefined {
  const code = codesOfErrors.find(([type]) => error instanceof type)?.[1];
  return code && { code, message: (error as Error).message };
}
