import { Args, Ctx, FieldResolver, Query, Resolver, Root } from "type-graphql";
import type { Context } from "../../foundation/context.js";
import { NoCache } from "../../foundation/graphql.js";
import type { Policy } from "../access/policy.js";
import { Member, type RoleGrant } from "../member/member.entity.js";
import type { MemberReader } from "../member/member.reader.js";
import { RoleGrantType } from "../member/role-grant.type.js";
import type { Session } from "./session.entity.js";
import type { SessionReader } from "./session.reader.js";
import { SessionType } from "./session.type.js";
import { PermissionsArgs, ViewerType } from "./viewer.type.js";

@Resolver(() => ViewerType)
export class ViewerResolver {
  constructor(
    private readonly members: MemberReader,
    private readonly sessionReader: SessionReader,
    private readonly policy: Policy,
  ) {}

  @Query(() => ViewerType, { description: "The member who sends the request, with permissions and sessions." })
  async viewer(@Ctx() { actor, loaders }: Context): Promise<{ member: Member }> {
    return { member: (await loaders.byId(Member).load(actor.memberId))! };
  }

  @FieldResolver(() => String, { description: "The e-mail address with which you log in." })
  email(@Root() { member }: { member: Member }): string {
    return member.email;
  }

  @FieldResolver(() => [String], {
    description: "All permissions that you have on the platform or on the given namespace, like `build:start`.",
  })
  permissions(@Ctx() { actor }: Context, @Args(() => PermissionsArgs) { namespaceId }: PermissionsArgs): string[] {
    return this.policy.permissions(actor, namespaceId ?? undefined);
  }

  @FieldResolver(() => [RoleGrantType], { description: "The roles that you have." })
  roles(@Ctx() { actor, loaders }: Context): Promise<readonly RoleGrant[]> {
    return loaders.batch<readonly RoleGrant[]>("roles", actor.memberId, (ids) => this.members.grantsOf(actor, ids));
  }

  @NoCache
  @FieldResolver(() => [SessionType], { description: "Your active sessions, newest first." })
  sessions(@Ctx() { actor }: Context): Promise<Session[]> {
    return this.sessionReader.sessionsOf(actor);
  }
}
