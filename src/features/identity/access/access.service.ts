import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { z } from "zod";
import type { Actor, MemberActor, Role } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import { Conflict, Forbidden, NotFound } from "../../../kernel/errors.js";
import type { NewId } from "../../../kernel/ids.js";
import type { Changed, Changes } from "../../foundation/change.js";
import { checkInput } from "../../foundation/check-input.js";
import { Namespace } from "../../delivery/namespace/namespace.entity.js";
import type { Rows } from "../../foundation/rows.js";
import { Where } from "../../foundation/where.js";
import { Member, RoleGrant, Session } from "../member/member.entity.js";
import { minimumPasswordLength, type Passwords } from "../member/password.js";
import type { Policy } from "./policy.js";

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

/** Who the members are and which roles they hold. */
export class AccessService {
  constructor(
    private readonly rows: Rows,
    private readonly changes: Changes,
    private readonly policy: Policy,
    private readonly passwords: Passwords,
    private readonly newId: NewId,
    private readonly clock: Clock,
  ) {}

  async createMember(actor: MemberActor, input: CreateMemberInput): Promise<Changed<Member>> {
    this.policy.require(actor, "member:manage");
    const { email, name, password } = checkInput(newMember, input);
    const passwordHash = await this.passwords.hash(password);
    return this.changes.make(
      actor,
      { mutation: "createMember", input },
      Member,
      async (change) => {
        const member = change.em.create(Member, { id: this.newId("Member"), email, name, passwordHash });
        await change.record({ event: "member.created", subjectId: member.id, data: { email, name } });
        return member;
      },
      { member_email_unique: { path: "input.email", message: "There is a member with this e-mail address already." } },
    );
  }

  /** Ends every session of a member and refuses further logins. */
  async closeMember(
    actor: MemberActor,
    input: { id: string; idempotencyKey?: string | null },
  ): Promise<Changed<Member>> {
    this.policy.require(actor, "member:manage");
    return this.changes.make(actor, { mutation: "closeMember", input }, Member, async (change) => {
      const member = await this.existing(change.em, input.id);
      if (member.id === actor.memberId)
        throw new Conflict("You cannot close your own account; another administrator can.");
      member.state = "CLOSED";
      const sessions = await change.em.find(Session, { memberId: member.id, revokedAt: null });
      for (const session of sessions) {
        session.revokedAt = this.clock.now();
        await change.wake("session", session.id);
      }
      await change.record({ event: "member.closed", subjectId: member.id, data: { email: member.email } });
      return member;
    });
  }

  async grantRole(actor: MemberActor, input: GrantRoleInput): Promise<Changed<Member>> {
    this.policy.require(actor, "member:manage");
    return this.changes.make(actor, { mutation: "grantRole", input }, Member, async (change) => {
      const member = await this.existing(change.em, input.memberId);
      const namespaceId = input.namespaceId ?? null;
      if (namespaceId !== null && !(await change.em.findOne(Namespace, namespaceId)))
        throw new NotFound("namespace", namespaceId);
      const held = await change.em.findOne(RoleGrant, { memberId: member.id, role: input.role, namespaceId });
      if (held) return member;
      change.em.create(RoleGrant, { id: this.newId("RoleGrant"), memberId: member.id, role: input.role, namespaceId });
      await change.record({
        event: "role.granted",
        subjectId: member.id,
        namespaceId,
        data: { role: input.role, member: member.email },
      });
      await change.wake("grants", member.id);
      return member;
    });
  }

  async revokeRole(actor: MemberActor, input: GrantRoleInput): Promise<Changed<Member>> {
    this.policy.require(actor, "member:manage");
    return this.changes.make(actor, { mutation: "revokeRole", input }, Member, async (change) => {
      const member = await this.existing(change.em, input.memberId);
      const namespaceId = input.namespaceId ?? null;
      const held = await change.em.findOne(RoleGrant, { memberId: member.id, role: input.role, namespaceId });
      if (!held) return member;
      if (member.id === actor.memberId && input.role === "ADMINISTRATOR" && namespaceId === null) {
        throw new Conflict("You cannot take the platform away from yourself; another administrator can.");
      }
      change.em.remove(held);
      await change.record({
        event: "role.revoked",
        subjectId: member.id,
        namespaceId,
        data: { role: input.role, member: member.email },
      });
      await change.wake("grants", member.id);
      return member;
    });
  }

  /** A member as others may see it: everyone their colleagues' names. */
  async member(_actor: Actor, id: string): Promise<Member | null> {
    return this.rows.one(Member, new Where().is("id", id));
  }

  /** Everyone, oldest first. */
  async members(actor: Actor, { after, limit }: { after?: string | undefined; limit: number }): Promise<Member[]> {
    this.policy.require(actor, "member:manage");
    return this.rows.list(Member, new Where().after("id", ">", after), { order: "id", limit });
  }

  async countMembers(actor: Actor): Promise<number> {
    this.policy.require(actor, "member:manage");
    return this.rows.count(Member, new Where());
  }

  /** Members' roles: one's own, or anybody's for whoever manages members; FORBIDDEN in their place otherwise. */
  async grantsOf(
    actor: MemberActor,
    memberIds: readonly string[],
  ): Promise<Map<string, readonly RoleGrant[] | Forbidden>> {
    const all = this.policy.can(actor, "member:manage");
    const readable = memberIds.filter((id) => all || id === actor.memberId);
    const grants = await this.rows.list(RoleGrant, new Where().in("member_id", readable), { order: "id" });
    return new Map(
      memberIds.map((id) => [
        id,
        readable.includes(id) ? grants.filter(({ memberId }) => memberId === id) : new Forbidden("member:manage"),
      ]),
    );
  }

  async grant(actor: MemberActor, id: string): Promise<RoleGrant | null> {
    const where = new Where().is("id", id);
    return this.rows.one(
      RoleGrant,
      this.policy.can(actor, "member:manage") ? where : where.is("member_id", actor.memberId),
    );
  }

  private async existing(em: SqlEntityManager, id: string): Promise<Member> {
    const member = await em.findOne(Member, id);
    if (!member) throw new NotFound("member", id);
    return member;
  }
}
