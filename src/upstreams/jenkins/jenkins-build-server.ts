import { setTimeout as pause } from "node:timers/promises";
import { UpstreamRejected, UpstreamUnavailable } from "../../kernel/errors.js";
import type { BuildServer, ConsoleChunk, ConsoleReadResult, RunHandle, RunRequest, RunState } from "../build-server.js";
import type { UpstreamHealth } from "../cluster.js";
import { UpstreamCalls, type UpstreamCallsOptions } from "../upstream-call.js";
import { ConsoleReader, type ConsoleRequest } from "./console-reader.js";
import { nonsense } from "./jenkins-refusal.js";
import { buildIdOf, buildParameter } from "./jenkins-run.js";
import { isAbsent, JenkinsRuns, orAbsent } from "./jenkins-runs.js";
import { type JenkinsCredentials, JenkinsWire } from "./jenkins-wire.js";
import { lostParts } from "./job-definition.js";

export type JenkinsOptions = JenkinsCredentials & {
  /** Jenkins' URL, with its path prefix. */
  readonly url: string;
  /**
   * The delay before a missing run is searched for again: Jenkins may not show a new run yet, or may have just
   * restarted.
   */
  readonly retryMs?: number;
  /** The longest pause in the middle of a console response. */
  readonly silenceMs?: number;
  readonly calls?: UpstreamCallsOptions;
};

const read = { idempotent: true };
/** Jenkins answers a definition that it cannot read with 500. */
const define = { idempotent: true, crashIsRefusal: true };

/** Builds with Jenkins: through its npm client where that is reliable, directly for consoles and the queue. */
export class JenkinsBuildServer implements BuildServer {
  private readonly calls: UpstreamCalls;
  private readonly wire: JenkinsWire;
  private readonly runs: JenkinsRuns;
  private readonly retryMs: number;
  private readonly silenceMs: number;

  constructor({ url, retryMs = 500, silenceMs = 30_000, calls, ...credentials }: JenkinsOptions) {
    this.calls = new UpstreamCalls("jenkins", calls);
    this.wire = new JenkinsWire(url, credentials, this.calls);
    this.runs = new JenkinsRuns(this.wire, retryMs);
    this.retryMs = retryMs;
    this.silenceMs = silenceMs;
  }

  async ensureJob(job: string, definition: string, signal: AbortSignal): Promise<void> {
    const update = () =>
      this.wire.ask(`update the job ${job}`, define, signal, ({ job: jobs }) => jobs.config(job, definition));
    try {
      await update();
    } catch (error) {
      if (!isAbsent(error)) throw error;
      try {
        await this.wire.ask(`create the job ${job}`, define, signal, ({ job: jobs }) => jobs.create(job, definition));
      } catch (error) {
        if (!(error instanceof UpstreamRejected && error.message.includes("already exists"))) throw error;
        await update();
      }
    }
    const stored = await this.wire.ask(`read the job ${job}`, read, signal, ({ job: jobs }) => jobs.config(job));
    const lost = lostParts(definition, String(stored));
    if (lost.length > 0)
      throw new UpstreamRejected("jenkins", `Jenkins did not keep the job ${job}. ${lost.join("; ")}.`);
  }

  async removeJob(job: string, signal: AbortSignal): Promise<void> {
    // Jenkins waits up to 15 s for the job's builds to stop.
    const terms = { idempotent: true, deadlineMs: 25_000 };
    await orAbsent(this.wire.ask(`remove the job ${job}`, terms, signal, ({ job: jobs }) => jobs.destroy(job)));
  }

