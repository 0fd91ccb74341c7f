import type { GraphQLSchema } from "graphql";
import { GraphQLDateTimeISO } from "graphql-scalars";
import { buildSchema, type NonEmptyArray, type PubSub } from "type-graphql";
import { resolverContainer } from "./resolver-container.js";

/** type-graphql asks for one as soon as there is a subscription; ours read from streams of their own. */
const inertPubSub: PubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error("Every subscription brings its own stream.");
  },
};

/** The executable schema of these resolver classes; `resolvers` are the built ones that answer. */
export function createSchema(resolvers: readonly object[], classes: readonly Function[]): Promise<GraphQLSchema> {
  return buildSchema({
    resolvers: classes as unknown as NonEmptyArray<Function>,
    container: resolverContainer(resolvers),
    pubSub: inertPubSub,
    scalarsMap: [{ type: Date, scalar: GraphQLDateTimeISO }],
    // Input is checked where the use-case runs, with every wrong field at once.
    validate: false,
  });
}
