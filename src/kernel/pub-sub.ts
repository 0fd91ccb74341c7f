/**
 * Notifications between processes that something has changed, published by `pg_notify` in the transaction of the
 * change. They carry no state and may be lost or doubled, so a subscriber reads the state from the database.
 */
export interface PubSub {
  /**
   * Calls `notify` with the key of each notification of the topic, or with undefined when some may have been lost.
   * Returns the function that unsubscribes.
   */
  subscribe(topic: string, notify: (key: string | undefined) => void): () => void;
}
