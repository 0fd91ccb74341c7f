import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { PlatformError, type ErrorCode } from "../kernel/errors.js";

/** Codes of Apollo and graphql-js, in ours: all of them are wrong input. */
const translated: Readonly<Record<string, ErrorCode>> = {
  GRAPHQL_PARSE_FAILED: "INVALID_INPUT",
  GRAPHQL_VALIDATION_FAILED: "INVALID_INPUT",
  BAD_USER_INPUT: "INVALID_INPUT",
  BAD_REQUEST: "INVALID_INPUT",
  OPERATION_RESOLUTION_FAILURE: "INVALID_INPUT",
  PERSISTED_QUERY_NOT_SUPPORTED: "INVALID_INPUT",
  PERSISTED_QUERY_NOT_FOUND: "INVALID_INPUT",
};

/**
 * The one door errors leave by, on HTTP and WebSocket. What was thrown on purpose is shown as it is; what graphql-js
 * says about the document too; anything else is a fault of ours, reported under an incident number and never shown.
 */
export function presentError(error: GraphQLError, report: (cause: unknown) => string): GraphQLFormattedError {
  const { message, path, locations, extensions } = error.toJSON();
  const where = { ...(path && { path }), ...(locations && { locations }) };
  const cause = deepestCause(error);
  if (cause instanceof PlatformError)
    return { message: cause.message, ...where, extensions: { code: cause.code, ...cause.details } };
  // graphql-js errors about the document reach the WebSocket without a code; only they have no original error.
  const theirs = extensions?.["code"] ?? (error.originalError ? undefined : "GRAPHQL_VALIDATION_FAILED");
  const code = typeof theirs === "string" ? translated[theirs] : undefined;
  if (code && !error.originalError) return { message, ...where, extensions: { code, ...fieldsOf(message) } };
  if (code && error.originalError instanceof TypeError && isInputError(error))
    return { message, ...where, extensions: { code } };
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

/** A scalar that refuses a value throws a TypeError; graphql-js adds where it stood. */
const isInputError = (error: GraphQLError): boolean => error.nodes !== undefined && error.path === undefined;

/** Which variable or argument graphql-js complains about, as a field with a path like those of our own errors. */
function fieldsOf(message: string): { fields?: { path: string; message: string }[] } {
  const match = /^Variable "\$([^"]+)" got invalid value .*?(?: at "([^"]+)")?; (.+)$/s.exec(message);
  return match ? { fields: [{ path: match[2] ?? match[1]!, message: match[3]! }] } : {};
}
