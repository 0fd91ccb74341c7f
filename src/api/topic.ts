import { execute, type ExecutionResult, type GraphQLError, type GraphQLSchema } from "graphql";
import type { Grant, MemberActor } from "../kernel/actor.js";
import type { Context } from "../features/context.js";
import type { StreamEvent } from "../streams/stream-event.js";
import type { KnownOperation } from "./documents.js";
import { payloadOf, type Payload } from "./payload.js";

export interface TopicOptions {
  readonly schema: GraphQLSchema;
  readonly operation: KnownOperation;
  readonly variables: Readonly<Record<string, unknown>>;
  /** One of those who share the topic: all have its rights. */
  readonly actor: MemberActor;
  readonly contextOf: (actor: MemberActor) => Context;
  readonly present: (errors: readonly GraphQLError[]) => readonly unknown[];
}

/** Tells rights apart: members with the same grants may see the same. */
export const rightsKey = ({ grants }: Pick<MemberActor, "grants">): string =>
  grants
    .map(({ role, namespaceId }: Grant) => `${role}@${namespaceId ?? "*"}`)
    .sort()
    .join(",");

/** Somebody who is to be shown an event. */
export interface Audience {
  readonly reader: MemberActor;
  show(payload: Payload): void;
  fail(cause: unknown): void;
}

/** What topics made of an event, or who waits for it. */
type Payloads = Map<Topic, Payload | Audience[]>;
const payloadsKey = Symbol("payloads");

/**
 * Sources give the same event to all their readers, so what was made of it is kept there and gone with it. A WeakMap would
 * say the same, but what an old one holds is alive to V8 until it looks through everything: megabytes, for a fast log.
 */
const payloadsAt = (event: StreamEvent & { [payloadsKey]?: Payloads }): Payloads => (event[payloadsKey] ??= new Map());

/** One operation, with its variables, as those see it who have the same rights. */
export class Topic {
  constructor(private readonly options: TopicOptions) {}

  get grants(): readonly Grant[] {
    return this.options.actor.grants;
  }

  /** Shows the event as this audience gets it, now or later; executed once for all, unless something in it is about the reader. */
  show(event: StreamEvent, to: Audience): void {
    const payloads = payloadsAt(event);
    const made = payloads.get(this);
    if (Array.isArray(made)) made.push(to);
    else if (made) this.give(made, event, to);
    else this.share(event, payloads, to);
  }

  private share(event: StreamEvent, payloads: Payloads, first: Audience): void {
    const waiting = [first];
    payloads.set(this, waiting);
    this.execute(event, this.options.actor).then(
      (executed) => {
        payloads.set(this, executed);
        for (const each of waiting) this.give(executed, event, each);
      },
      (cause: unknown) => {
        payloads.delete(this);
        for (const each of waiting) each.fail(cause);
      },
    );
  }

  private give(executed: Payload, event: StreamEvent, to: Audience): void {
    if (executed.onlyFor === undefined || executed.onlyFor === to.reader.sessionId) return to.show(executed);
    this.execute(event, to.reader).then(
      (own) => to.show(own),
      (cause: unknown) => to.fail(cause),
    );
  }

  private async execute(event: StreamEvent, actor: MemberActor): Promise<Payload> {
    const { schema, operation, variables, contextOf, present } = this.options;
    let onlyFor: string | undefined;
    const watched: MemberActor = {
      kind: actor.kind,
      grants: actor.grants,
      get memberId() {
        onlyFor = actor.sessionId;
        return actor.memberId;
      },
      get sessionId() {
        return (onlyFor = actor.sessionId);
      },
      get name() {
        onlyFor = actor.sessionId;
        return actor.name;
      },
    };
    const { data, errors }: ExecutionResult = await execute({
      schema,
      document: operation.document,
      rootValue: event,
      contextValue: contextOf(watched),
      variableValues: variables,
      operationName: operation.node.name?.value ?? null,
    });
    return payloadOf({ data, ...(errors && { errors: present(errors) }) }, event, onlyFor);
  }
}
