/** The journal events of this area. */
export const identityEvents = [
  "member.created",
  "member.closed",
  "member.loginDelayLifted",
  "role.granted",
  "role.revoked",
  "session.started",
  "session.revoked",
  "session.stolen",
] as const;

/** The topics of notifications; the key is an id. */
export const identityTopics = ["session", "grants", "reserved-stream"] as const;

declare module "../foundation/registry.js" {
  interface JournalEventNames extends Record<(typeof identityEvents)[number], true> {}
  interface TopicNames extends Record<(typeof identityTopics)[number], true> {}
}
