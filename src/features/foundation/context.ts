import type { MemberActor } from "../../kernel/actor.js";
import type { Stream } from "../../streams/conflating-queue.js";
import type { StreamEvent } from "../../streams/stream-event.js";
import type { Loaders } from "./loaders.js";

/**
 * What subscriptions read from, by class. They come with the context, because type-graphql gives `subscribe` no instance of
 * the resolver.
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

/** What an operation cost, and what its payer has left. */
export interface Charge {
  /** What the payer has when nothing was asked for a minute. */
  readonly limit: number;
  readonly cost: number;
  readonly remaining: number;
  /** When all of `limit` is there again, if nothing else is asked. */
  readonly resetAt: Date;
}

/** What one operation knows of its surroundings. */
export interface Context {
  /** Who asks; throws UNAUTHENTICATED when nobody logged in. */
  readonly actor: MemberActor;
  readonly loaders: Loaders;
  readonly streams: StreamSources;
  readonly userAgent?: string | undefined;
  /** Where the client is, behind whatever proxies; empty for an event that several clients share. */
  readonly network: string;
  /** Set once the operation was charged; events of a subscription are not. */
  charge?: Charge;
}

/** Gives a `subscribe` option the types that type-graphql leaves open: every subscription tells of events with a cursor. */
export const stream =
  <Args, T extends StreamEvent>(open: (context: Context, args: Args) => Promise<Stream<T>>) =>
  ({ context, args }: { context: unknown; args: unknown }): Promise<Stream<T>> =>
    open(context as Context, args as Args);
