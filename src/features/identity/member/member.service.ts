import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { z } from "zod";
import type { MemberActor, Role } from "../../../kernel/actor.js";
import { Conflict, NotFound } from "../../../kernel/errors.js";
import type { NewId } from "../../../kernel/ids.js";
import type { MutationResult, Mutations } from "../../foundation/mutations.js";
import { checkInput } from "../../foundation/check-input.js";
import type { Policy } from "../access/policy.js";
import { Member, RoleGrant } from "./member.entity.js";
import type { MemberSessions, NamespaceLookup } from "./member-ports.js";
import { minimumPasswordLength, type Passwords } from "./password.js";

const newMember = z.object({
  email: z.email("Give an e-mail address.").max(254),
  name: z.string().trim().min(1, "Give a name.").max(100, "At most 100 characters."),
  password: z
    .string()
    .min(minimumPasswordLength, `At least ${minimumPasswordLength} characters.`)
    .max(200, "At most 200 characters."),
});

export interface CreateMemberInput {
  readonly email: string;
  readonly name: string;
  readonly password: string;
  readonly idempotencyKey?: string | null;
}

export interface GrantRoleInput {
  readonly memberId: string;
  readonly role: Role;
  readonly namespaceId?: string | null;
  readonly idempotencyKey?: string | null;
}

interface MemberServiceDependencies {
  readonly mutations: Mutations;
  readonly policy: Policy;
  readonly passwords: Passwords;
  readonly sessions: MemberSessions;
  readonly namespaces: NamespaceLookup;
  readonly newId: NewId;
}

/** Changes who the members are and which roles they hold. */
export class MemberService {
  constructor(private readonly deps: MemberServiceDependencies) {}

  async createMember(actor: MemberActor, input: CreateMemberInput): Promise<MutationResult<Member>> {
    this.deps.policy.require(actor, "member:manage");
    const { email, name, password } = checkInput(newMember, input);
    const passwordHash = await this.deps.passwords.hash(password);
    return this.deps.mutations.run(
      actor,
      { mutation: "createMember", input },
      Member,
      async (unit) => {
        const member = unit.em.create(Member, { id: this.deps.newId("Member"), email, name, passwordHash });
        await unit.record({ event: "member.created", subjectId: member.id, data: { email, name } });
        return member;
      },
      { member_email_unique: { path: "input.email", message: "There is a member with this e-mail address already." } },
    );
  }

  /** Ends every session of a member and refuses further logins. */
  async closeMember(
    actor: MemberActor,
    input: { id: string; idempotencyKey?: string | null },
  ): Promise<MutationResult<Member>> {
    this.deps.policy.require(actor, "member:manage");
    return this.deps.mutations.run(actor, { mutation: "closeMember", input }, Member, async (unit) => {
      const member = await this.existing(unit.em, input.id);
      if (member.id === actor.memberId)
        throw new Conflict("You cannot close your own account; another administrator can.");
      member.state = "CLOSED";
      await this.deps.sessions.endAllOf(unit, member.id);
      await unit.record({ event: "member.closed", subjectId: member.id, data: { email: member.email } });
      return member;
    });
  }

  async grantRole(actor: MemberActor, input: GrantRoleInput): Promise<MutationResult<Member>> {
    this.deps.policy.require(actor, "member:manage");
    return this.deps.mutations.run(actor, { mutation: "grantRole", input }, Member, async (unit) => {
      const member = await this.existing(unit.em, input.memberId);
      const namespaceId = input.namespaceId ?? null;
      if (namespaceId !== null && !(await this.deps.namespaces.exists(unit.em, namespaceId)))
        throw new NotFound("namespace", namespaceId);
      const held = await unit.em.findOne(RoleGrant, { memberId: member.id, role: input.role, namespaceId });
      if (held) return member;
      unit.em.create(RoleGrant, {
        id: this.deps.newId("RoleGrant"),
        memberId: member.id,
        role: input.role,
        namespaceId,
      });
      await unit.record({
        event: "role.granted",
        subjectId: member.id,
        namespaceId,
        data: { role: input.role, member: member.email },
      });
      await unit.notify("grants", member.id);
      return member;
    });
  }

  async revokeRole(actor: MemberActor, input: GrantRoleInput): Promise<MutationResult<Member>> {
    this.deps.policy.require(actor, "member:manage");
    return this.deps.mutations.run(actor, { mutation: "revokeRole", input }, Member, async (unit) => {
      const member = await this.existing(unit.em, input.memberId);
      const namespaceId = input.namespaceId ?? null;
      const held = await unit.em.findOne(RoleGrant, { memberId: member.id, role: input.role, namespaceId });
      if (!held) return member;
      if (member.id === actor.memberId && input.role === "ADMINISTRATOR" && namespaceId === null) {
        throw new Conflict("You cannot take the platform away from yourself; another administrator can.");
      }
      unit.em.remove(held);
      await unit.record({
        event: "role.revoked",
        subjectId: member.id,
        namespaceId,
        data: { role: input.role, member: member.email },
      });
      await unit.notify("grants", member.id);
      return member;
    });
  }

  private async existing(em: SqlEntityManager, id: string): Promise<Member> {
    const member = await em.findOne(Member, id);
    if (!member) throw new NotFound("member", id);
    return member;
  }
}
