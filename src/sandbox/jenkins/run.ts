import { setTimeout } from "node:timers/promises";
import { ConsoleLog } from "./console-log.js";
import type { JobConfig } from "./job-config.js";
import type { Cause, Parameter } from "./build-request.js";

export type RunResult = "SUCCESS" | "UNSTABLE" | "FAILURE" | "NOT_BUILT" | "ABORTED";

/** A chunk of a console, and the delay before it. */
export interface Piece {
  readonly afterMs: number;
  readonly bytes: Uint8Array;
}

/** The script of a build. */
export interface Script {
  readonly pieces: Iterable<Piece>;
  /** How the build ends; undefined runs until it is stopped or finished. */
  readonly result?: RunResult | undefined;
  /** The console is these bytes and nothing else: no closing lines. */
  readonly verbatim: boolean;
}

type Interruption =
  { readonly kind: "stopped"; readonly by: string } | { readonly kind: "told"; readonly result: RunResult };

/** The job of a build, as far as the build needs it. */
export interface RunOwner {
  readonly fullName: string;
  readonly path: string;
  readonly config: JobConfig;
  readonly runs: Map<number, Run>;
  readonly history: readonly Run[];
}

/** One build: building, then post-production (no longer `building`, its log still open), then over. */
export class Run {
  phase: "building" | "postProduction" | "over" = "building";
  result: RunResult | null = null;
  durationMs = 0;
  keepLog = false;
  description: string | null = null;
  readonly startedAt = Date.now();
  readonly console = new ConsoleLog();
  private readonly interruption = new AbortController();
  private isLost = false;
  ended: Promise<void> = Promise.resolve();

  constructor(
    readonly job: RunOwner,
    readonly number: number,
    readonly queueId: number,
    readonly parameters: readonly Parameter[],
    readonly causes: readonly Cause[],
    /** The duration of phases that are very short in Jenkins, so that they can be observed. */
    private readonly instantMs: number,
  ) {}

  /** A new build shows no parameters for a moment. */
  get showsActions(): boolean {
    return Date.now() - this.startedAt >= this.instantMs;
  }

  get path(): string {
    return `${this.job.path}${this.number}/`;
  }

  /** Where Jenkins would keep its log. */
  get logFile(): string {
    return `/var/lib/jenkins/${this.job.path.replaceAll("job/", "jobs/")}builds/${this.number}/log`;
  }

  /** Begins; resolves when the build has ended completely. */
  begin(script: Script): Promise<void> {
    return (this.ended = this.perform(script));
  }

  private async perform(script: Script): Promise<void> {
    const { signal } = this.interruption;
    try {
      for (const { afterMs, bytes } of script.pieces) {
        if (afterMs > 0) await setTimeout(afterMs, undefined, { signal, ref: false });
        signal.throwIfAborted();
        this.console.append(bytes);
      }
      await this.end(script.result ?? (await interrupted(signal)), script.verbatim);
    } catch (error) {
      if (this.isLost) return;
      if (!signal.aborted) throw error;
      const interruption = signal.reason as Interruption;
      if (interruption.kind === "told") return this.end(interruption.result, script.verbatim);
      if (!script.verbatim) this.append(`Build was aborted\nAborted by ${interruption.by}\n`);
      await this.end("ABORTED", script.verbatim);
    }
  }

  append(bytes: Uint8Array | string): void {
    this.console.append(typeof bytes === "string" ? Buffer.from(bytes) : bytes);
  }

  /** Aborts the build. */
  stop(by: string): void {
    this.interrupt({ kind: "stopped", by });
  }

  /** Ends it now with this result. */
  finish(result: RunResult): void {
    this.interrupt({ kind: "told", result });
  }

  /** Deletes its record: the build stops without a trace. */
  lose(): void {
    this.isLost = true;
    this.phase = "over";
    this.job.runs.delete(this.number);
    this.interrupt({ kind: "stopped", by: "SYSTEM" });
  }

  /** Ends the build in a shutdown: it is ABORTED at once, and its log has no end. */
  cutShort(): void {
    this.isLost = true;
    this.result = "ABORTED";
    this.durationMs = Date.now() - this.startedAt;
    this.phase = "over";
    this.interrupt({ kind: "stopped", by: "SYSTEM" });
  }

  private interrupt(interruption: Interruption): void {
    this.interruption.abort(interruption);
  }

  private async end(result: RunResult, verbatim: boolean): Promise<void> {
    this.result = result;
    await setTimeout(this.instantMs, undefined, { ref: false });
    if (this.isLost) return;
    this.durationMs = Date.now() - this.startedAt;
    this.phase = "postProduction";
    if (!verbatim) this.append(`Finished: ${result}\n`);
    await setTimeout(this.instantMs, undefined, { ref: false });
    this.phase = "over";
  }
}

/** Never resolves; rejects when the signal is aborted. */
async function interrupted(signal: AbortSignal): Promise<never> {
  await new Promise((_resolve, reject) => {
    if (signal.aborted) reject(new Error("interrupted"));
    signal.addEventListener("abort", () => reject(new Error("interrupted")), { once: true });
  });
  throw new Error("interrupted");
}
