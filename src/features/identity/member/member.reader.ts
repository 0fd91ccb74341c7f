import type { Actor, MemberActor } from "../../../kernel/actor.js";
import { Forbidden } from "../../../kernel/errors.js";
import type { ReadModel } from "../../foundation/read-model.js";
import { behind, anyOf, ifGiven } from "../../foundation/filter.js";
import type { Policy } from "../access/policy.js";
import { Member, RoleGrant } from "./member.entity.js";

/** Reads members and their roles. */
export class MemberReader {
  constructor(
    private readonly readModel: ReadModel,
    private readonly policy: Policy,
  ) {}

  /** A member as others see it: all members may read each other's names. */
  async member(_actor: Actor, id: string): Promise<Member | null> {
    return this.readModel.byId(Member, id);
  }

  /** All members, oldest first. */
  async members(actor: Actor, { after, limit }: { after?: string | undefined; limit: number }): Promise<Member[]> {
    this.policy.require(actor, "member:manage");
    return this.readModel.list(Member, (members) => members.$call(behind("id", after)).orderBy("id").limit(limit));
  }

  async countMembers(actor: Actor): Promise<number> {
    this.policy.require(actor, "member:manage");
    return this.readModel.count(Member, (members) => members);
  }

  /** Members' roles: one's own, or everyone's with `member:manage`; otherwise FORBIDDEN in their place. */
  async grantsOf(
    actor: MemberActor,
    memberIds: readonly string[],
  ): Promise<Map<string, readonly RoleGrant[] | Forbidden>> {
    const all = this.policy.can(actor, "member:manage");
    const readable = memberIds.filter((id) => all || id === actor.memberId);
    const grants = await this.readModel.list(RoleGrant, (all) =>
      all.where("memberId", "=", anyOf(readable)).orderBy("id"),
    );
    return new Map(
      memberIds.map((id) => [
        id,
        readable.includes(id) ? grants.filter(({ memberId }) => memberId === id) : new Forbidden("member:manage"),
      ]),
    );
  }

  async grant(actor: MemberActor, id: string): Promise<RoleGrant | null> {
    const own = this.policy.can(actor, "member:manage") ? null : actor.memberId;
    return this.readModel.one(RoleGrant, (grants) => grants.where("id", "=", id).$call(ifGiven("memberId", own)));
  }
}
