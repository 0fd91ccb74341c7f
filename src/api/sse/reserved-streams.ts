import type { StreamReservations, ReservedOperation } from "../../features/identity/session/stream-reservations.js";
import type { PubSub } from "../../kernel/pub-sub.js";
import type { GraphQLRequest } from "../documents/graphql-request.js";
import type { SseConnection } from "./sse-connections.js";

/** An operation to run into a stream. */
export interface Task {
  /** What its client calls it. */
  readonly name: string;
  readonly request: GraphQLRequest;
  /** Whether it was not taken back meanwhile; what runs is left by its name when it is. */
  readonly isWanted: () => boolean;
  /** Called before the client hears that it is over, and may use its name again. */
  readonly over: () => Promise<void>;
}

/** Runs an operation until it is over. */
export type RunTask = (connection: SseConnection, task: Task) => Promise<void>;

export interface ReservedStreamOptions {
  readonly reservations: StreamReservations;
  readonly pubSub: PubSub;
  readonly report: (cause: unknown) => string;
}

interface Held {
  readonly connection: SseConnection;
  readonly run: RunTask;
  /** The numbers of what was begun and is not over, by its name. */
  readonly begun: Map<string, string>;
  /** Settles when the last change of `begun` is made: they are made one after the other. */
  turn: Promise<void>;
}

/** How often the database is told which streams are open here. */
const keepMs = 10_000;
/** How long to wait when the database is away. */
const retryMs = 1_000;

/** The reserved streams that are open at this replica. What is asked of them comes from any replica, through the database. */
export class ReservedStreams {
  private readonly open = new Map<string, Held>();
  private readonly unlisten: () => void;
  private readonly keeper = setInterval(() => void this.keep(), keepMs).unref();

  constructor(private readonly options: ReservedStreamOptions) {
    this.unlisten = options.pubSub.subscribe("reserved-stream", (id) => {
      for (const each of id === undefined ? this.open.keys() : [id]) this.startAndStop(each);
    });
  }

  get reservations(): StreamReservations {
    return this.options.reservations;
  }

  /** Begins to run what is asked of a stream that was opened here. */
  enter(id: string, connection: SseConnection, run: RunTask): void {
    this.open.set(id, { connection, run, begun: new Map(), turn: Promise.resolve() });
    this.startAndStop(id);
  }

  /** The stream has ended; its operations are ended with its connection. */
  leave(id: string): void {
    this.open.delete(id);
    // If the database is away, the reservation expires.
    this.reservations.drop(id).catch(() => undefined);
  }

  stop(): void {
    clearInterval(this.keeper);
    this.unlisten();
  }

  /** Begins what is wanted and was not begun, and leaves what is not wanted any more. */
  private startAndStop(id: string): void {
    void this.inTurn(id, async (held) => {
      const wanted = await this.reservations.operations(id);
      const numbers = new Set(wanted.map(({ number }) => number));
      for (const [name, number] of held.begun) {
        if (numbers.has(number)) continue;
        held.begun.delete(name);
        await held.connection.running.get(name)?.leave();
      }
      for (const operation of wanted) if (!held.begun.has(operation.name)) void this.begin(id, held, operation);
    });
  }

  private async begin(id: string, { connection, run, begun }: Held, operation: ReservedOperation): Promise<void> {
    const { name, number, request } = operation;
    begun.set(name, number);
    const isWanted = (): boolean => begun.get(name) === number;
    const over = (): Promise<void> =>
      this.inTurn(id, async () => {
        await this.reservations.over(id, operation);
        if (isWanted()) begun.delete(name);
      });
    try {
      await run(connection, { name, request: request as GraphQLRequest, isWanted, over });
    } catch (error) {
      this.options.report(error);
      await over();
    }
  }

  /** Does this after whatever else is to be done for the stream; tries again until it succeeds or the stream has ended. */
  private inTurn(id: string, act: (held: Held) => Promise<void>): Promise<void> {
    const held = this.open.get(id);
    if (!held) return Promise.resolve();
    return (held.turn = held.turn.then(async () => {
      for (let isReported = false; this.open.get(id) === held;) {
        try {
          return await act(held);
        } catch (error) {
          if (!isReported) this.options.report(error);
          isReported = true;
          await new Promise((resolve) => setTimeout(resolve, retryMs).unref());
        }
      }
    }));
  }

  private async keep(): Promise<void> {
    const ids = [...this.open.keys()];
    if (ids.length === 0) return;
    // If the database is away, the next interval tries again.
    const kept = await this.reservations.keep(ids).catch(() => undefined);
    // A stream whose reservation is gone can be asked for nothing more; its client reserves another one.
    for (const id of ids) if (kept?.has(id) === false) this.open.get(id)?.connection.stream.end();
  }
}
