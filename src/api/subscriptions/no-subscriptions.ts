import type { ApolloServerPlugin } from "@apollo/server";
import { GraphQLError, OperationTypeNode } from "graphql";
import { InvalidInput } from "../../kernel/errors.js";

const refused = new InvalidInput([
  {
    path: "query",
    message:
      "Accept text/event-stream, or subscribe over WebSocket at the same address, in the protocol graphql-transport-ws.",
  },
]);

/** Tells who posts a subscription where it can be had; a single answer cannot hold a stream. */
export const noSubscriptions: ApolloServerPlugin = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: ({ operation }) =>
        operation?.operation === OperationTypeNode.SUBSCRIPTION
          ? Promise.reject(
              new GraphQLError(refused.message, { originalError: refused, extensions: { http: { status: 400 } } }),
            )
          : Promise.resolve(),
    }),
};
