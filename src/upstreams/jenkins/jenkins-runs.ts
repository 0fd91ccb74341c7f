import { setTimeout as pause } from "node:timers/promises";
import type { z } from "zod";
import { UpstreamRejected } from "../../kernel/errors.js";
import type { RunHandle, RunState } from "../build-server.js";
import { nonsense } from "./jenkins-refusal.js";
import * as jenkinsRun from "./jenkins-run.js";
import type { JenkinsWire } from "./jenkins-wire.js";

const read = { idempotent: true };
const newestBuilds = 50;
const buildsPerAnswer = 500;

/** Finds the run of one of our builds, in the queue or among the builds of its job. */
export class JenkinsRuns {
  constructor(
    private readonly wire: JenkinsWire,
    /** The delay before a missing run is searched for again. */
    private readonly retryMs: number,
  ) {}

  /** Searches twice, with a delay: Jenkins may not show a new run yet, or may have just restarted. */
  async locateTwice(handle: RunHandle, signal: AbortSignal): Promise<RunState | undefined> {
    const seen = await this.locate(handle, signal);
    if (seen) return seen;
    await pause(this.retryMs, undefined, { signal });
    return this.locate(handle, signal);
  }

  /** The run of the handle, or undefined when Jenkins shows none at this moment. */
  async locate({ job, buildId, queueId, number }: RunHandle, signal: AbortSignal): Promise<RunState | undefined> {
    if (number !== undefined) return this.build(job, buildId, number, signal);
    const item = queueId === undefined ? undefined : await this.queueItem(queueId, signal);
    // After a crash Jenkins may assign a queue number twice.
    if (item && jenkinsRun.buildIdOf(item) === buildId) return this.stateOfItem(job, buildId, item, signal);
    return orAbsent(this.find(job, buildId, signal));
  }

  /** Searches for a run that may have just started: while an item becomes a build, it is in neither list. */
  async findTwice(job: string, buildId: string, signal: AbortSignal): Promise<RunState | undefined> {
    const found = await orAbsent(this.find(job, buildId, signal));
    if (found) return found;
    await pause(this.retryMs, undefined, { signal });
    return this.find(job, buildId, signal);
  }

  private async stateOfItem(
    job: string,
    buildId: string,
    item: jenkinsRun.QueueItem,
    signal: AbortSignal,
  ): Promise<RunState | undefined> {
    if (item.cancelled === true) return { phase: "CANCELLED" };
    const queued = {
      phase: "QUEUED",
      queueId: item.id,
      ...(typeof item.why === "string" && { why: item.why }),
    } as const;
    if (!item.executable) return queued;
    return this.build(job, buildId, item.executable.number, signal);
  }

  /** Searches the queue, then the newest builds, then all: the order in which a run moves. */
  private async find(job: string, buildId: string, signal: AbortSignal): Promise<RunState | undefined> {
    const queue = await this.wire.ask("list the queue", read, signal, ({ queue }) =>
      queue.list({ tree: jenkinsRun.queueTree }),
    );
    const item = understood("list the queue", jenkinsRun.queueResponse, { items: queue }).items.find(
      (item) => jenkinsRun.buildIdOf(item) === buildId,
    );
    if (item) return this.stateOfItem(job, buildId, item, signal);
    for (let from = 0, to = newestBuilds; ; from = to, to += buildsPerAnswer) {
      const builds = await this.builds(job, from, to, signal);
      const found = builds.find((build) => jenkinsRun.buildIdOf(build) === buildId);
      if (found) return jenkinsRun.stateOfBuild(found);
      if (builds.length < to - from) return undefined;
    }
  }

  private async builds(
    job: string,
    from: number,
    to: number,
    signal: AbortSignal,
  ): Promise<readonly jenkinsRun.JenkinsBuild[]> {
    const what = `list the builds of ${job}`;
    for (let attempt = 0; ; attempt++) {
      const tree = jenkinsRun.buildsTree(from, to);
      const answer = await this.wire.ask(what, read, signal, ({ job: jobs }) => jobs.get(job, { tree }));
      const { builds, allBuilds } = understood(what, jenkinsRun.buildsResponse, answer);
      const found = builds ?? allBuilds ?? [];
      // A new build shows its parameters a moment later; one without parameters never does.
      if (attempt === 4 || !found.some((build) => build.building && jenkinsRun.isBare(build))) return found;
      await pause(this.retryMs / 5, undefined, { signal });
    }
  }

  /**
   * The state of this build of the job; undefined when there is none, or when it is not ours (a recreated job counts
   * from 1 again).
   */
  private async build(
    job: string,
    buildId: string,
    number: number,
    signal: AbortSignal,
  ): Promise<RunState | undefined> {
    const what = `read the build ${job} #${number}`;
    const asked = this.wire.ask(what, read, signal, ({ build }) =>
      build.get(job, number, { tree: jenkinsRun.buildTree }),
    );
    const answer = await orAbsent(asked);
    if (answer === undefined) return undefined;
    const build = understood(what, jenkinsRun.buildResponse, answer);
    return jenkinsRun.isBare(build) || jenkinsRun.buildIdOf(build) === buildId
      ? jenkinsRun.stateOfBuild(build)
      : undefined;
  }

  async queueItem(id: number, signal: AbortSignal): Promise<jenkinsRun.QueueItem | undefined> {
    const what = "read a queued run";
    const asked = this.wire.ask(what, read, signal, ({ queue }) => queue.item(id, { tree: jenkinsRun.queueItemTree }));
    const answer = await orAbsent(asked);
    return answer === undefined ? undefined : understood(what, jenkinsRun.queueItemResponse, answer);
  }
}

/** Whether Jenkins answered that the object does not exist. */
export const isAbsent = (error: unknown): boolean => error instanceof UpstreamRejected && error.status === 404;

/** The response, or undefined when the object does not exist. */
export async function orAbsent<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function understood<T>(what: string, shape: z.ZodType<T>, answer: unknown): T {
  const parsed = shape.safeParse(answer);
  if (!parsed.success) throw nonsense(what);
  return parsed.data;
}
