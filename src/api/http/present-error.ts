import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { PlatformError } from "../../kernel/errors.js";

/** The longest message, in characters, and the most locations: graphql-js quotes the request, and lists every location of a mistake. */
const longestMessage = 600;
const mostLocations = 10;

/**
 * The presentation of every error, on all transports. An error that was thrown on purpose and one of graphql-js about the
 * document are shown; any other error is a defect, which is reported under an incident number and never shown.
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

/** graphql-js repeats the request, which may be as long as a document; the reason is at the end. */
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
 * An error of graphql-js or Apollo about a document or its variables has no path in the response. Its cause is an error of
 * theirs, or what a scalar threw for a value that it refuses.
 */
const isAboutRequest = ({ path, nodes }: GraphQLError, cause: unknown): boolean =>
  path === undefined && (cause instanceof GraphQLError || (cause instanceof TypeError && nodes !== undefined));
