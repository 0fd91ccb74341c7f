/** A named operation with an example, as the page holds it. */
export interface Operation {
  /** Its file's name, like `build-log`. */
  readonly name: string;
  /** Its folder's name, like `build`. */
  readonly word: string;
  readonly query: string;
  /** JSON; empty when there is nothing to send along. */
  readonly variables: string;
  readonly opensAtFirst: boolean;
}