  async ensureRun(request: RunRequest, signal: AbortSignal): Promise<RunState> {
    const { job, buildId } = request;
    const found = await this.runs.findTwice(job, buildId, signal);
    if (found) return found;
    const parameters = { ...request.parameters, [buildParameter]: buildId };
    // Not retried by itself: after a lost response, the next ensureRun searches first.
    const queueId = await this.wire.ask(`run the job ${job}`, { idempotent: false }, signal, (client) =>
      client.job.build({ name: job, parameters, delay: "0sec" }),
    );
    if (typeof queueId !== "number" || Number.isNaN(queueId)) {
      throw new UpstreamRejected("jenkins", `Jenkins did not queue the job ${job}: it may be about to be deleted.`);
    }
    return this.confirmed({ job, buildId, queueId }, signal);
  }

  async run(handle: RunHandle, signal: AbortSignal): Promise<RunState> {
    const seen = await this.runs.locateTwice(handle, signal);
    if (seen) return seen;
    return { phase: handle.queueId === undefined && handle.number === undefined ? "ABSENT" : "LOST" };
  }

  async stop(handle: RunHandle, signal: AbortSignal): Promise<void> {
    for (let look = 0; look < 20; look++) {
      const state = await this.runs.locate(handle, signal);
      if (state?.phase === "RUNNING") return this.stopBuild(handle.job, state.number, signal);
      if (state?.phase !== "QUEUED") return;
      // The npm client posts to a deprecated address. 404 and 500: the item has left the queue.
      const cancel = `queue/cancelItem?id=${state.queueId}`;
      const status = await this.wire.post("cancel a queued run", cancel, [302, 404, 500], signal);
      // The build may have begun meanwhile, and for a moment it is neither queued nor a build.
      if (status === 500) await pause(this.retryMs / 5, undefined, { signal });
    }
    throw new UpstreamUnavailable("jenkins", "Jenkins is just starting the run; it cannot be stopped yet.");
  }

  async readConsole(
    { job, number, from, delivered }: ConsoleRequest & { readonly job: string; readonly number: number },
    take: (chunk: ConsoleChunk) => Promise<void>,
    signal: AbortSignal,
  ): Promise<ConsoleReadResult> {
    const ask = async (start: number) => {
      const what = `read the console of ${job} #${number}`;
      const path = `${jobPath(job)}/${number}/logText/progressiveText?start=${start}`;
      const answer = await orAbsent(this.wire.stream(what, path, { silenceMs: this.silenceMs }, signal));
      if (!answer) return undefined;
      const size = Number(answer.header("x-text-size") ?? Number.NaN);
      if (!Number.isSafeInteger(size)) throw nonsense(what);
      return { size, more: answer.header("x-more-data") === "true", body: answer.body };
    };
    const reader = new ConsoleReader(async (start) => {
      const answer = await ask(start);
      if (answer) return answer;
      await pause(this.retryMs, undefined, { signal });
      return ask(start);
    });
    return reader.read({ from, delivered }, take, signal);
  }

  health(): UpstreamHealth {
    return this.calls.health();
  }

  /** Checks, after Jenkins accepted a run, that the run has our id, without which it could not be found again. */
  private async confirmed(handle: RunHandle & { readonly queueId: number }, signal: AbortSignal): Promise<RunState> {
    const item = await this.runs.queueItem(handle.queueId, signal);
    if (!item || buildIdOf(item) === handle.buildId) return this.run(handle, signal);
    await this.wire.post("cancel a queued run", `queue/cancelItem?id=${handle.queueId}`, [302, 404, 500], signal);
    if (item.executable) await this.stopBuild(handle.job, item.executable.number, signal);
    const remedy = `The job ${handle.job} has lost its parameter ${buildParameter}; apply its definition again.`;
    throw new UpstreamRejected("jenkins", remedy);
  }

  private async stopBuild(job: string, number: number, signal: AbortSignal): Promise<void> {
    await orAbsent(
      this.wire.ask(`stop the build ${job} #${number}`, read, signal, ({ build }) => build.stop(job, number)),
    );
  }
}

const jobPath = (job: string): string =>
  job
    .split("/")
    .map((name) => `job/${encodeURIComponent(name)}`)
    .join("/");
