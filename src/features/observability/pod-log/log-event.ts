import type { StreamEvent } from "../../../streams/stream-event.js";
import type { AppRef } from "../../../upstreams/cluster-object.js";
import { formatPosition, type LogPosition } from "./log-position.js";

/** One container of one pod of an app. The uid distinguishes the pod from a later one of the same name. */
export interface LogTarget {
  readonly owner: AppRef;
  readonly pod: string;
  readonly uid: string;
  readonly container: string;
}

export const LogEventKind = { LINE: "LINE", RESTARTED: "RESTARTED", GAP: "GAP", ENDED: "ENDED" } as const;
export type LogEventKind = keyof typeof LogEventKind;

export const LogEndReason = {
  POD_DELETED: "POD_DELETED",
  POD_FINISHED: "POD_FINISHED",
  PREVIOUS_RUN: "PREVIOUS_RUN",
} as const;
export type LogEndReason = keyof typeof LogEndReason;

/** An event of a log: a line, or something that happened after the line before. */
export interface LogEvent extends StreamEvent {
  readonly kind: LogEventKind;
  readonly pod: string;
  readonly container: string;
  readonly position: LogPosition;
  readonly text?: string;
  readonly continues?: boolean;
  readonly reason?: LogEndReason;
  /** When the event reached this process, by its monotonic clock. */
  readonly receivedAt: number;
}

/** Receives an event; returns a promise to delay the next one. */
export type TakeEvent = (event: LogEvent) => void | Promise<void>;

/** The position before the first line. */
export const nowhere: LogPosition = { at: "1970-01-01T00:00:01.000000000Z", ordinal: 0, marks: 1 };

export const logEvent = (
  { pod, container }: LogTarget,
  position: LogPosition,
  what: Pick<LogEvent, "kind" | "text" | "continues" | "reason">,
): LogEvent => ({ pod, container, position, cursor: formatPosition(position), receivedAt: performance.now(), ...what });

/** The approximate size of an event in memory. */
export const weightOf = ({ text = "" }: LogEvent): number => text.length + 100;
