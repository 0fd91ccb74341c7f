/** The topics of notifications; the key is an id. */
export const alertingTopics = ["notification"] as const;

/** The kinds of work, each with its reconciler. */
export const alertingWorkKinds = ["notification"] as const;

declare module "../foundation/registry.js" {
  interface TopicNames extends Record<(typeof alertingTopics)[number], true> {}
  interface WorkKindNames extends Record<(typeof alertingWorkKinds)[number], true> {}
}
