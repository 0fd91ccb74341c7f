import { GraphQLSchema, isInterfaceType } from "graphql";
import { GraphQLDateTimeISO } from "graphql-scalars";
import { buildSchema, getMetadataStorage, type NonEmptyArray, type PubSub } from "type-graphql";
import { kindOfId } from "../../kernel/ids.js";
import { ErrorCodeType } from "./error-code.type.js";
import { resolverContainer } from "./resolver-container.js";

/** type-graphql needs a PubSub as soon as there is a subscription; ours read from their own streams. */
const inertPubSub: PubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error("Every subscription brings its own stream.");
  },
};

/** The schema of these resolver classes. It can be executed with `resolvers`, one of each class; without any it can be read. */
export async function createSchema(resolvers: readonly object[], classes: readonly Function[]): Promise<GraphQLSchema> {
  // Otherwise each field without a resolver gets one, which costs a compiled query more than everything else together.
  for (const type of getMetadataStorage().objectTypes) type.simpleResolvers = true;
  const schema = await buildSchema({
    resolvers: classes as unknown as NonEmptyArray<Function>,
    ...(resolvers.length > 0 && { container: resolverContainer(resolvers, classes) }),
    pubSub: inertPubSub,
    scalarsMap: [{ type: Date, scalar: GraphQLDateTimeISO }],
    // The use-case validates the input, and reports all wrong fields at once.
    validate: false,
  });
  const config = schema.toConfig();
  const node = schema.getType("Node");
  // type-graphql makes it asynchronous, and a compiled query does not wait for that.
  if (isInterfaceType(node)) node.resolveType = ({ id }: { id: string }) => kindOfId(id);
  return new GraphQLSchema({ ...config, types: [...config.types, ErrorCodeType] });
}
