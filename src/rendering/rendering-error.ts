import { PlatformError } from "../kernel/errors.js";

/** A place in a template's source; both numbers start at 1. */
export interface Place {
  readonly template: string;
  readonly line: number;
  readonly column: number;
}

/** A template, or a value given to it, cannot become what its kind promises; says where in the template and what to do. */
export class RenderingError extends PlatformError {
  readonly code = "INVALID_INPUT";
  constructor(
    readonly place: Place,
    /** The message without its place, for an editor that shows the place itself. */
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`${place.template}:${place.line}:${place.column}: ${problem}`, { ...place }, options);
  }
}
