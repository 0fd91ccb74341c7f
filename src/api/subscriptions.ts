import { createSourceEventStream, type ExecutionResult, type GraphQLError, type GraphQLSchema } from "graphql";
import type { MemberActor } from "../kernel/actor.js";
import type { Context } from "../features/context.js";
import type { Stream } from "../streams/mailbox.js";
import type { StreamEvent } from "../streams/stream-event.js";
import type { Contexts } from "./authentication.js";
import type { KnownOperation } from "./documents.js";
import { rightsKey, Topic, type Payload } from "./topic.js";
import { resumedAt, variablesKey } from "./resume.js";

export interface SubscriptionRequest {
  readonly operation: KnownOperation;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: Context;
  /** Where to go on, if the transport says it and not the document: `Last-Event-ID`. */
  readonly after?: string | undefined;
}

/** One subscriber's stream of payloads. */
export class Subscription {
  constructor(
    private readonly source: Stream<StreamEvent>,
    private readonly topic: Topic,
    private readonly reader: MemberActor,
    private readonly left: () => void,
  ) {}

  /** Gives every payload to `send` until the stream is over; waits where `send` asks to, and fails when the source does. */
  async deliver(send: (payload: Payload) => Promise<void> | undefined): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await this.source.next();
        if (done) return;
        const made = this.topic.payload(value, this.reader);
        const room = send(made instanceof Promise ? await made : made);
        if (room) await room;
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

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly contexts: Contexts,
    private readonly present: (errors: readonly GraphQLError[]) => readonly unknown[],
  ) {}

  /** How many different things are subscribed to. */
  get topicCount(): number {
    return this.topics.size;
  }

  /** A subscriber's stream; or why there is none, in the shape of a result. */
  async open(request: SubscriptionRequest): Promise<Subscription | ExecutionResult> {
    const { operation, variables, context, after } = request;
    const source = await createSourceEventStream({
      schema: this.schema,
      document: after === undefined ? operation.document : resumedAt(operation, after),
      contextValue: context,
      variableValues: variables,
      operationName: operation.node.name?.value ?? null,
    });
    if (!(Symbol.asyncIterator in source)) return source;
    const { actor } = context;
    const key = `${operation.key} ${rightsKey(actor)} ${variablesKey(operation, variables)}`;
    const held = this.topics.get(key) ?? this.begin(key, request);
    held.subscribers++;
    let isHere = true;
    return new Subscription(source as Stream<StreamEvent>, held.topic, actor, () => {
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
