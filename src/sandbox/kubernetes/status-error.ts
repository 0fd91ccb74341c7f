import type { Fields } from "./kube-object.js";
import { type Kind, resourceOf } from "./kinds.js";

/** One reason of an `Invalid` answer, as `details.causes` lists it. */
export interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** A refusal, worded as a Kubernetes `Status`. */
export class StatusError extends Error {
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
    readonly details?: Fields,
  ) {
    super(message);
  }

  body(): Fields {
    const { code, reason, message, details } = this;
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message,
      ...(reason && { reason }),
      ...(details && { details }),
      code,
    };
  }
}

const about = ({ group, plural }: Kind, name: string): Fields => ({
  ...(name && { name }),
  ...(group && { group }),
  kind: plural,
});

export const badRequest = (message: string): StatusError => new StatusError(400, "BadRequest", message);

export const notFound = (kind: Kind, name: string): StatusError =>
  new StatusError(404, "NotFound", `${resourceOf(kind)} "${name}" not found`, about(kind, name));

export const alreadyExists = (kind: Kind, name: string): StatusError =>
  new StatusError(409, "AlreadyExists", `${resourceOf(kind)} "${name}" already exists`, about(kind, name));

export const conflict = (
  kind: Kind,
  name: string,
  why = "the object has been modified; please apply your changes to the latest version and try again",
): StatusError =>
  new StatusError(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${resourceOf(kind)} "${name}": ${why}`,
    about(kind, name),
  );

export const forbidden = (kind: Kind, name: string, why: string, causes?: readonly Fields[]): StatusError =>
  new StatusError(403, "Forbidden", `${resourceOf(kind)} "${name}" is forbidden: ${why}`, {
    ...about(kind, name),
    ...(causes && { causes }),
  });

export const expired = (message: string): StatusError => new StatusError(410, "Expired", message);

export const unsupportedMediaType = (message: string): StatusError =>
  new StatusError(415, "UnsupportedMediaType", message, {});

/** 422 with every wrong field at once. */
export function invalid(
  kind: { readonly kind: string; readonly group: string },
  name: string,
  causes: readonly Cause[],
): StatusError {
  const texts = causes.map(({ field, message }) => `${field}: ${message}`);
  const message = `${kind.kind}${kind.group && `.${kind.group}`} "${name}" is invalid: ${texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`}`;
  const details = {
    ...(name && { name }),
    ...(kind.group && { group: kind.group }),
    kind: kind.kind,
    causes: causes.map((cause) => ({ ...cause })),
  };
  return new StatusError(422, "Invalid", message, details);
}
