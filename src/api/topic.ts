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

/** What topics made of an event. */
type Payloads = Map<Topic, Payload | Promise<Payload>>;
const payloadsKey = Symbol("payloads");

/**
 * Sources give the same event to all their readers, so what was made of it is kept there and gone with it. A WeakMap would
 * say the same, but what an old one holds is alive to V8 until it looks through everything: megabytes, for a fast log.
 */
const payloadsAt = (event: StreamEvent & { [payloadsKey]?: Payloads }): Payloads => (event[payloadsKey] ??= new Map());

/** One operation, with its variables, as those see it who have the same rights. */
export class Topic {
  constructor(private readonly options: TopicOptions) {}

  /** The event as this reader gets it; executed once for all, unless something in it is about the reader. */
  payload(event: StreamEvent, reader: MemberActor): Payload | Promise<Payload> {
    const made = payloadsAt(event).get(this) ?? this.share(event);
    return made instanceof Promise
      ? made.then((executed) => this.for(reader, executed, event))
      : this.for(reader, made, event);
  }

  private for(reader: MemberActor, executed: Payload, event: StreamEvent): Payload | Promise<Payload> {
    if (executed.onlyFor === undefined || executed.onlyFor === reader.sessionId) return executed;
    return this.execute(event, reader);
  }

  private share(event: StreamEvent): Promise<Payload> {
    const executing = this.execute(event, this.options.actor);
    const payloads = payloadsAt(event).set(this, executing);
    executing.then(
      (executed) => payloads.set(this, executed),
      () => payloads.delete(this),
    );
    return executing;
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
