import type { Response } from "express";
import { GraphQLError } from "graphql";
import type { ErrorCode } from "../../kernel/errors.js";
import { presentError } from "./present-error.js";

const statuses: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  INVALID_INPUT: 400,
  CONFLICT: 409,
  TOO_COMPLEX: 400,
  RATE_LIMITED: 429,
  UPSTREAM_REJECTED: 502,
  UPSTREAM_UNAVAILABLE: 503,
};

/** Said of an answer that was begun and cannot be given. */
const headersOfAnswers = ["content-type", "content-length", "content-range", "content-disposition"];

/**
 * The same error as GraphQL would show, under the HTTP status that its code stands for, unless a finer one of an error is set
 * already. What was set for a success is taken back.
 */
export function refuseRequest(response: Response, error: unknown, report: (cause: unknown) => string): void {
  const originalError = error instanceof Error ? error : new Error(String(error));
  const shown = presentError(new GraphQLError(originalError.message, { originalError }), report);
  const code = shown.extensions?.["code"] as ErrorCode;
  if (code === "UNAUTHENTICATED") response.set("www-authenticate", "Bearer");
  const retryAfterMs = shown.extensions?.["retryAfterMs"];
  if (typeof retryAfterMs === "number") response.set("retry-after", String(Math.ceil(retryAfterMs / 1_000)));
  if (response.statusCode < 400) {
    response.status(statuses[code] ?? 500);
    for (const name of headersOfAnswers) response.removeHeader(name);
  }
  response.json({ errors: [shown] });
}
