/* Each area declares its names in one file, `<area>.registry.ts`, and adds them to these interfaces by declaration merging. */

/** The events that the journal tells of, as `noun.pastTense`. */
export interface JournalEventNames {}

/** The topics that processes notify each other of. */
export interface TopicNames {}

/** The kinds of keys in the work queue; each has one reconciler. */
export interface WorkKindNames {}

export type JournalEventName = keyof JournalEventNames;
export type TopicName = keyof TopicNames;
export type WorkKind = keyof WorkKindNames;
