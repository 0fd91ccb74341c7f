import { GraphQLEnumType } from "graphql";
import type { ErrorCode } from "../../kernel/errors.js";

const meanings: Readonly<Record<ErrorCode, string>> = {
  UNAUTHENTICATED: "No valid access token was sent. Log in, or refresh the session.",
  FORBIDDEN: "You may see it but not do this; `extensions.requiredPermission` names what is missing.",
  NOT_FOUND: "There is no such thing, or you may not see it.",
  INVALID_INPUT:
    "The input is wrong; `extensions.fields` lists the first 20 wrong fields, each with its path and the remedy, and `extensions.moreFields` counts the others.",
  CONFLICT: "Something else came first: a stale version, a name that is taken, an idempotency key with another input.",
  ILLEGAL_STATE: "Not possible in the state that the thing is in; the message says what would be.",
  PLAN_STALE: "What was reviewed has changed since; review it again.",
  UPSTREAM_REJECTED:
    "An upstream (`extensions.upstream`) understood the request and refused it; repeating will not help.",
  UPSTREAM_UNAVAILABLE: "An upstream (`extensions.upstream`) is down or slow; repeating later may help.",
  RATE_LIMITED: "Too many requests; `extensions.retryAfterMs` says when to come back.",
  TOO_COMPLEX:
    "The request asks for too much at once; `extensions.limits` lists every limit that it exceeds: what was allowed, what was found, and what to do.",
  INTERNAL: "A fault of ours; `extensions.incident` is its number in our log.",
};

/** The codes of errors, published although no field returns them: a client generates its constants from the schema. */
export const ErrorCodeType = new GraphQLEnumType({
  name: "ErrorCode",
  description: "Every value that `errors[].extensions.code` can have. A code keeps its meaning for ever.",
  values: Object.fromEntries(Object.entries(meanings).map(([code, description]) => [code, { description }])),
});
