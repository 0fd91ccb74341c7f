import { PlatformError } from "../kernel/errors.js";
import { hideSealed } from "./sealed-text.js";

/** A place in a template's source; both numbers start at 1. */
export interface Place {
  readonly template: string;
  readonly line: number;
  readonly column: number;
}

export const nestedTooDeeply = "What it makes is nested too deeply to be read. Make it flatter.";

/** Parses the output of a template; output that is nested too deeply is a mistake of the template. */
export function notTooDeep<T>(template: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RenderingError({ template, line: 1, column: 1 }, nestedTooDeeply, { cause: error });
  }
}

/**
 * A template, or a value in it, cannot become what its kind requires; the message has the place in the template and the
 * remedy.
 */
export class RenderingError extends PlatformError {
  readonly code = "INVALID_INPUT";
  /** The message without its place, for an editor that marks the place. */
  readonly problem: string;
  constructor(
    readonly place: Place,
    problem: string,
    options?: ErrorOptions,
  ) {
    const shown = hideSealed(problem);
    super(`${place.template}:${place.line}:${place.column}: ${shown}`, { ...place }, options);
    this.problem = shown;
  }
}
