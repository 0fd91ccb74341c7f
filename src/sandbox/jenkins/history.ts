import type { Job } from "./item.js";
import type { Run, RunResult } from "./run.js";

const isOver = ({ phase }: Run) => phase !== "building";
const ended =
  (...results: RunResult[]) =>
  (run: Run) =>
    isOver(run) && results.includes(run.result!);

/** The URLs under which a job serves some of its builds, newest first. */
export const permalinks: Readonly<Record<string, (run: Run) => boolean>> = {
  lastBuild: () => true,
  lastCompletedBuild: isOver,
  lastFailedBuild: ended("FAILURE"),
  lastStableBuild: ended("SUCCESS"),
  lastSuccessfulBuild: ended("SUCCESS", "UNSTABLE"),
  lastUnstableBuild: ended("UNSTABLE"),
  lastUnsuccessfulBuild: ended("UNSTABLE", "FAILURE", "NOT_BUILT", "ABORTED"),
};

const ballColors: Record<RunResult, string> = {
  SUCCESS: "blue",
  UNSTABLE: "yellow",
  FAILURE: "red",
  NOT_BUILT: "notbuilt",
  ABORTED: "aborted",
};

/** The colour of the job's ball, pulsing while it builds. */
export function color({ config, history }: Job): string {
  const result = history.find(isOver)?.result;
  const ball = config.disabled ? "disabled" : result ? ballColors[result] : "notbuilt";
  return history.some(({ phase }) => phase === "building") ? `${ball}_anime` : ball;
}

/** The estimated duration of the next build; -1 when unknown. */
export function estimatedMs({ history }: Pick<Job, "history">): number {
  const good = history.filter(ended("SUCCESS", "UNSTABLE")).slice(0, 3);
  return good.length === 0 ? -1 : Math.round(good.reduce((sum, { durationMs }) => sum + durationMs, 0) / good.length);
}
