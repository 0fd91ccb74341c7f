import { defineEntity, p } from "@mikro-orm/postgresql";
import type { Role } from "../../../kernel/actor.js";

export const MemberState = { ACTIVE: "ACTIVE", CLOSED: "CLOSED" } as const;
export type MemberState = keyof typeof MemberState;

const MemberSchema = defineEntity({
  name: "Member",
  tableName: "member",
  properties: {
    id: p.text().primary(),
    email: p.text(),
    name: p.text(),
    passwordHash: p.text(),
    state: p.text().$type<MemberState>().default("ACTIVE"),
    createdAt: p.datetime().onCreate(() => new Date()),
    version: p.integer().version(),
  },
});

/** A person who uses the platform. */
export class Member extends MemberSchema.class {}
MemberSchema.setClass(Member);

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

/** One login of a member, until it is logged out, revoked or not refreshed for too long. */
export class Session extends SessionSchema.class {}
SessionSchema.setClass(Session);

const RoleGrantSchema = defineEntity({
  name: "RoleGrant",
  tableName: "role_grant",
  properties: {
    id: p.text().primary(),
    memberId: p.text(),
    role: p.text().$type<Role>(),
    namespaceId: p.text().nullable(),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
});

/** A role that a member holds, over the platform (no namespace) or over one namespace. */
export class RoleGrant extends RoleGrantSchema.class {}
RoleGrantSchema.setClass(RoleGrant);
