import { GraphQLScalarType, Kind, type GraphQLField } from "graphql";
import { GraphQLJSON, GraphQLJSONObject, GraphQLSafeInt } from "graphql-scalars";
import {
  ArgsType,
  Extensions,
  Field,
  ID,
  InputType,
  Int,
  ObjectType,
  registerEnumType,
  type ClassType,
} from "type-graphql";
import { pageSize, toPage, type PageRequest } from "../../kernel/page.js";
import { boundedText } from "./text-bound.js";

export const Json = GraphQLJSON;
export const JsonObject = GraphQLJSONObject;
export const SafeInt = GraphQLSafeInt;

/** The longest cursor is that of a merged log, which names all containers of an app. */
const maxCursorLength = 16_000;

/** A position in a list or a stream; opaque, unless a field describes its content. */
export const Cursor = new GraphQLScalarType<string, string>({
  name: "Cursor",
  description:
    "A position in a list or a stream. Treat it as opaque unless the field that returns it describes its content.",
  parseValue: (value) => asCursor(value),
  extensions: boundedText({ most: maxCursorLength }),
  serialize: (value) => asCursor(value),
  parseLiteral: (node) => asCursor(node.kind === Kind.STRING || node.kind === Kind.INT ? node.value : undefined),
});

function asCursor(value: unknown): string {
  if (typeof value === "string" && value.length <= maxCursorLength) return value;
  throw new TypeError("A cursor is a string.");
}

const noCache = "noCache";

/**
 * Marks a field that depends on an upstream, the clock or the request itself. A response without such a field is cached
 * and sent again for the same request, while nothing in the database and in the cluster's cache has changed.
 */
export const NoCache = Extensions({ [noCache]: true });

export const isNotCached = ({ extensions }: GraphQLField<unknown, unknown>): boolean => extensions[noCache] === true;

/** Publishes an enum; each value must be described. */
export function publishEnum<T extends string>(
  values: Readonly<Record<T, string>>,
  name: string,
  description: string,
  meanings: Readonly<Record<T, string>>,
): void {
  registerEnumType(values, {
    name,
    description,
    valuesConfig: Object.fromEntries(
      Object.entries<string>(meanings).map(([value, meaning]) => [value, { description: meaning }]),
    ) as Record<T, { description: string }>,
  });
}

@ObjectType({ description: "The position of a page in its list." })
export class PageInfo {
  @Field(() => Boolean, { description: "Whether the list has more nodes after this page." })
  readonly hasNextPage!: boolean;
  @Field(() => Boolean, { description: "Always false, because lists are only read forwards." })
  readonly hasPreviousPage!: boolean;
  @Field(() => Cursor, { nullable: true, description: "The cursor of the first node; null on an empty page." })
  readonly startCursor!: string | null;
  @Field(() => Cursor, {
    nullable: true,
    description: "The cursor of the last node. Pass it as `after` to read the next page.",
  })
  readonly endCursor!: string | null;
}

@ArgsType()
export class PageArgs implements PageRequest {
  @Field(() => Int, { nullable: true, description: "The size of the page, 1 to 100; defaults to 20." })
  readonly first?: number | null;
  @Field(() => Cursor, { nullable: true, description: "Returns only nodes after this cursor." })
  readonly after?: string | null;
}

/** The value that the resolver of a connection returns. */
export interface ConnectionSource<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly nodes: readonly T[];
  readonly pageInfo: PageInfo;
  readonly count: () => Promise<number>;
}

/** The Relay connection type of a node type; `what` completes "A page of …". */
export function connectionOf<T extends object>(
  name: string,
  node: () => ClassType<T>,
  what: string,
): ClassType<ConnectionSource<T>> {
  @ObjectType(`${name}Edge`, { description: `A node with its cursor, in a list of ${what}.` })
  class Edge {
    @Field(() => Cursor, { description: "The node's cursor. Pass it as `after` to read what follows." })
    readonly cursor!: string;
    @Field(node, { description: "The node at this position." })
    readonly node!: T;
  }

  @ObjectType(`${name}Connection`, { description: `A page of ${what}.` })
  class Connection implements ConnectionSource<T> {
    @Field(() => [Edge], { description: "The nodes of the page, each with its cursor." })
    readonly edges!: Edge[];
    @Field(() => [node()], { description: "The nodes of the page, without their cursors." })
    readonly nodes!: T[];
    @Field(() => PageInfo, { description: "The position of this page in the list." })
    readonly pageInfo!: PageInfo;
    readonly count!: () => Promise<number>;
    @Field(() => Int, { description: "The number of nodes in the whole list." })
    totalCount(): Promise<number> {
      return this.count();
    }
  }
  return Connection;
}

/** Reads one page: `read` gets one more than the page holds, to know whether there is a next one. */
export async function connect<T>(
  args: PageRequest,
  {
    position,
    read,
    count,
  }: {
    position: (node: T) => readonly string[];
    read: (limit: number) => Promise<readonly T[]>;
    count: () => Promise<number>;
  },
): Promise<ConnectionSource<T>> {
  const size = pageSize(args);
  const { nodes, cursors, hasNextPage } = toPage(await read(size + 1), size, position);
  return {
    edges: nodes.map((node, index) => ({ node, cursor: cursors[index]! })),
    nodes,
    pageInfo: {
      hasNextPage,
      hasPreviousPage: false,
      startCursor: cursors[0] ?? null,
      endCursor: cursors.at(-1) ?? null,
    },
    count,
  };
}

/** The input that all mutations share. */
@InputType()
export abstract class RepeatableInput {
  @Field(() => String, {
    nullable: true,
    description:
      "Makes the mutation safe to repeat: the same key with the same input returns the first result and changes nothing, as long as you still have the permissions. Any text of up to 200 characters, unique among your own.",
  })
  readonly idempotencyKey?: string | null;
}

/** The payload that all mutations share. */
@ObjectType()
export abstract class MutationPayload {
  @Field(() => Cursor, {
    description:
      "The journal's position just before the change. Pass it to `journalEvents` as `after` to receive this change and all its consequences. A repetition with the same idempotency key returns the first cursor.",
  })
  readonly cursor!: string;
}

/** The input that all edits share. */
@InputType()
export abstract class EditInput extends RepeatableInput {
  @Field(() => ID, { description: "The id of the object to change." })
  readonly id!: string;
  @Field(() => Int, {
    nullable: true,
    description: "The version that you read. If it has changed since, the error is CONFLICT and nothing is changed.",
  })
  readonly expectedVersion?: number | null;
}
