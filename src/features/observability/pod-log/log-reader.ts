import { UpstreamRejected } from "../../../kernel/errors.js";
import { ResumableReader } from "../../../streams/resumable-reader.js";
import { Batches } from "./batches.js";
import type { ContainerFollow } from "./container-follow.js";
import { ended, type ContainerLog } from "./container-log.js";
import { weightOf, type LogEndReason, type LogEvent, type LogTarget } from "./log-event.js";
import type { LogFollows } from "./log-follows.js";
import { comparePositions, formatPosition, type LogPosition } from "./log-position.js";

/** The delay of a reader that can neither read nor follow. */
const againMs = 1_000;

export interface LogRequest {
  /** Only events after this position; without it, from the start of the run. */
  readonly after?: LogPosition | undefined;
  /** Reads only the previous run. */
  readonly previous?: boolean;
}

/** A reader's subscription to a follow, and how far the reader has read. */
interface FollowSubscription {
  readonly follow: ContainerFollow;
  readonly leave: () => void;
  serial: number;
}

/**
 * One reader of a container's log: reads the existing lines by itself, then joins the follow that all readers share. A
 * reader that falls behind the follow's ring reads by itself again. Positions connect both without loss.
 */
export class LogReader {
  /**
   * Whether the existing lines are read or unavailable, so that no other log needs to wait for an old line of this one.
   */
  isLive = false;
  private position: LogPosition | undefined;
  /** Whether the position exists, so that others may follow from it. */
  private isPlaced = false;
  private past: Batches<LogEvent> | undefined;
  private pastFrom: LogPosition | undefined;
  private subscription: FollowSubscription | undefined;
  private notify: () => void = () => undefined;
  private again: NodeJS.Timeout | undefined;
  private isOver = false;
  private readonly log: ContainerLog;

  constructor(
    private readonly follows: LogFollows,
    private readonly target: LogTarget,
    private readonly wanted: LogRequest,
  ) {
    this.log = follows.log(target);
    this.position = wanted.after;
    if (this.position && !wanted.previous && follows.of(target)?.hasGiven(this.position)) this.join();
  }

  /** The events, until the log has ended. */
  stream(): ResumableReader<LogEvent> {
    return new ResumableReader(
      () => this.readOn(),
      (notify) => {
        this.notify = notify;
        return () => this.leave();
      },
      this.position && formatPosition(this.position),
    );
  }

  private async readOn(): Promise<readonly LogEvent[] | undefined> {
    while (!this.isOver) {
      const events = this.subscription ? this.fromFollow(this.subscription) : await this.fromPast();
      if (events === undefined) continue;
      this.position = events.at(-1)?.position ?? this.position;
      if (events.at(-1)?.kind === "ENDED") this.isOver = true;
      return events;
    }
    this.leave();
    return undefined;
  }

  /** The next of the existing events; undefined when there are no more and the follow takes over. */
  private async fromPast(): Promise<readonly LogEvent[] | undefined> {
    const startedAt = this.follows.of(this.target)?.nextSerial;
    this.past ??= this.readPast();
    try {
      const batch = await this.past.next();
      if (batch || this.isOver) return batch;
    } catch (error) {
      this.past = undefined;
      this.isLive = true;
      // The log of a deleted pod is gone.
      if (error instanceof UpstreamRejected && !this.log.pod()) return [this.end("POD_DELETED")];
      // The container has not started again, or its pod is just going.
      if (error instanceof UpstreamRejected && [400, 404].includes(error.status!)) return this.waitForNotification();
      throw error;
    }
    this.past = undefined;
    if (this.wanted.previous) return [this.end("PREVIOUS_RUN")];
    this.join(startedAt);
    if (this.subscription || this.position !== this.pastFrom) return undefined;
    // The follow is further on, and what is in between is gone.
    return this.waitForNotification();
  }

  private waitForNotification(): readonly LogEvent[] {
    this.again = setTimeout(() => this.notify(), againMs);
    return [];
  }

  private readPast(): Batches<LogEvent> {
    const from = (this.pastFrom = this.position);
    return new Batches(async (take, signal) => {
      if (this.wanted.previous) await this.log.previous(from, take, signal);
      else this.isPlaced = await this.log.catchUp(from, take, signal);
    }, weightOf);
  }

  private fromFollow(subscription: FollowSubscription): readonly LogEvent[] | undefined {
    const events = subscription.follow.from(subscription.serial);
    if (!events) {
      this.subscription = undefined;
      subscription.leave();
      return undefined;
    }
    subscription.serial += events.length;
    const { position } = this;
    return events.filter(
      (event) => event.kind === "ENDED" || !position || comparePositions(event.position, position) > 0,
    );
  }

  /** Subscribes to the follow. Of a log that was empty, the follow gives what came since `serial`. */
  private join(serial?: number): void {
    const start = this.isPlaced ? this.position : undefined;
    const { follow, leave } = this.follows.join(this.target, start, () => this.notify());
    const next = this.position ? follow.serialAfter(this.position) : (serial ?? follow.firstSerial);
    if (next === undefined) return leave();
    this.subscription = { follow, leave, serial: next };
    this.isLive = true;
  }

  private leave(): void {
    this.isOver = true;
    clearTimeout(this.again);
    this.past?.close();
    this.subscription?.leave();
    this.subscription = this.past = undefined;
  }

  private end(reason: LogEndReason): LogEvent {
    return ended(this.target, this.position, reason);
  }
}
