/** What processes notify each other of; the key is an id. */
export const alertingTopics = ["notification"] as const;

/** What is enqueued, each kind for its reconciler. */
export const alertingWorkKinds = ["notification"] as const;

declare module "../foundation/registry.js" {
  interface TopicNames extends Record<(typeof alertingTopics)[number], true> {}
  interface WorkKindNames extends Record<(typeof alertingWorkKinds)[number], true> {}
}
