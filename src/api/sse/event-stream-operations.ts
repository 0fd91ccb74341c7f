import { execute, GraphQLError, OperationTypeNode, type ExecutionResult, type GraphQLSchema } from "graphql";
import type { Charge, Context } from "../../features/foundation/context.js";
import type { RateLimiter, RateLimitKey } from "../pricing/rate-limiter.js";
import type { ExpensiveOperations } from "../pricing/expensive-operations.js";
import type { Documents } from "../documents/documents.js";
import type { KnownOperation } from "../documents/known-operation.js";
import type { GraphQLRequest } from "../documents/graphql-request.js";
import type { EventStream } from "./event-stream.js";
import { leastPrice } from "../pricing/field-prices.js";
import type { Subscription, Subscriptions } from "../subscriptions/subscriptions.js";

export interface OperationOptions {
  readonly schema: GraphQLSchema;
  readonly documents: Documents;
  readonly rateLimiter: RateLimiter;
  readonly subscriptions: Subscriptions;
  readonly expensiveOperations: ExpensiveOperations;
  readonly present: (errors: readonly GraphQLError[]) => GraphQLError[];
}

/** Where the results of an operation go: a stream of its own, or one that carries several. */
export interface Destination {
  readonly stream: EventStream;
  readonly operationId?: string;
  /** Called with what to leave when the client does. */
  readonly entered: (subscription: Subscription) => void;
  /** Called before the client hears that it is over. */
  readonly over?: () => Promise<void>;
}

/** Runs operations into streams of server-sent events. */
export class EventStreamOperations {
  constructor(private readonly options: OperationOptions) {}

  /** The operation that is asked for, or what is wrong with the request. */
  async read(request: GraphQLRequest, rateLimitKey: RateLimitKey): Promise<KnownOperation | readonly GraphQLError[]> {
    return this.options.documents.readInTurn(request, rateLimitKey);
  }

  /** Takes what an operation costs, or the refusal of a document; throws RATE_LIMITED. */
  charge(
    operation: KnownOperation | readonly GraphQLError[],
    { variables }: GraphQLRequest,
    rateLimitKey: RateLimitKey,
  ): Charge {
    const cost = "node" in operation ? operation.cost(variables) : leastPrice;
    return this.options.rateLimiter.charge(rateLimitKey, cost);
  }

  /** Resolves when the operation is over and its completion is sent. */
  async run(
    operation: KnownOperation,
    { variables, context, after }: { variables: Record<string, unknown>; context: Context; after?: string | undefined },
    destination: Destination,
  ): Promise<void> {
    const { stream, operationId, entered, over } = destination;
    try {
      const opened = await this.open(operation, variables, context, after);
      if ("deliver" in opened) {
        entered(opened);
        // A stream that carries several operations has no cursor of its own.
        if (opened.startCursor !== undefined && operationId === undefined) stream.begin(opened.startCursor);
        await opened.deliver(stream.next(operationId));
      } else {
        stream.result(this.presented(opened), operationId);
      }
      await over?.();
      stream.complete(operationId);
    } catch (originalError) {
      await this.fail(destination, [new GraphQLError("", { originalError: originalError as Error })]);
    }
  }

  /** Tells why there is nothing to stream. */
  async fail(
    { stream, operationId, over }: Omit<Destination, "entered">,
    errors: readonly GraphQLError[],
  ): Promise<void> {
    stream.result({ errors: this.options.present(errors) }, operationId);
    await over?.();
    stream.complete(operationId);
  }

  private async open(
    operation: KnownOperation,
    variables: Record<string, unknown>,
    context: Context,
    after: string | undefined,
  ): Promise<Subscription | ExecutionResult> {
    const { schema, subscriptions, expensiveOperations } = this.options;
    // Those of a reserved stream are asked for by requests that were charged for themselves alone.
    context.charge ??= this.charge(operation, { variables }, context.actor);
    if (operation.node.operation === OperationTypeNode.SUBSCRIPTION)
      return subscriptions.open({ operation, variables, context, after });
    return expensiveOperations.run(context.charge, () =>
      execute({
        schema,
        document: operation.document,
        contextValue: context,
        variableValues: variables,
        operationName: operation.node.name?.value ?? null,
      }),
    );
  }

  private presented({ data, errors }: ExecutionResult): object {
    return { ...(data !== undefined && { data }), ...(errors && { errors: this.options.present(errors) }) };
  }
}
