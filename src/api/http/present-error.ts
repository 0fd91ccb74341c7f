import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { PlatformError } from "../../kernel/errors.js";

/** graphql-js quotes what a client sent, and names every place of a mistake. In characters, and in places. */
const longestMessage = 600;
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
    return { message: withoutMiddle(message), ...where, extensions: { code: "INVALID_INPUT" } };
  return {
    message: "Something went wrong on our side.",
    ...where,
    extensions: { code: "INTERNAL", incident: report(cause) },
  };
}

/** graphql-js repeats what it was sent, which may be a document's worth of it. Its reason stands at the end. */
function withoutMiddle(message: string): string {
  if (message.length <= longestMessage) return message;
  const half = longestMessage / 2;
  return `${message.slice(0, half)} … ${message.slice(-half)}`;
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
