/**
 * A nudge between processes: "look again at this". It carries no state and may be lost
 * or doubled, so whoever listens reads the truth from the database.
 */
export interface Wakeups {
  /** Calls `wake` with the key of every nudge on this topic, and with undefined when some may have been missed. Returns its own end. */
  on(topic: string, wake: (key: string | undefined) => void): () => void;
}
