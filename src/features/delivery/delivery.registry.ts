/** The journal events of this area. */
export const deliveryEvents = [
  "namespace.created",
  "namespace.updated",
  "namespace.allowed",
  "namespace.imported",
  "app.created",
  "app.updated",
  "app.submitted",
  "app.approved",
  "app.rejected",
  "app.imported",
  "app.provided",
  "app.retired",
  "app.removed",
  "build.started",
  "build.running",
  "build.abortRequested",
  "build.succeeded",
  "build.failed",
  "build.aborted",
  "release.created",
  "releases.suspended",
  "releases.resumed",
  "rollout.started",
  "rollout.succeeded",
  "rollout.failed",
  "rollout.superseded",
  "plan.made",
  "plan.applied",
  "drift.repaired",
  "drift.adopted",
] as const;

/** The topics of notifications; the key is an id. */
export const deliveryTopics = ["app", "build", "build-log", "rollout"] as const;

/** The kinds of work, each with its reconciler. */
export const deliveryWorkKinds = ["namespace", "app", "build", "build-log", "release", "rollout"] as const;

declare module "../foundation/registry.js" {
  interface JournalEventNames extends Record<(typeof deliveryEvents)[number], true> {}
  interface TopicNames extends Record<(typeof deliveryTopics)[number], true> {}
  interface WorkKindNames extends Record<(typeof deliveryWorkKinds)[number], true> {}
}
