import type { ApolloServerPlugin } from "@apollo/server";

/**
 * A document that does not parse, does not fit the schema or has wrong variables is answered 200 to clients that accept
 * `application/json` alone, as GraphQL over HTTP wants it (they read `errors`, not the status), and 400 to the others.
 */
export const documentErrors: ApolloServerPlugin = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse({ request, response }) {
        const accepts = request.http?.headers.get("accept") ?? "";
        const { body, http } = response;
        if (
          http.status === 400 &&
          !accepts.includes("application/graphql-response+json") &&
          body.kind === "single" &&
          body.singleResult.errors?.every(({ extensions }) => extensions?.["code"] === "INVALID_INPUT")
        ) {
          http.status = 200;
        }
        return Promise.resolve();
      },
    }),
};
