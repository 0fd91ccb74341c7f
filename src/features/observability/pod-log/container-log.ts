import { UpstreamRejected } from "../../../kernel/errors.js";
import type { Cluster, Pod, PodLogLine } from "../../../upstreams/cluster.js";
import { logEvent, nowhere, type LogEvent, type LogTarget, type TakeEvent } from "./log-event.js";
import { comparePositions, marked, PositionCounter, readableFrom, type LogPosition } from "./log-position.js";

export type LogCluster = Pick<Cluster, "readPodLog" | "pods" | "onChange">;

interface Reading {
  /** Only events after this position. */
  readonly after: LogPosition | undefined;
  readonly previous?: boolean;
  readonly follow?: boolean;
  /** The line of `after` must be found; otherwise nothing is delivered and the result is `found: false`. */
  readonly strict?: boolean;
}

/** The line to resume after is not in this log: it belongs to another run, or was rotated away. */
class LineMissing extends Error {}

/** The number of additional lines that are read, so that lines of the same time are counted from the first. */
const tailMargin = 500;

/** Reads one container's log by positions, across its restarts. */
export class ContainerLog {
  constructor(
    private readonly cluster: LogCluster,
    readonly target: LogTarget,
  ) {}

  /** The pod in the cluster; undefined once it is gone. */
  pod(): Pod | undefined {
    return this.cluster.pods(this.target.owner).find(({ uid }) => uid === this.target.uid);
  }

  /**
   * Reads all existing lines: of the current run and, with a position, of the previous run too. A RESTARTED separates
   * runs, and a GAP stands for lines that are no longer kept. Resolves with whether the position exists: a cursor may
   * name any time, even a future one.
   */
  async catchUp(after: LogPosition | undefined, emit: TakeEvent, signal: AbortSignal): Promise<boolean> {
    if (!after) {
      await this.read({ after }, emit, signal).catch(orNotStarted);
      return true;
    }
    let position = after;
    const keep: TakeEvent = (event) => ((position = event.position), emit(event));
    const mark = (kind: "RESTARTED" | "GAP") => keep(logEvent(this.target, marked(position), { kind }));
    const behind = (more: Omit<Reading, "after">) => this.read({ after: position, ...more }, keep, signal);
    // After a marker no line needs to be found: later lines are new.
    if (position.marks === 0) {
      if ((await behind({ strict: true })).found) return true;
      if ((await behind({ strict: true, previous: true })).found) {
        await mark("RESTARTED");
        await behind({});
        return true;
      }
      await mark("GAP");
    }
    const { lines: before } = await behind({ previous: true });
    if (before > 0) await mark("RESTARTED");
    const { lines } = await behind({});
    return before + lines > 0;
  }

  /** Reads the previous run, from its start or after a position. */
  async previous(after: LogPosition | undefined, emit: TakeEvent, signal: AbortSignal): Promise<void> {
    const strict = after?.marks === 0;
    const { found } = await this.read({ after, previous: true, strict }, emit, signal);
    if (found || !strict) return;
    await emit(logEvent(this.target, marked(after), { kind: "GAP" }));
    await this.read({ after, previous: true }, emit, signal);
  }

  /** Delivers new lines after a position until the run ends; ends at once when the line belongs to another run. */
  async follow(after: LogPosition | undefined, emit: TakeEvent, signal: AbortSignal): Promise<void> {
    await this.read({ after, follow: true, strict: after?.marks === 0 }, emit, signal);
  }

  /** The position after which the last `count` lines are; undefined when the log has no more than those. */
  async beforeLast(count: number, previous: boolean, signal: AbortSignal): Promise<LogPosition | undefined> {
    const counter = new PositionCounter();
    const lastLines: LogPosition[] = [];
    const take = ({ at, continues }: PodLogLine): void => {
      const position = counter.next(at);
      if (continues) return;
      lastLines.push(position);
      if (lastLines.length > count + 1) lastLines.shift();
    };
    const request = { ...this.request(), previous, tailLines: count + tailMargin };
    await this.cluster.readPodLog(request, take, signal).catch(orNotStarted);
    return lastLines.length > count ? lastLines[0] : undefined;
  }

  /** The whole log as text. */
  async whole(previous: boolean, take: (text: string) => void | Promise<void>, signal: AbortSignal): Promise<void> {
    const line = ({ text, continues }: PodLogLine): void | Promise<void> => take(continues ? text : `${text}\n`);
    const end = await this.cluster.readPodLog({ ...this.request(), previous }, line, signal).catch(orNotStarted);
    if (end?.unfinished) await take(end.unfinished.text);
  }

  private async read(
    { after, previous = false, follow = false, strict = false }: Reading,
    emit: TakeEvent,
    signal: AbortSignal,
  ): Promise<{ readonly found: boolean; readonly lines: number }> {
    const counter = new PositionCounter();
    let found = false;
    let lines = 0;
    const take = ({ at, text, continues }: PodLogLine): void | Promise<void> => {
      const position = counter.next(at);
      if (after) {
        const order = comparePositions(position, after);
        found ||= order === 0;
        if (order <= 0) return;
        if (strict && !found) throw new LineMissing();
      }
      lines++;
      return emit(logEvent(this.target, position, { kind: "LINE", text, continues }));
    };
    try {
      const request = { ...this.request(), previous, follow, ...(after && { sinceTime: readableFrom(after.at) }) };
      const { unfinished } = await this.cluster.readPodLog(request, take, signal);
      // A line without an end may grow, unless the run is over.
      if (unfinished && (previous || this.isSilent())) await take(unfinished);
    } catch (error) {
      if (error instanceof LineMissing) return { found: false, lines };
      if (!(previous && isBadRequest(error))) throw error;
    }
    return { found, lines };
  }

  /** Whether the container's run is over. */
  private isSilent(): boolean {
    const container = this.pod()?.containers.find(({ name }) => name === this.target.container);
    return container?.phase !== "RUNNING";
  }

  private request(): { namespace: string; pod: string; container: string } {
    const { owner, pod, container } = this.target;
    return { namespace: owner.namespace, pod, container };
  }
}

/** Kubernetes' answer for a run that does not exist: the container has not started, or has no previous run. */
const isBadRequest = (error: unknown): boolean => error instanceof UpstreamRejected && error.status === 400;

function orNotStarted(error: unknown): undefined {
  if (!isBadRequest(error)) throw error;
}

/** The last event of a log. */
export const ended = (
  target: LogTarget,
  position: LogPosition | undefined,
  reason: NonNullable<LogEvent["reason"]>,
): LogEvent => logEvent(target, position ?? nowhere, { kind: "ENDED", reason });
