import { channel } from "node:diagnostics_channel";
import { FailureLog, type FailureSink } from "../kernel/failure-log.js";

/**
 * Where readers of streams tell of failed reads. A channel of Node's, because readers are made in every area, and what
 * they have in common is only the process and its log.
 */
const outcomes = channel("orrery:stream-reads");

interface ReadOutcome {
  readonly reader: object;
  readonly is: "FAILED" | "RECOVERED" | "OVER";
  readonly error?: unknown;
}

/** One reader's failures: told when a read fails that is retried, and once when it succeeds or the reader leaves. */
export class ReadFailures {
  private isFailing = false;

  failed(error: unknown): void {
    this.isFailing = true;
    this.tell({ reader: this, is: "FAILED", error });
  }

  recovered(): void {
    this.end("RECOVERED");
  }

  over(): void {
    this.end("OVER");
  }

  private end(is: "RECOVERED" | "OVER"): void {
    if (this.isFailing) this.tell({ reader: this, is });
    this.isFailing = false;
  }

  private tell(outcome: ReadOutcome): void {
    outcomes.publish(outcome);
  }
}

/** Logs once when reads of streams begin to fail, and once when no reader fails any more. Returns its end. */
export function logReadFailures(log: FailureSink): () => void {
  const failures = new FailureLog(log, "the reads of streams");
  const listen = (message: unknown): void => {
    const { reader, is, error } = message as ReadOutcome;
    if (is === "FAILED") failures.failed(reader, error);
    else if (is === "RECOVERED") failures.recovered(reader);
    else failures.forget(reader);
  };
  outcomes.subscribe(listen);
  return () => outcomes.unsubscribe(listen);
}
