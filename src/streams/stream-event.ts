/**
 * One event of a stream that can be resumed. Readers of the same stream receive the same object, so that it can be
 * serialised once for all of them.
 */
export interface StreamEvent {
  /** The cursor after this event, with which the stream can be resumed. */
  readonly cursor: string;
  /** In UTF-8: the text that replaces `longTextStandIn` in results of this event. */
  readonly longText?: Buffer;
}
