import type { UpstreamHealth } from "./cluster.js";

/** Identifies a run by the id of our build, which the run has as a parameter. */
export interface RunRequest {
  /** Name of the job, `<namespace>.<app>`. */
  readonly job: string;
  /**
   * The id of our build. The run has it as the parameter `ORRERY_BUILD`, which also keeps Jenkins from merging equal
   * requests.
   */
  readonly buildId: string;
  /** The other parameters; the job defines each of them. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The present state of a requested run. */
export type RunState =
  /** No run has this build id. */
  | { readonly phase: "ABSENT" }
  /** In the server's queue; `why` is the server's localised text. */
  | { readonly phase: "QUEUED"; readonly queueId: number; readonly why?: string }
  | ({ readonly phase: "RUNNING" } & Run)
  | ({ readonly phase: "OVER"; readonly result: RunResult; readonly durationMs: number } & Run)
  /** Removed from the queue before it began. */
  | { readonly phase: "CANCELLED" }
  /** The server lost the run (restart, deleted build), so it will never end. */
  | { readonly phase: "LOST" };

export interface Run {
  readonly number: number;
  /** The run's page for people. */
  readonly url: string;
  readonly startedAt: Date;
}

export type RunResult = "SUCCESS" | "UNSTABLE" | "FAILURE" | "NOT_BUILT" | "ABORTED";

/** What is stored about a run between two polls, so that the next poll is cheap and exact. */
export interface RunHandle {
  readonly job: string;
  readonly buildId: string;
  readonly queueId?: number;
  readonly number?: number;
}

/**
 * A position in a console that can be stored: `raw` is the server's offset, `bytes` the number of canonical bytes
 * before it. Canonical means UTF-8, LF line ends, no console notes.
 */
export interface ConsolePosition {
  readonly raw: number;
  readonly bytes: number;
}
export const consoleStart: ConsolePosition = { raw: 0, bytes: 0 };

/** The next canonical bytes of a console, which are valid until the next chunk, and the position to store with them. */
export interface ConsoleChunk {
  readonly bytes: Buffer;
  readonly place: ConsolePosition;
}

/** The result of reading a console. */
export interface ConsoleReadResult {
  readonly place: ConsolePosition;
  /** The log is complete: no byte will follow. */
  readonly complete: boolean;
  /** The log has shrunk or vanished; what was stored is all that remains. */
  readonly lost: boolean;
}

/**
 * The server that builds images. All calls may be repeated: a job is ensured, a run is searched for before it is
 * started. Throws UpstreamRejected or UpstreamUnavailable, and respects the signal.
 */
export interface BuildServer {
  /** Ensures that the job has this definition (config.xml), and that the server kept the parts that matter. */
  ensureJob(job: string, definition: string, signal: AbortSignal): Promise<void>;
  /** Removes the job and its runs; succeeds when there is none. */
  removeJob(job: string, signal: AbortSignal): Promise<void>;
  /** Finds the run of this build, or starts one. */
  ensureRun(request: RunRequest, signal: AbortSignal): Promise<RunState>;
  /** The present state of the run. */
  run(handle: RunHandle, signal: AbortSignal): Promise<RunState>;
  /** Removes the run from the queue or stops it; succeeds when it has ended. `run` shows its end. */
  stop(handle: RunHandle, signal: AbortSignal): Promise<void>;
  /**
   * Reads the present console from `from` on, without the `delivered - from.bytes` canonical bytes that are already
   * stored. Calls `take` with each chunk (at most 256 KiB, never cut inside a UTF-8 sequence) and waits for it before
   * reading on, so that memory stays bounded however long the log is.
   */
  readConsole(
    request: {
      readonly job: string;
      readonly number: number;
      readonly from: ConsolePosition;
      readonly delivered: number;
    },
    take: (chunk: ConsoleChunk) => Promise<void>,
    signal: AbortSignal,
  ): Promise<ConsoleReadResult>;
  health(): UpstreamHealth;
}
