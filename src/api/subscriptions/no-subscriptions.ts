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

/** Refuses a subscription that is sent as an HTTP request, and says which transports have it. */
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
