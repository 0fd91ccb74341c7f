/** What the journal tells of this area. */
export const templatingEvents = [
  "template.created",
  "template.saved",
  "template.published",
  "template.archived",
  "template.pinned",
  "template.unpinned",
  "publication.started",
  "publication.stageBegan",
  "publication.stopped",
  "publication.resumed",
  "publication.cancelled",
  "publication.rolledBack",
  "publication.succeeded",
  "variable.declared",
  "variable.updated",
  "variable.deleted",
  "variable.set",
  "variable.unset",
] as const;

/** What processes notify each other of; the key is an id. */
export const templatingTopics = ["publication"] as const;

/** What is enqueued, each kind for its reconciler. */
export const templatingWorkKinds = ["publication"] as const;

declare module "../foundation/registry.js" {
  interface JournalEventNames extends Record<(typeof templatingEvents)[number], true> {}
  interface TopicNames extends Record<(typeof templatingTopics)[number], true> {}
  interface WorkKindNames extends Record<(typeof templatingWorkKinds)[number], true> {}
}
