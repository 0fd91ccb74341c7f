import { createSourceEventStream, GraphQLError, type ExecutionResult, type GraphQLSchema } from "graphql";
import type { MemberActor } from "../../kernel/actor.js";
import type { Context } from "../../features/foundation/context.js";
import type { Stream, Observer } from "../../streams/conflating-queue.js";
import type { StreamEvent } from "../../streams/stream-event.js";
import type { Contexts } from "../authentication/authentication.js";
import type { KnownOperation } from "../documents/known-operation.js";
import type { EventExecutions } from "./event-executions.js";
import { eventPrice } from "../pricing/event-price.js";
import type { Quota } from "../pricing/quota.js";
import { longLength, type Payload } from "./payload.js";
import { rightsKey, Topic, type Audience } from "./topic.js";
import { resumedAt, variablesKey } from "./resume.js";
import { FairScheduler } from "./fair-scheduler.js";

export interface SubscriptionRequest {
  readonly operation: KnownOperation;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: Context;
  /** Where to go on, if the transport says it and not the document: `Last-Event-ID`. */
  readonly after?: string | undefined;
}

/** Sends a payload, and says whether the next one is wanted; a promise asks to wait until it is drained. */
export type Send = (payload: Payload) => boolean | Promise<boolean>;

/** A reader that was given so many bytes in long payloads lets others go on before it is given more. */
const turnLength = 64 * 1024;

/** One subscriber's stream of payloads. */
export class Subscription implements Observer<StreamEvent>, Audience {
  private send: Send = () => false;
  private ended: { readonly resolve: () => void; readonly reject: (cause: unknown) => void } | undefined;
  private given = 0;

  constructor(
    private readonly source: Stream<StreamEvent>,
    private readonly topic: Topic,
    readonly reader: MemberActor,
    private readonly turns: FairScheduler,
    private readonly left: () => void,
  ) {}

  /** The cursor of where it begins, if its first event may be long in coming. */
  get startCursor(): string | undefined {
    return this.source.startCursor;
  }

  /** Gives every payload to `send` until the stream is over or nothing more is wanted; fails when the source does. */
  deliver(send: Send): Promise<void> {
    this.send = send;
    const ended = new Promise<void>((resolve, reject) => {
      this.ended = { resolve, reject };
      this.pull();
    });
    return ended.finally(() => this.leave());
  }

  async leave(): Promise<void> {
    this.complete();
    this.left();
    await this.source.return?.();
  }

  next(event: StreamEvent): void {
    this.topic.show(event, this);
  }

  show(payload: Payload): void {
    // It has left while this was made.
    if (!this.ended) return;
    try {
      const goesOn = this.send(payload);
      if (goesOn === true) this.goOn(payload);
      else if (goesOn === false) this.complete();
      else this.when(goesOn, (isWanted) => (isWanted ? this.goOn(payload) : this.complete()));
    } catch (cause) {
      this.error(cause);
    }
  }

  get isHere(): boolean {
    return this.ended !== undefined;
  }

  newest(event: StreamEvent): StreamEvent {
    return this.source.newest?.(event) ?? event;
  }

  complete(): void {
    this.ended?.resolve();
    this.ended = undefined;
  }

  error(cause: unknown): void {
    this.ended?.reject(cause);
    this.ended = undefined;
  }

  private goOn({ jsonAndBrace: { length } }: Payload): void {
    if (length < longLength || (this.given += length) < turnLength) return this.pull();
    this.given = 0;
    this.when(this.turns.next(), () => this.pull());
  }

  private pull(): void {
    if (this.source.pull) return this.source.pull(this);
    this.when(this.source.next(), ({ done, value }) => (done ? this.complete() : this.next(value)));
  }

  private when<T>(promise: Promise<T>, then: (value: T) => void): void {
    promise.then(then).catch((cause: unknown) => this.error(cause));
  }
}

interface SharedTopic {
  readonly key: string;
  readonly topic: Topic;
  subscribers: number;
}

export interface SubscriptionOptions {
  readonly schema: GraphQLSchema;
  readonly contexts: Contexts;
  readonly present: (errors: readonly GraphQLError[]) => readonly unknown[];
  /** How many may be open. */
  readonly quota: Quota;
  readonly executions: EventExecutions;
}

/**
 * The subscriptions of this process. Subscribers with the same operation and rights are given the same payloads,
 * executed and serialised once for each event; each of them reads at its own pace.
 */
export class Subscriptions {
  private readonly topics = new Map<string, SharedTopic>();
  private readonly turns = new FairScheduler();

  constructor(private readonly options: SubscriptionOptions) {}

  /** How many subscribers there are, those included whose stream is being opened. */
  get count(): number {
    return this.options.quota.count;
  }

  /** How many different things are subscribed to. */
  get topicCount(): number {
    return this.topics.size;
  }

  /** A subscriber's stream; or why there is none, in the shape of a result. */
  async open(request: SubscriptionRequest): Promise<Subscription | ExecutionResult> {
    const release = this.takeQuota(request.context.actor.memberId);
    if (typeof release !== "function") return release;
    try {
      const source = await this.source(request);
      if (Symbol.asyncIterator in source) return this.enter(request, source as Stream<StreamEvent>, release);
      release();
      return source;
    } catch (error) {
      release();
      throw error;
    }
  }

  private takeQuota(memberId: string): (() => void) | ExecutionResult {
    try {
      return this.options.quota.take(memberId);
    } catch (error) {
      const originalError = error as Error;
      return { errors: [new GraphQLError(originalError.message, { originalError })] };
    }
  }

  private source({ operation, variables, context, after }: SubscriptionRequest) {
    return createSourceEventStream({
      schema: this.options.schema,
      document: after === undefined ? operation.document : resumedAt(operation, after),
      contextValue: context,
      variableValues: variables,
      operationName: operation.node.name?.value ?? null,
    });
  }

  private enter(request: SubscriptionRequest, source: Stream<StreamEvent>, release: () => void): Subscription {
    const { operation, variables, context } = request;
    const { actor } = context;
    const key = `${operation.key} ${rightsKey(actor)} ${variablesKey(operation, variables)}`;
    const shared = this.topics.get(key) ?? this.begin(key, request);
    shared.subscribers++;
    // All of them have the same grants.
    const reader = { ...actor, grants: shared.topic.grants };
    let isHere = true;
    return new Subscription(source, shared.topic, reader, this.turns, () => {
      release();
      if (isHere && --shared.subscribers === 0) this.topics.delete(shared.key);
      isHere = false;
    });
  }

  private begin(key: string, { operation, variables, context: { actor } }: SubscriptionRequest): SharedTopic {
    const { schema, contexts, present, executions } = this.options;
    const topic = new Topic({
      schema,
      operation,
      variables,
      actor,
      price: eventPrice(schema, operation, variables),
      executions,
      contextOf: (who) => contexts.ofEvent(who),
      present,
    });
    const shared = { key, topic, subscribers: 0 };
    this.topics.set(key, shared);
    return shared;
  }
}
