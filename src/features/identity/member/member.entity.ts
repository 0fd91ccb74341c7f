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
