import type { RunResult } from "../../../upstreams/build-server.js";
import type { ObservedCondition } from "../../foundation/condition.js";
import type { BuildPhase } from "./build.entity.js";

/** The end of a build. */
export interface BuildEnd {
  readonly phase: Exclude<BuildPhase, "QUEUED" | "RUNNING">;
  /** Why it failed. */
  readonly condition?: ObservedCondition;
}

/** The end of a build that failed. */
export const failed = (code: ObservedCondition["code"], message: string): BuildEnd => ({
  phase: "FAILED",
  condition: { code, message },
});

/** The end of a build by the result of its run. An unstable run fails the build: its tests failed. */
export const endOf: Readonly<Record<RunResult | "CANCELLED" | "LOST", BuildEnd>> = {
  SUCCESS: { phase: "SUCCEEDED" },
  UNSTABLE: failed("UNSTABLE", "The build ended unstable (tests failed), so its image is not released."),
  FAILURE: failed("BUILD_FAILED", "The build failed; its log says why."),
  NOT_BUILT: failed("NOT_BUILT", "The build server did not build anything; its log says why."),
  ABORTED: { phase: "ABORTED" },
  CANCELLED: { phase: "ABORTED" },
  LOST: failed("RUN_LOST", "The build server lost the run, most likely in a restart. Start the build again."),
};

/** The slug of a ref as part of an image tag: at most 80 characters of what a tag may hold. */
function tagSlug(refName: string): string {
  const slug = refName
    .replaceAll(/[^A-Za-z0-9_.-]+/g, "-")
    .replace(/^[.-]+/, "")
    .slice(0, 80)
    .replace(/[.-]+$/, "");
  return slug === "" ? "ref" : slug;
}

/** The image that a build makes: chosen by us, never parsed from a log, and unique to the build. */
export const imageOf = (
  registry: string,
  namespace: string,
  app: string,
  refName: string,
  buildNumber: number,
): string => `${registry}/${namespace}/${app}:${tagSlug(refName)}-${buildNumber}`;

/** The build server's name for an app's job. */
export const jobOf = (namespace: string, app: string): string => `${namespace}.${app}`;

/** The least pause between two polls of a build server that answers slowly. */
const minPauseMs = 50;

/**
 * Milliseconds until the next poll of a running build: short while its console grows, longer when it is quiet. Polls start
 * at an even pace however long each takes: `tookMs` is the time since the last one was due.
 */
export function pollIntervalMs(newBytes: number, quietPolls: number, tookMs = 0): number {
  const interval = newBytes > 0 ? 250 : Math.min(250 * 2 ** Math.min(quietPolls, 3), 2_000);
  return Math.max(minPauseMs, interval - tookMs);
}
