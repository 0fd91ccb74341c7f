import type { UpstreamHealth } from "./cluster.js";

/** How a run is found again: our build's id, which it carries as a parameter. */
export interface RunRequest {
  /** Name of the job, `<namespace>.<app>`. */
  readonly job: string;
  /** Our build's id; the run carries it as the parameter `ORRERY_BUILD`, which also keeps equal requests from being folded into one. */
  readonly buildId: string;
  /** The other parameters; the job defines each of them. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Where a requested run is now. */
export type RunState =
  /** No run carries this build id. */
  | { readonly phase: "ABSENT" }
  /** In the server's queue; `why` is its own localised text. */
  | { readonly phase: "QUEUED"; readonly queueId: number; readonly why?: string }
  | ({ readonly phase: "RUNNING" } & Run)
  | ({ readonly phase: "OVER"; readonly result: RunResult; readonly durationMs: number } & Run)
  /** It was in the queue and was taken out before it began. */
  | { readonly phase: "CANCELLED" }
  /** The server forgot it (restart, deleted build): it will never end. */
  | { readonly phase: "LOST" };

export interface Run {
  readonly number: number;
  /** Where a person can look at it. */
  readonly url: string;
  readonly startedAt: Date;
}

export type RunResult = "SUCCESS" | "UNSTABLE" | "FAILURE" | "NOT_BUILT" | "ABORTED";

/** What we remember of a run between two looks, so that the next look is cheap and exact. */
export interface RunHandle {
  readonly job: string;
  readonly buildId: string;
  readonly queueId?: number;
  readonly number?: number;
}

/**
 * A place in a console that can be stored: `raw` is where the server must be asked from, `bytes` how many
 * bytes of the canonical console lie before that place. Canonical: UTF-8, LF line ends, without console notes.
 */
export interface ConsolePlace {
  readonly raw: number;
  readonly bytes: number;
}
export const consoleStart: ConsolePlace = { raw: 0, bytes: 0 };

/** The next canonical bytes of a console, which are there until they are taken, and the place to store with them. */
export interface ConsoleChunk {
  readonly bytes: Buffer;
  readonly place: ConsolePlace;
}

/** How one reading of a console ended. */
export interface ConsoleReading {
  readonly place: ConsolePlace;
  /** The log is whole: no byte will ever follow. */
  readonly complete: boolean;
  /** The log has shrunk or vanished; what was stored is all there is. */
  readonly lost: boolean;
}

/**
 * The server that builds images. Everything may be repeated: a job is ensured, a run is looked for
 * before it is started. Throws UpstreamRejected or UpstreamUnavailable, and respects the signal.
 */
export interface BuildServer {
  /** Ensures the job exists with this definition (config.xml), and that the server kept the parts that matter. */
  ensureJob(job: string, definition: string, signal: AbortSignal): Promise<void>;
  /** Removes the job and its runs; fine when there is none. */
  removeJob(job: string, signal: AbortSignal): Promise<void>;
  /** Looks for the run of this build; starts one only if there is none. */
  ensureRun(request: RunRequest, signal: AbortSignal): Promise<RunState>;
  /** Where the run is now. */
  run(handle: RunHandle, signal: AbortSignal): Promise<RunState>;
  /** Takes it out of the queue or stops it; fine when it is over. The run's end is seen by `run`. */
  stop(handle: RunHandle, signal: AbortSignal): Promise<void>;
  /**
   * Reads what the console holds now, from `from` on, skipping the `delivered - from.bytes` canonical bytes
   * that were stored already. Calls `take` with each chunk (at most 256 KiB, never cut inside a UTF-8 sequence) and waits
   * for it before reading on, so that memory stays bounded however long the log is.
   */
  readConsole(
    request: { readonly job: string; readonly number: number; readonly from: ConsolePlace; readonly delivered: number },
    take: (chunk: ConsoleChunk) => Promise<void>,
    signal: AbortSignal,
  ): Promise<ConsoleReading>;
  health(): UpstreamHealth;
}
