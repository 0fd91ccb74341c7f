import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { PlatformError } from "../kernel/errors.js";

/** Of a message that is not ours, in characters. */
const shownLength = 600;

/**
 * The one door errors leave by, on HTTP and WebSocket. What was thrown on purpose is shown as it is; what graphql-js
 * says about the document too; anything else is a fault of ours, reported under an incident number and never shown.
 */
export function presentError(error: GraphQLError, report: (cause: unknown) => string): GraphQLFormattedError {
  const { path, locations, ...told } = error.toJSON();
  const message = shortened(told.message);
  const where = { ...(path && { path }), ...(locations && { locations }) };
  const cause = deepestCause(error);
  if (cause instanceof PlatformError)
    return { message: cause.message, ...where, extensions: { code: cause.code, ...cause.details } };
  if (isAboutRequest(error, cause))
    return { message, ...where, extensions: { code: "INVALID_INPUT", ...fieldsOf(message) } };
  return {
    message: "Something went wrong on our side.",
    ...where,
    extensions: { code: "INTERNAL", incident: report(cause) },
  };
}

/** graphql-js repeats what it was sent, which may be a document's worth of it. Its reason stands at the end. */
function shortened(message: string): string {
  if (message.length <= shownLength) return message;
  const half = shownLength / 2;
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

/** Which variable or argument graphql-js complains about, as a field with a path like those of our own errors. */
function fieldsOf(message: string): { fields?: { path: string; message: string }[] } {
  const match = /^Variable "\$([^"]+)" got invalid value .*?(?: at "([^"]+)")?; (.+)$/s.exec(message);
  return match ? { fields: [{ path: match[2] ?? match[1]!, message: match[3]! }] } : {};
}
