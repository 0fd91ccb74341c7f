/**
 * Notifications between processes that something has changed. They carry no state and may be lost
 * or doubled, so a subscriber reads the state from the database. They are published by `pg_notify`, in the transaction of the change.
 */
export interface PubSub {
  /** Calls `notify` with the key of every notification of this topic, and with undefined when some may have been missed. Returns the function that unsubscribes. */
  subscribe(topic: string, notify: (key: string | undefined) => void): () => void;
}
