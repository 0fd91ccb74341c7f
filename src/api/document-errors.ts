import type { ApolloServerPlugin } from "@apollo/server";

/** Apollo's codes for it; a request that cannot be read at all has others, and stays 400. */
const documentCodes: ReadonlySet<unknown> = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "BAD_USER_INPUT",
]);

/**
 * A document that does not parse, does not fit the schema or has wrong variables is answered 200 to clients that accept
 * `application/json` alone, as GraphQL over HTTP wants it (they read `errors`, not the status), and 400 to the others.
 */
export const documentErrors: ApolloServerPlugin = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse({ request, response, errors }) {
        const accepts = request.http?.headers.get("accept") ?? "";
        const { http } = response;
        if (
          http.status === 400 &&
          !accepts.includes("application/graphql-response+json") &&
          errors?.every(({ extensions }) => documentCodes.has(extensions["code"]))
        ) {
          http.status = 200;
        }
        return Promise.resolve();
      },
    }),
};
