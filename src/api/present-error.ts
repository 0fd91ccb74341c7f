import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { PlatformError, shortened } from "../kernel/errors.js";

/** graphql-js quotes what a client sent, whole, and names every place that has to do with a mistake. */
const longestMessage = 1_000;
const mostLocations = 10;

/**
 * The one door errors leave by, on HTTP and WebSocket. What was thrown on purpose is shown as it is; what graphql-js
 * says about the document too; anything else is a fault of ours, reported under an incident number and never shown.
 */
export function presentError(error: GraphQLError, report: (cause: unknown) => string): GraphQLFormattedError {
  const { message, path, locations } = error.toJSON();
  const where = { ...(path && { path }), ...(locations && { locations: locations.slice(0, mostLocations) }) };
  const cause = deepestCause(error);
  if (cause instanceof PlatformError)
    return { message: cause.message, ...where, extensions: { code: cause.code, ...cause.details } };
  if (isAboutRequest(error, cause))
    return { message: shortened(message, longestMessage), ...where, extensions: { code: "INVALID_INPUT" } };
  return {
    message: "Something went wrong on our side.",
    ...where,
    extensions: { code: "INTERNAL", incident: report(cause) },
  };
}

/** graphql-js wraps what a resolver threw, and Apollo what graphql-js threw. */
function deepestCause(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? deepestCause(error.originalError) : error;
}

/**
 * What graphql-js and Apollo say of a document or its variables stands at no field of the answer. Its cause is an error of
 * theirs, or what a scalar threw at a value that it does not take.
 */
const isAboutRequest = ({ path, nodes }: GraphQLError, cause: unknown): boolean =>
  path === undefined && (cause instanceof GraphQLError || (cause instanceof TypeError && nodes !== undefined));
