import type { RolloutPhase } from "../../delivery/rollout/rollout.entity.js";
import type { ConditionCode, ObservedCondition } from "../../foundation/condition.js";
import type { TemplateRolloutApp, TemplateRolloutAppPhase } from "./template-rollout.entity.js";

/** A rollout of the app, and the release that it deploys. */
export interface ObservedRollout {
  readonly id: string;
  readonly number: number;
  readonly phase: RolloutPhase;
  readonly releaseId: string;
  /** Whether the published version made its release. */
  readonly carries: boolean;
  /** The message of its condition. */
  readonly reason?: string | undefined;
}

/** The part of an app's state that a template rollout depends on. */
export interface ObservedApp {
  readonly isRetired: boolean;
  /** A member rolled the app back, and automatic deployment is suspended. */
  readonly isHeld: boolean;
  readonly newest: ObservedRollout;
  /** The newest rollout of the release that was made for the publication. */
  readonly own?: ObservedRollout | undefined;
}

/** The next phase of one app; undefined when it stays as it is for now. */
export type AppOutcome =
  { readonly phase: TemplateRolloutAppPhase; readonly condition?: ObservedCondition } | undefined;

const isOpen = ({ phase }: ObservedRollout): boolean => phase === "PENDING" || phase === "PROGRESSING";

const skip = (code: ConditionCode, message: string): AppOutcome => ({ phase: "SKIPPED", condition: { code, message } });

const retired = skip("APP_RETIRED", "The app was retired.");
const held = skip(
  "RELEASES_SUSPENDED",
  "Its releases are suspended since somebody went back. Resume them, and it has the version with its next release.",
);

const endOf = ({ phase, number, reason }: ObservedRollout): AppOutcome => {
  if (phase === "SUCCEEDED") return { phase: "SUCCEEDED" };
  const message = `Rollout ${number} failed${reason === undefined ? "." : `: ${reason}`}`;
  return { phase: "FAILED", condition: { code: "ROLLOUT_FAILED", message } };
};

/**
 * Whether the app can be checked now: undefined while one of its rollouts is in progress, else the reason why not, or
 * that it can.
 */
export function judgeWaiting({ isRetired, isHeld, newest }: ObservedApp): AppOutcome | "READY" {
  if (isRetired) return retired;
  if (isHeld) return held;
  if (isOpen(newest)) return undefined;
  if (newest.phase === "FAILED")
    return skip("ROLLOUT_FAILED", `Rollout ${newest.number} failed before. It has the version with its next release.`);
  return "READY";
}

/** The state of the release that has the version, whether it was made for the publication or by a build meanwhile. */
export function judgeReleasing(
  {
    wantsRelease,
    formerReleaseId,
    releaseId,
  }: Pick<TemplateRolloutApp, "wantsRelease" | "formerReleaseId" | "releaseId">,
  { isRetired, isHeld, newest, own }: ObservedApp,
): AppOutcome {
  if (isRetired) return retired;
  if (wantsRelease) {
    if (newest.carries && newest.releaseId !== releaseId) return isOpen(newest) ? undefined : endOf(newest);
    if (isHeld) return held;
    const isAsJudged = newest.releaseId === formerReleaseId || newest.releaseId === releaseId;
    return isAsJudged || isOpen(newest) ? undefined : { phase: "WAITING" };
  }
  if (!own || isOpen(own)) return undefined;
  if (own.phase !== "SUPERSEDED") return endOf(own);
  if (isOpen(newest)) return undefined;
  if (newest.carries) return endOf(newest);
  const message = `Rollout ${newest.number} put another release live meanwhile.`;
  return { phase: "FAILED", condition: { code: "RELEASE_REPLACED", message } };
}

/** The state of the app's roll-back, or that it must begin. */
export function judgeRollingBack(
  {
    formerReleaseId,
    releaseId,
    backRolloutId,
  }: Pick<TemplateRolloutApp, "formerReleaseId" | "releaseId" | "backRolloutId">,
  { isRetired, newest }: ObservedApp,
): AppOutcome | "GO_BACK" {
  if (isRetired) return retired;
  if (newest.releaseId === formerReleaseId) {
    if (isOpen(newest)) return undefined;
    return newest.phase === "SUCCEEDED" ? { phase: "ROLLED_BACK" } : endOf(newest);
  }
  if (newest.releaseId === releaseId && !backRolloutId) return "GO_BACK";
  return skip(
    "RELEASE_REPLACED",
    "Another release was put live meanwhile. It has the former version with its next release.",
  );
}
