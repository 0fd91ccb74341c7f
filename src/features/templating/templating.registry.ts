/** The journal events of this area. */
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

/** The topics of notifications; the key is an id. */
export const templatingTopics = ["publication"] as const;

/** The kinds of work, each with its reconciler. */
export const templatingWorkKinds = ["publication"] as const;

declare module "../foundation/registry.js" {
  interface JournalEventNames extends Record<(typeof templatingEvents)[number], true> {}
  interface TopicNames extends Record<(typeof templatingTopics)[number], true> {}
  interface WorkKindNames extends Record<(typeof templatingWorkKinds)[number], true> {}
}
