import { GraphQLSchema, isInterfaceType } from "graphql";
import { GraphQLDateTimeISO } from "graphql-scalars";
import { buildSchema, getMetadataStorage, type NonEmptyArray, type PubSub } from "type-graphql";
import { kindOfId } from "../../kernel/ids.js";
import { ErrorCodeType } from "./error-code.type.js";
import { resolverContainer } from "./resolver-container.js";

/** type-graphql asks for one as soon as there is a subscription; ours read from streams of their own. */
const inertPubSub: PubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error("Every subscription brings its own stream.");
  },
};

/** The schema of these resolver classes. It can be executed with `resolvers`, one of each class; without any it can be read. */
export async function createSchema(resolvers: readonly object[], classes: readonly Function[]): Promise<GraphQLSchema> {
  // Else each field without a resolver gets one, which costs a compiled query more than everything else together.
  for (const type of getMetadataStorage().objectTypes) type.simpleResolvers = true;
  const schema = await buildSchema({
    resolvers: classes as unknown as NonEmptyArray<Function>,
    ...(resolvers.length > 0 && { container: resolverContainer(resolvers, classes) }),
    pubSub: inertPubSub,
    scalarsMap: [{ type: Date, scalar: GraphQLDateTimeISO }],
    // Input is checked where the use-case runs, with every wrong field at once.
    validate: false,
  });
  const config = schema.toConfig();
  const node = schema.getType("Node");
  // type-graphql makes a promise of it, for which a compiled query does not wait.
  if (isInterfaceType(node)) node.resolveType = ({ id }: { id: string }) => kindOfId(id);
  return new GraphQLSchema({ ...config, types: [...config.types, ErrorCodeType] });
}
