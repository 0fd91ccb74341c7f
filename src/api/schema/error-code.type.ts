import { GraphQLEnumType } from "graphql";
import type { ErrorCode } from "../../kernel/errors.js";

const meanings: Readonly<Record<ErrorCode, string>> = {
  UNAUTHENTICATED: "No valid access token was sent. Log in, or refresh the session.",
  FORBIDDEN: "You may read the object, but not do this; `extensions.requiredPermission` names the missing permission.",
  NOT_FOUND: "The object does not exist, or you may not read it.",
  INVALID_INPUT:
    "The input is wrong; `extensions.fields` lists the first 20 wrong fields, each with its path and the remedy, and `extensions.moreFields` counts the others.",
  CONFLICT:
    "The input conflicts with the present state: a stale version, a name that is taken, or an idempotency key that was used with another input.",
  ILLEGAL_STATE: "Not possible in the object's present state; the message says what is.",
  PLAN_STALE: "The plan is out of date, because something has changed since it was made; make a new one.",
  UPSTREAM_REJECTED:
    "An upstream (`extensions.upstream`) understood the request and refused it; repeating will not help.",
  UPSTREAM_UNAVAILABLE: "An upstream (`extensions.upstream`) is down or slow; repeating later may help.",
  RATE_LIMITED: "Too many requests; `extensions.retryAfterMs` says when to try again.",
  TOO_COMPLEX:
    "The request is too large; `extensions.limits` lists every limit that it exceeds, with the allowed and the actual value and the remedy.",
  INTERNAL: "A fault of the platform; `extensions.incident` is its id in the server's log.",
};

/** The codes of errors, published although no field returns them: a client generates its constants from the schema. */
export const ErrorCodeType = new GraphQLEnumType({
  name: "ErrorCode",
  description: "Every value that `errors[].extensions.code` can have. A code never changes its meaning.",
  values: Object.fromEntries(Object.entries(meanings).map(([code, description]) => [code, { description }])),
});
