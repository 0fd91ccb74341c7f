import { z } from "zod";
import type { RunResult, RunState } from "../build-server.js";

/** The parameter that identifies our runs. */
export const buildParameter = "ORRERY_BUILD";

const actions = z.array(
  z.object({ parameters: z.array(z.object({ name: z.string(), value: z.unknown() })).optional() }),
);

/** One build as Jenkins returns it (`/job/x/7/api/json`). `result` may be set long before the end. */
const build = z.object({
  number: z.number(),
  url: z.string(),
  building: z.boolean(),
  inProgress: z.boolean().optional(),
  result: z.enum(["SUCCESS", "UNSTABLE", "FAILURE", "NOT_BUILT", "ABORTED"] satisfies RunResult[]).nullish(),
  timestamp: z.number(),
  duration: z.number(),
  actions: actions.default([]),
});
export type JenkinsBuild = z.infer<typeof build>;
export const buildResponse = build;
export const buildsResponse = z.object({
  builds: z.array(build).optional(),
  allBuilds: z.array(build).optional(),
});

/** One queue item. `cancelled` and `executable` are absent until it has left the queue. */
const queueItem = z.object({
  id: z.number(),
  why: z.string().nullish(),
  task: z.object({ name: z.string() }).optional(),
  cancelled: z.boolean().optional(),
  executable: z.object({ number: z.number() }).nullish(),
  actions: actions.default([]),
});
export type QueueItem = z.infer<typeof queueItem>;
export const queueItemResponse = queueItem;
export const queueResponse = z.object({ items: z.array(queueItem) });

const parameters = "actions[parameters[name,value]]";
/** The requested fields of a build, as Jenkins' `tree`. */
export const buildTree = `number,url,building,inProgress,result,timestamp,duration,${parameters}`;
export const queueItemTree = `id,why,task[name],cancelled,executable[number],${parameters}`;
export const queueTree = `items[${queueItemTree}]`;
/** The newest builds from `from` up to (and without) `to`; beyond the newest hundred, only `allBuilds` has them. */
export const buildsTree = (from: number, to: number): string =>
  `${to <= 100 ? "builds" : "allBuilds"}[${buildTree}]{${from},${to}}`;

interface WithActions {
  readonly actions: z.infer<typeof actions>;
}

/** The id of our build on a run. Undefined for a run of others, or before Jenkins has attached the parameters. */
export const buildIdOf = ({ actions }: WithActions): unknown =>
  actions.flatMap(({ parameters }) => parameters ?? []).find(({ name }) => name === buildParameter)?.value;

/** A new build is listed without its parameters for a moment, so it may be ours. */
export const isBare = ({ actions }: WithActions): boolean =>
  actions.every(({ parameters }) => parameters === undefined);

/** A result can change while the build runs, and the log can grow while it is in progress. */
export function stateOfBuild({
  number,
  url,
  building,
  inProgress,
  result,
  timestamp,
  duration,
}: JenkinsBuild): RunState {
  const run = { number, url, startedAt: new Date(timestamp) };
  if (building || inProgress === true || !result) return { phase: "RUNNING", ...run };
  return { phase: "OVER", result, durationMs: duration, ...run };
}
