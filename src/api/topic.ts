import { execute, type ExecutionResult, type GraphQLError, type GraphQLSchema } from "graphql";
import type { Grant, MemberActor } from "../kernel/actor.js";
import type { Context } from "../features/context.js";
import type { StreamEvent } from "../streams/stream-event.js";
import type { KnownOperation } from "./documents.js";

/** A payload of so many characters and more is long: kept as bytes, sent without being copied, and given by turns. */
export const longLength = 4 * 1024;

/** An event as it goes out, the same for all who get it. */
export class Payload {
  /** In characters. */
  readonly length: number;
  private text: string | undefined;
  private bytes: Buffer | undefined;

  /**
   * `json` is the result; `onlyFor` a session, when something asked who reads, and not only what the reader may do;
   * `isShared` when more than one reader may get it.
   */
  constructor(
    json: string,
    readonly cursor: string,
    readonly onlyFor: string | undefined,
    readonly isShared: boolean,
  ) {
    this.length = json.length;
    this.text = json;
  }

  get isLong(): boolean {
    return this.length >= longLength;
  }

  get json(): string {
    return this.text ?? this.jsonAndBrace.toString("utf8", 0, this.jsonAndBrace.length - 1);
  }

  /** The result and a closing brace in UTF-8, made once: how a message ends that has the result as its last word. */
  get jsonAndBrace(): Buffer {
    if (this.bytes) return this.bytes;
    this.bytes = Buffer.from(`${this.text}}`);
    if (this.isLong) this.text = undefined;
    return this.bytes;
  }
}

export interface TopicOptions {
  readonly schema: GraphQLSchema;
  readonly operation: KnownOperation;
  readonly variables: Readonly<Record<string, unknown>>;
  /** One of those who share the topic: all have its rights. */
  readonly actor: MemberActor;
  readonly readerCount: () => number;
  readonly contextOf: (actor: MemberActor) => Context;
  readonly present: (errors: readonly GraphQLError[]) => readonly unknown[];
}

/** Tells rights apart: members with the same grants may see the same. */
export const rightsKey = ({ grants }: Pick<MemberActor, "grants">): string =>
  grants
    .map(({ role, namespaceId }: Grant) => `${role}@${namespaceId ?? "*"}`)
    .sort()
    .join(",");

/** One operation, with its variables, as those see it who have the same rights. */
export class Topic {
  /** By the event, and gone with it: sources give the same object to all their readers. */
  private readonly payloads = new WeakMap<StreamEvent, Payload | Promise<Payload>>();

  constructor(private readonly options: TopicOptions) {}

  /** The event as this reader gets it; executed once for all, unless something in it is about the reader. */
  payload(event: StreamEvent, reader: MemberActor): Payload | Promise<Payload> {
    const made = this.payloads.get(event) ?? this.share(event);
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
    this.payloads.set(event, executing);
    executing.then(
      (executed) => this.payloads.set(event, executed),
      () => this.payloads.delete(event),
    );
    return executing;
  }

  private async execute(event: StreamEvent, actor: MemberActor): Promise<Payload> {
    const { schema, operation, variables, readerCount, contextOf, present } = this.options;
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
    const result = { data, ...(errors && { errors: present(errors) }) };
    return new Payload(JSON.stringify(result), event.cursor, onlyFor, readerCount() > 1);
  }
}
