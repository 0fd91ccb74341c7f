import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from "type-graphql";
import { decodeCursor } from "../../../kernel/page.js";
import type { Context } from "../../foundation/context.js";
import { connect, PageArgs, type ConnectionSource } from "../../foundation/graphql.js";
import type { Member, RoleGrant } from "./member.entity.js";
import type { MemberReader } from "./member.reader.js";
import type { MemberService } from "./member.service.js";
import { CloseMemberInput, CreateMemberInputType, MemberConnection, MemberPayload, MemberType } from "./member.type.js";
import { RoleGrantType, RoleInputType } from "./role-grant.type.js";

@Resolver(() => MemberType)
export class MemberResolver {
  constructor(
    private readonly service: MemberService,
    private readonly reader: MemberReader,
  ) {}

  @Query(() => MemberConnection, { description: "All members, oldest first. Needs `member:manage`." })
  members(@Ctx() { actor }: Context, @Args(() => PageArgs) page: PageArgs): Promise<ConnectionSource<Member>> {
    const [after] = decodeCursor(page.after, 1) ?? [];
    return connect(page, {
      position: ({ id }) => [id],
      read: (limit) => this.reader.members(actor, { after, limit }),
      count: () => this.reader.countMembers(actor),
    });
  }

  @FieldResolver(() => [RoleGrantType], {
    description: "The member's roles; readable for yourself, and for everyone with `member:manage`.",
  })
  roles(@Root() { id }: Member, @Ctx() { actor, loaders }: Context): Promise<readonly RoleGrant[]> {
    return loaders.batch<readonly RoleGrant[]>("roles", id, (ids) => this.reader.grantsOf(actor, ids));
  }

  @Mutation(() => MemberPayload, {
    description: "Adds a person, who has no rights until a role is granted. Needs `member:manage`.",
  })
  async createMember(
    @Ctx() { actor }: Context,
    @Arg("input", () => CreateMemberInputType, { description: "The member to create." }) input: CreateMemberInputType,
  ): Promise<MemberPayload> {
    const { entity: member, cursor } = await this.service.createMember(actor, input);
    return { member, cursor };
  }

  @Mutation(() => MemberPayload, {
    description: "Ends all sessions of a member and refuses further logins. Needs `member:manage`.",
  })
  async closeMember(
    @Ctx() { actor }: Context,
    @Arg("input", () => CloseMemberInput, { description: "The member to close." }) input: CloseMemberInput,
  ): Promise<MemberPayload> {
    const { entity: member, cursor } = await this.service.closeMember(actor, input);
    return { member, cursor };
  }
  @Mutation(() => MemberPayload, {
    description: "Grants a role to a member, effective at once. Needs `member:manage`.",
  })
  async grantRole(
    @Ctx() { actor }: Context,
    @Arg("input", () => RoleInputType, { description: "The member, the role, and where it counts." })
    input: RoleInputType,
  ): Promise<MemberPayload> {
    const { entity: member, cursor } = await this.service.grantRole(actor, input);
    return { member, cursor };
  }

  @Mutation(() => MemberPayload, {
    description: "Revokes a role of a member, effective at once. Needs `member:manage`.",
  })
  async revokeRole(
    @Ctx() { actor }: Context,
    @Arg("input", () => RoleInputType, { description: "The member, the role, and where it counted." })
    input: RoleInputType,
  ): Promise<MemberPayload> {
    const { entity: member, cursor } = await this.service.revokeRole(actor, input);
    return { member, cursor };
  }
}
