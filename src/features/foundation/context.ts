import type { MemberActor } from "../../kernel/actor.js";
import type { Stream } from "../../streams/conflating-queue.js";
import type { StreamEvent } from "../../streams/stream-event.js";
import type { Loaders } from "./loaders.js";

/**
 * The sources of subscriptions, by class. They are in the context, because type-graphql calls `subscribe` without an
 * instance of the resolver.
 */
export class StreamSources {
  private readonly sources: ReadonlyMap<unknown, object>;

  constructor(sources: readonly object[]) {
    this.sources = new Map(sources.map((source) => [source.constructor, source]));
  }

  of<T extends object>(source: abstract new (...args: never[]) => T): T {
    const found = this.sources.get(source);
    if (!found) throw new Error(`${source.name} is not among the stream sources that were composed.`);
    return found as T;
  }
}

/** The cost of an operation, and the rest of its budget. */
export interface Charge {
  /** The full budget. */
  readonly limit: number;
  readonly cost: number;
  readonly remaining: number;
  /** When the budget is full again, without further requests. */
  readonly resetAt: Date;
}

/** The context of one operation. */
export interface Context {
  /** The actor; throws UNAUTHENTICATED without a login. */
  readonly actor: MemberActor;
  readonly loaders: Loaders;
  readonly streams: StreamSources;
  readonly userAgent?: string | undefined;
  /** The client's address, behind any proxies; empty for an event that several clients share. */
  readonly network: string;
  /** Set once the operation was charged; events of a subscription are not. */
  charge?: Charge;
}

/** Gives a `subscribe` option its types, which type-graphql leaves open: all events have a cursor. */
export const stream =
  <Args, T extends StreamEvent>(open: (context: Context, args: Args) => Promise<Stream<T>>) =>
  ({ context, args }: { context: unknown; args: unknown }): Promise<Stream<T>> =>
    open(context as Context, args as Args);
