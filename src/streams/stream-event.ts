/**
 * One event of a stream that can be resumed. Readers who ask the same are given the same object, so that whoever shows it
 * to many of them shows it once.
 */
export interface StreamEvent {
  /** The place behind this event: given as `after`, the stream goes on there. */
  readonly cursor: string;
  /** In UTF-8: what belongs wherever a result of this event has `longTextStandIn`. */
  readonly longText?: Buffer;
}
