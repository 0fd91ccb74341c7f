import { createSourceEventStream, GraphQLError, type ExecutionResult, type GraphQLSchema } from "graphql";
import type { MemberActor } from "../kernel/actor.js";
import type { Context } from "../features/context.js";
import type { Stream } from "../streams/mailbox.js";
import type { StreamEvent } from "../streams/stream-event.js";
import type { Contexts } from "./authentication.js";
import type { KnownOperation } from "./documents.js";
import type { Quota } from "./quota.js";
import { longLength, type Payload } from "./payload.js";
import { rightsKey, Topic } from "./topic.js";
import { resumedAt, variablesKey } from "./resume.js";
import { Turns } from "./turns.js";

export interface SubscriptionRequest {
  readonly operation: KnownOperation;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: Context;
  /** Where to go on, if the transport says it and not the document: `Last-Event-ID`. */
  readonly after?: string | undefined;
}

/** Sends a payload, and says whether the next one is wanted; a promise asks to wait for room. */
export type Send = (payload: Payload) => boolean | Promise<boolean>;

/** A reader that was given so many bytes in long payloads lets others go on before it is given more. */
const turnLength = 64 * 1024;

/** One subscriber's stream of payloads. */
export class Subscription {
  constructor(
    private readonly source: Stream<StreamEvent>,
    private readonly topic: Topic,
    private readonly reader: MemberActor,
    private readonly turns: Turns,
    private readonly left: () => void,
  ) {}

  /** Gives every payload to `send` until the stream is over or nothing more is wanted; fails when the source does. */
  async deliver(send: Send): Promise<void> {
    let length = 0;
    try {
      for (;;) {
        const { done, value } = await this.source.next();
        if (done) return;
        const made = this.topic.payload(value, this.reader);
        const payload = made instanceof Promise ? await made : made;
        const goesOn = send(payload);
        if (goesOn === false || (goesOn !== true && !(await goesOn))) return;
        const size = payload.jsonAndBrace.length;
        if (size < longLength || (length += size) < turnLength) continue;
        length = 0;
        await this.turns.next();
      }
    } finally {
      await this.leave();
    }
  }

  async leave(): Promise<void> {
    this.left();
    await this.source.return?.();
  }
}

/**
 * What is subscribed to in this process. Subscribers who ask the same with the same rights are given the same payloads,
 * executed and serialised once for each event; each of them reads at its own pace.
 */
export class Subscriptions {
  private readonly topics = new Map<string, { readonly topic: Topic; subscribers: number }>();
  private readonly turns = new Turns();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly contexts: Contexts,
    private readonly present: (errors: readonly GraphQLError[]) => readonly unknown[],
    /** How many may be open. */
    private readonly quota: Quota,
  ) {}

  /** How many subscribers there are, those included whose stream is being opened. */
  get count(): number {
    return this.quota.count;
  }

  /** How many different things are subscribed to. */
  get topicCount(): number {
    return this.topics.size;
  }

  /** A subscriber's stream; or why there is none, in the shape of a result. */
  async open(request: SubscriptionRequest): Promise<Subscription | ExecutionResult> {
    const place = this.placeFor(request.context.actor.sessionId);
    if (typeof place !== "function") return place;
    try {
      const source = await this.source(request);
      if (Symbol.asyncIterator in source) return this.enter(request, source as Stream<StreamEvent>, place);
      place();
      return source;
    } catch (error) {
      place();
      throw error;
    }
  }

  private placeFor(sessionId: string): (() => void) | ExecutionResult {
    try {
      return this.quota.take(sessionId);
    } catch (error) {
      const originalError = error as Error;
      return { errors: [new GraphQLError(originalError.message, { originalError })] };
    }
  }

  private source({ operation, variables, context, after }: SubscriptionRequest) {
    return createSourceEventStream({
      schema: this.schema,
      document: after === undefined ? operation.document : resumedAt(operation, after),
      contextValue: context,
      variableValues: variables,
      operationName: operation.node.name?.value ?? null,
    });
  }

  private enter(request: SubscriptionRequest, source: Stream<StreamEvent>, place: () => void): Subscription {
    const { operation, variables, context } = request;
    const { actor } = context;
    const key = `${operation.key} ${rightsKey(actor)} ${variablesKey(operation, variables)}`;
    const held = this.topics.get(key) ?? this.begin(key, request);
    held.subscribers++;
    let isHere = true;
    return new Subscription(source, held.topic, actor, this.turns, () => {
      place();
      if (isHere && --held.subscribers === 0) this.topics.delete(key);
      isHere = false;
    });
  }

  private begin(
    key: string,
    { operation, variables, context: { actor } }: SubscriptionRequest,
  ): { readonly topic: Topic; subscribers: number } {
    const topic = new Topic({
      schema: this.schema,
      operation,
      variables,
      actor,
      contextOf: (who) => this.contexts.ofEvent(who),
      present: this.present,
    });
    const held = { topic, subscribers: 0 };
    this.topics.set(key, held);
    return held;
  }
}
