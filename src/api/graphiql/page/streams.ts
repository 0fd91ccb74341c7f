import type { FormattedExecutionResult } from "graphql";
import { eventLine } from "./event-line.js";

type Result = Pick<FormattedExecutionResult, "data" | "errors">;

/** The events of a subscription so far: a console's text, or a line for each event. */
export interface Stream {
  readonly startedAt: number;
  readonly state: "live" | "ended" | "failed";
  readonly count: number;
  readonly last: unknown;
  readonly text: string;
  readonly lines: readonly { readonly number: number; readonly afterSeconds: string; readonly line: string }[];
}

const longestText = 500_000;
const mostLines = 500;
// oxlint-disable-next-line no-control-regex
const colours = /\u001b\[[0-9;]*[A-Za-z]/g;

/** The newest stream of each operation, by the operation's name. */
export class Streams {
  private readonly byOperation = new Map<string, Stream>();
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (changed: () => void): (() => void) => {
    this.listeners.add(changed);
    return () => void this.listeners.delete(changed);
  };

  readonly of = (operation: string): Stream | undefined => this.byOperation.get(operation);

  /** Starts the record of a subscription; its events are given to what is returned. */
  begin(operation: string): { event(result: Result): void; end(state: "ended" | "failed"): void } {
    let stream: Stream = { startedAt: Date.now(), state: "live", count: 0, last: undefined, text: "", lines: [] };
    const show = (next: Stream): void => {
      this.byOperation.set(operation, (stream = next));
      for (const changed of this.listeners) changed();
    };
    // A stopped subscription must not overwrite the one that was started after it.
    const follow = (next: Stream): void => {
      if (this.byOperation.get(operation) === stream) show(next);
    };
    show(stream);
    return {
      event: (result) => follow(withEvent(stream, result)),
      end: (state) => follow({ ...stream, state }),
    };
  }
}

function withEvent(stream: Stream, { data, errors }: Result): Stream {
  const last = Object.values(data ?? {})[0] ?? errors?.map(({ message }) => message);
  const count = stream.count + 1;
  const piece = textOf(last);
  if (piece !== undefined) {
    const text = (stream.text + piece.replaceAll(colours, "")).slice(-longestText);
    return { ...stream, count, last, text };
  }
  const afterSeconds = ((Date.now() - stream.startedAt) / 1000).toFixed(1);
  const line = { number: count, afterSeconds, line: eventLine(stream.last, last) };
  return { ...stream, count, last, lines: [...stream.lines, line].slice(-mostLines) };
}

function textOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("text" in value)) return undefined;
  if ("kind" in value && value.kind === "GAP" && value.text === "") return "[This part of the log was removed.]\n";
  return typeof value.text === "string" ? value.text : undefined;
}
