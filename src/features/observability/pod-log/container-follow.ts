import { UpstreamRejected } from "../../../kernel/errors.js";
import { isTemporary } from "../../../kernel/temporary-failure.js";
import { ReadFailures } from "../../../streams/read-failures.js";
import { ended, type ContainerLog, type LogCluster } from "./container-log.js";
import { weightOf, type LogEndReason, type LogEvent } from "./log-event.js";
import { comparePositions, type LogPosition } from "./log-position.js";

/** The ring of newest events, for readers that join or are a little behind. */
const ringEvents = 2_000;
const ringWeight = 1024 * 1024;
/** The delays before a log that ended or broke is read again; a change of the pod ends the delay. */
const firstPauseMs = 100;
const longestPauseMs = 5_000;
/** The time for which a log is read after its pod is gone from the cluster: its last lines may be late. */
const graceMs = 1_000;

/**
 * The one follow of a container in this process. After a broken connection or a restart it resumes at the last line
 * that it delivered, until the pod has ended. It keeps the newest events in a bounded ring, from which readers pull by
 * serial numbers.
 */
export class ContainerFollow {
  isOver = false;
  private readonly events: LogEvent[] = [];
  /** The serial number of the oldest event in the ring. */
  firstSerial = 0;
  private weight = 0;
  /** All events after this position are in the ring; undefined while that is the whole log. */
  private base: LogPosition | undefined;
  private position: LogPosition | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly closing = new AbortController();
  private reading = new AbortController();
  private changed = false;
  private wake: () => void = () => undefined;
  private failure: { readonly error: unknown } | undefined;
  private readonly failures = new ReadFailures();
  private grace: NodeJS.Timeout | undefined;

  constructor(
    private readonly log: ContainerLog,
    private readonly cluster: LogCluster,
    start: LogPosition | undefined,
  ) {
    this.base = this.position = start;
    void this.run();
  }

  get listenerCount(): number {
    return this.listeners.size;
  }

  /** The serial number of the next event. */
  get nextSerial(): number {
    return this.firstSerial + this.events.length;
  }

  listen(notify: () => void): () => void {
    this.listeners.add(notify);
    return () => void this.listeners.delete(notify);
  }

  /** The serial number at which to resume after a position, or undefined when events in between are gone. */
  serialAfter(position: LogPosition): number | undefined {
    if (this.base && comparePositions(position, this.base) < 0) return undefined;
    const next = this.events.findIndex((event) => comparePositions(event.position, position) > 0);
    return next < 0 ? this.nextSerial : this.firstSerial + next;
  }

  /** Whether this follow delivered this very line, so that a reader can join here without a request to the cluster. */
  hasGiven(position: LogPosition): boolean {
    const { base, events } = this;
    if (base && comparePositions(position, base) === 0) return true;
    return events.some((event) => comparePositions(event.position, position) === 0);
  }

  /** The events from a serial number on, or undefined when some of them are gone. Behind the last one it throws what the follow failed with. */
  from(serial: number): readonly LogEvent[] | undefined {
    if (this.failure && serial >= this.nextSerial) throw this.failure.error;
    return serial < this.firstSerial ? undefined : this.events.slice(serial - this.firstSerial);
  }

  close(): void {
    this.closing.abort();
    clearTimeout(this.grace);
    this.wake();
  }

  private async run(): Promise<void> {
    const { signal } = this.closing;
    const unlisten = this.cluster.onChange((owner) => {
      if (!owner || owner.appId === this.log.target.owner.appId) this.podMayHaveChanged();
    });
    for (let fruitless = 0; !signal.aborted;) {
      this.changed = false;
      const next = this.nextSerial;
      const reason = this.endOfPod();
      const whole = await this.readOn(reason === undefined);
      if (this.failure) {
        this.isOver = true;
        for (const notify of this.listeners) notify();
        break;
      }
      if (reason === "POD_DELETED" || (reason && whole)) {
        this.isOver = true;
        this.put(ended(this.log.target, this.position, reason));
        break;
      }
      fruitless = this.nextSerial > next ? 0 : fruitless + 1;
      await this.pause(Math.min(longestPauseMs, firstPauseMs * 2 ** fruitless));
    }
    clearTimeout(this.grace);
    this.failures.over();
    unlisten();
  }

  /** Reads the existing lines and, when following, new ones; resolves with whether the log was read to its end. */
  private async readOn(follow: boolean): Promise<boolean> {
    this.reading = new AbortController();
    const signal = AbortSignal.any([this.closing.signal, this.reading.signal]);
    const put = (event: LogEvent): void => this.put(event);
    try {
      await this.log.catchUp(this.position, put, signal);
      // Before the follow, which lasts as long as the container runs.
      this.failures.recovered();
      if (follow) await this.log.follow(this.position, put, signal);
      return true;
    } catch (error) {
      // The next reading goes on behind the last event that was given. Kubernetes refuses what has not started or is just gone.
      if (isTemporary(error)) this.failures.failed(error);
      else if (!signal.aborted && !(error instanceof UpstreamRejected)) this.failure = { error };
      return false;
    }
  }

  private endOfPod(): LogEndReason | undefined {
    const pod = this.log.pod();
    if (!pod) return "POD_DELETED";
    return pod.phase === "SUCCEEDED" || pod.phase === "FAILED" ? "POD_FINISHED" : undefined;
  }

  private podMayHaveChanged(): void {
    this.changed = true;
    this.wake();
    if (this.endOfPod()) this.grace ??= setTimeout(() => this.reading.abort(), graceMs);
  }

  private put(event: LogEvent): void {
    if (this.closing.signal.aborted) return;
    this.position = event.position;
    this.events.push(event);
    this.weight += weightOf(event);
    while (this.events.length > ringEvents || (this.weight > ringWeight && this.events.length > 1)) {
      const oldest = this.events.shift()!;
      this.base = oldest.position;
      this.weight -= weightOf(oldest);
      this.firstSerial++;
    }
    for (const notify of this.listeners) notify();
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.closing.signal.aborted) return resolve();
      const timer = setTimeout(() => this.wake(), this.changed ? firstPauseMs : ms);
      this.wake = () => {
        clearTimeout(timer);
        this.wake = () => undefined;
        resolve();
      };
    });
  }
}
