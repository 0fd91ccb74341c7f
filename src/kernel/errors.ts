/** The code of an error, on which a client may branch. A published code keeps its meaning. */
export const errorCodes = [
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "NOT_FOUND",
  "INVALID_INPUT",
  "CONFLICT",
  "ILLEGAL_STATE",
  "PLAN_STALE",
  "UPSTREAM_REJECTED",
  "UPSTREAM_UNAVAILABLE",
  "RATE_LIMITED",
  "TOO_COMPLEX",
  "INTERNAL",
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** One wrong input: its path (`spec.ports[0].port`) and what would be right. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** An error that is thrown on purpose. Its message is written for the person who made the request. */
export abstract class PlatformError extends Error {
  abstract readonly code: ErrorCode;
  constructor(
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

export class Unauthenticated extends PlatformError {
  readonly code = "UNAUTHENTICATED";
  constructor(message = "Log in first: send a valid access token.") {
    super(message);
  }
}

export class Forbidden extends PlatformError {
  readonly code = "FORBIDDEN";
  /** `why` says which part of the request needs the permission, and what would not need it. */
  constructor(requiredPermission: string, why?: string) {
    super(`${why === undefined ? "" : `${why} `}This needs the permission ${requiredPermission}.`, {
      requiredPermission,
    });
  }
}

export class NotFound extends PlatformError {
  readonly code = "NOT_FOUND";
  constructor(kind: string, id: string) {
    super(`There is no ${kind} ${id}, or you may not see it.`, { kind, id });
  }
}

/** The number of wrong fields that one error describes; the others are only counted. */
const describedFields = 20;
/** The longest path and message, in characters. Both may quote the client's input. */
const longestPath = 200;
const longestMessage = 1_000;

/** The wrong fields of an input. The first of them are described, so that one correction is enough. */
export class InvalidInput extends PlatformError {
  readonly code = "INVALID_INPUT";
  readonly fields: readonly FieldProblem[];

  /** `isComplete` is false when the check ended before it had found all wrong fields. */
  constructor(found: readonly FieldProblem[], isComplete = true) {
    const fields = found.slice(0, describedFields).map(({ path, message }) => ({
      path: shortened(path, longestPath),
      message: shortened(message, longestMessage),
    }));
    const paths = fields.map(({ path }) => path).join(", ");
    const moreFields = found.length - fields.length;
    super(
      found.length === 1
        ? `${fields[0]!.path}: ${fields[0]!.message}`
        : `${isComplete ? "" : "At least "}${found.length} fields are wrong: ${paths}${moreFields > 0 ? ` and ${moreFields} more` : ""}.`,
      { fields, ...(moreFields > 0 && { moreFields }) },
    );
    this.fields = fields;
  }
}

/** The text, cut to this many characters. */
const shortened = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;

export class Conflict extends PlatformError {
  readonly code = "CONFLICT";
}

/** A host that the app may not have. The message does not name other apps. */
export class HostRefused extends Conflict {}

export class IllegalState extends PlatformError {
  readonly code = "ILLEGAL_STATE";
  static transition(kind: string, from: string, to: string): IllegalState {
    return new IllegalState(`The ${kind} is ${from} and cannot become ${to}.`, { kind, from, to });
  }
}

/** One thing that has changed since a plan was made. */
export interface PlanDifference {
  readonly what: "SPEC" | "RELEASE" | "TEMPLATE" | "SETTINGS" | "OBJECT";
  /** The template or the object that has changed. */
  readonly name: string | null;
  readonly message: string;
}

/** A plan whose changes are no longer those that were reviewed. */
export class PlanStale extends PlatformError {
  readonly code = "PLAN_STALE";
  constructor(readonly changes: readonly PlanDifference[]) {
    super(`The plan is stale: ${changes.map(({ message }) => message).join(" ")} Plan anew.`, { changes });
  }
}

export class RateLimited extends PlatformError {
  readonly code = "RATE_LIMITED";
  constructor(what: string, retryAfterMs: number) {
    super(`${what} Try again in ${Math.ceil(retryAfterMs / 1000)} s.`, { retryable: true, retryAfterMs });
  }
}

/** One limit that a request exceeds: what was allowed, what was found, and what to do. */
export interface LimitViolation {
  readonly limit: string;
  readonly allowed: number;
  readonly found: number;
  readonly remedy: string;
}

/** All limits that a request exceeds, so that one correction is enough. */
export class TooComplex extends PlatformError {
  readonly code = "TOO_COMPLEX";
  constructor(readonly limits: readonly LimitViolation[]) {
    super(
      limits
        .map(({ limit, allowed, found, remedy }) => `${limit}: ${found} of at most ${allowed}. ${remedy}`)
        .join(" "),
      { limits },
    );
  }
}

/** The upstreams an error may name. */
export type UpstreamName = "kubernetes" | "jenkins" | "github";

/** The upstream refused the request; a retry will not help. `status` is its HTTP status. */
export class UpstreamRejected extends PlatformError {
  readonly code = "UPSTREAM_REJECTED";
  constructor(
    readonly upstream: UpstreamName,
    message: string,
    readonly status?: number,
    options?: ErrorOptions,
  ) {
    super(message, { upstream, retryable: false, ...(status !== undefined && { status }) }, options);
  }
}

/** The upstream is down, slow or answers incorrectly; a retry may help. */
export class UpstreamUnavailable extends PlatformError {
  readonly code = "UPSTREAM_UNAVAILABLE";
  constructor(
    readonly upstream: UpstreamName,
    message: string,
    options?: ErrorOptions & { retryAfterMs?: number },
  ) {
    super(
      message,
      { upstream, retryable: true, ...(options?.retryAfterMs !== undefined && { retryAfterMs: options.retryAfterMs }) },
      options,
    );
  }
}
