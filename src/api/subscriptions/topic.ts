import { execute, type ExecutionResult, type GraphQLError, type GraphQLSchema } from "graphql";
import type { Grant, MemberActor } from "../../kernel/actor.js";
import type { Context } from "../../features/foundation/context.js";
import type { StreamEvent } from "../../streams/stream-event.js";
import type { KnownOperation } from "../documents/known-operation.js";
import type { EventExecutions } from "./event-executions.js";
import { payloadOf, type Payload } from "./payload.js";

export interface TopicOptions {
  readonly schema: GraphQLSchema;
  readonly operation: KnownOperation;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The actor of one subscriber; all subscribers of the topic have the same rights. */
  readonly actor: MemberActor;
  /** What executing one event costs. */
  readonly price: number;
  readonly executions: EventExecutions;
  readonly contextOf: (actor: MemberActor) => Context;
  readonly present: (errors: readonly GraphQLError[]) => readonly unknown[];
}

/** Tells rights apart: members with the same grants may see the same. */
export const rightsKey = ({ grants }: Pick<MemberActor, "grants">): string =>
  grants
    .map(({ role, namespaceId }: Grant) => `${role}@${namespaceId ?? "*"}`)
    .sort()
    .join(",");

/** A subscriber that an event is sent to. */
export interface Audience {
  readonly reader: MemberActor;
  /** Whether it has not left. */
  readonly isHere: boolean;
  /** What to show it instead of an event that it waits for: a newer state, if one has come meanwhile. */
  newest(event: StreamEvent): StreamEvent;
  show(payload: Payload): void;
  error(cause: unknown): void;
}

/** The subscribers that wait for the execution of an event. */
interface Waiting {
  audiences: Audience[];
  /** Adds a member who waits and may be charged instead. */
  join: (memberId: string) => void;
}

/** The payloads of an event by topic, or the subscribers that wait for them. */
type Payloads = Map<Topic, Payload | Waiting>;
const payloadsKey = Symbol("payloads");

/**
 * Sources give the same event object to all their readers, so its payloads are kept on the event and freed with it. A WeakMap
 * would keep the payloads of old events alive until V8 collects its old generation: megabytes, for a fast log.
 */
const payloadsAt = (event: StreamEvent & { [payloadsKey]?: Payloads }): Payloads => (event[payloadsKey] ??= new Map());

/** One operation with its variables, for subscribers with the same rights. */
export class Topic {
  private executed = 0;

  constructor(private readonly options: TopicOptions) {}

  get grants(): readonly Grant[] {
    return this.options.actor.grants;
  }

  /** Shows the event as this audience gets it, now or later; executed once for all, unless something in it is about the reader. */
  show(event: StreamEvent, to: Audience): void {
    const made = payloadsAt(event).get(this);
    if (made === undefined) return this.share(event, to);
    if (!("audiences" in made)) return this.give(made, event, to);
    made.audiences.push(to);
    made.join(to.reader.memberId);
  }

  private share(event: StreamEvent, first: Audience): void {
    const { price, executions } = this.options;
    const waiting: Waiting = { audiences: [first], join: () => undefined };
    payloadsAt(event).set(this, waiting);
    const isAbandoned = (): boolean => {
      if (waiting.audiences.some(({ isHere }) => isHere)) return false;
      if (payloadsAt(event).get(this) === waiting) payloadsAt(event).delete(this);
      return true;
    };
    const run = (payingMember: string): Promise<void> => this.run(event, waiting, payingMember);
    const refuse = (cause: unknown): void => this.fail(event, waiting, cause);
    waiting.join = executions.add({ price, isAbandoned, run, refuse }, first.reader.memberId);
  }

  /** Executes the newest event that the waiting subscribers want; it is charged already. */
  private async run(event: StreamEvent, waiting: Waiting, payingMember: string): Promise<void> {
    const { price, executions, actor } = this.options;
    payloadsAt(event).delete(this);
    const here = waiting.audiences.filter(({ isHere }) => isHere);
    const [[shown, audiences] = [event, []], ...others] = Map.groupBy(here, (each) => each.newest(event));
    const isMade = payloadsAt(shown).has(this);
    if (!isMade) payloadsAt(shown).set(this, Object.assign(waiting, { audiences }));
    else for (const each of audiences) this.show(shown, each);
    for (const [newer, each] of others) for (const one of each) this.show(newer, one);
    if (isMade) return executions.giveBack(payingMember, price);
    try {
      const executed = await this.execute(shown, actor);
      payloadsAt(shown).set(this, executed);
      this.chargeByTurns(waiting.audiences, payingMember);
      for (const each of waiting.audiences) this.give(executed, shown, each);
    } catch (cause) {
      this.fail(shown, waiting, cause);
    }
  }

  /** Charges another subscriber each time, of those who waited. */
  private chargeByTurns(audiences: readonly Audience[], payingMember: string): void {
    const { price, executions } = this.options;
    const { reader } = audiences[this.executed++ % audiences.length]!;
    executions.chargeInstead(price, payingMember, reader.memberId);
  }

  private fail(event: StreamEvent, { audiences }: Waiting, cause: unknown): void {
    payloadsAt(event).delete(this);
    for (const each of audiences) each.error(cause);
  }

  private give(executed: Payload, event: StreamEvent, to: Audience): void {
    if (executed.onlyFor === undefined || executed.onlyFor === to.reader.sessionId) return to.show(executed);
    const { price, executions } = this.options;
    const fail = (cause: unknown): void => to.error(cause);
    const run = (): Promise<void> => this.execute(to.newest(event), to.reader).then((own) => to.show(own), fail);
    executions.add({ price, isAbandoned: () => !to.isHere, run, refuse: fail }, to.reader.memberId);
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
