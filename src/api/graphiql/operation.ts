/** A named operation with an example of its variables, as the page has it. */
export interface Operation {
  /** Its file's name, like `build-log`. */
  readonly name: string;
  /** The folder of its file, like `build`. */
  readonly folder: string;
  readonly query: string;
  /** JSON; empty when there is nothing to send along. */
  readonly variables: string;
  readonly opensAtFirst: boolean;
}
