import { defineEntity, p } from "@mikro-orm/postgresql";

const SessionSchema = defineEntity({
  name: "Session",
  tableName: "session",
  properties: {
    id: p.text().primary(),
    memberId: p.text(),
    refreshHash: p.text().nullable(),
    refreshGeneration: p.integer().default(0),
    previousRefreshHash: p.text().nullable(),
    replacedAt: p.datetime().nullable(),
    network: p.text().nullable(),
    userAgent: p.text().nullable(),
    createdAt: p.datetime().onCreate(() => new Date()),
    lastUsedAt: p.datetime().onCreate(() => new Date()),
    expiresAt: p.datetime(),
    revokedAt: p.datetime().nullable(),
  },
});

/** A login of a member, until it is logged out, revoked or not refreshed for too long. */
export class Session extends SessionSchema.class {}
SessionSchema.setClass(Session);
