import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from "type-graphql";
import { decodeCursor } from "../../../kernel/page.js";
import type { Context } from "../../foundation/context.js";
import { AskedAnew, connect, PageArgs, type ConnectionSource } from "../../foundation/graphql.js";
import { Namespace } from "../../delivery/namespace/namespace.entity.js";
import { NamespaceType } from "../../delivery/namespace/namespace.type.js";
import type { AccessService } from "./access.service.js";
import {
  CloseMemberInput,
  CreateMemberInputType,
  LiftLoginDelayInput,
  LoginInput,
  LogoutInput,
  MemberConnection,
  MemberPayload,
  MemberType,
  PermissionsArgs,
  RefreshSessionInput,
  RevokeSessionInput,
  RevokeSessionPayload,
  RoleGrantType,
  RoleInputType,
  SessionPayload,
  SessionType,
  ViewerType,
} from "./access.type.js";
import { type RoleGrant, type Session, Member } from "../member/member.entity.js";
import type { Policy } from "./policy.js";
import type { LoginService } from "../sign-in/login.service.js";
import type { SessionService } from "../session/session.service.js";
import type { SessionTokens } from "../session/token-pairs.js";

@Resolver(() => ViewerType)
export class ViewerResolver {
  constructor(
    private readonly access: AccessService,
    private readonly sessionService: SessionService,
    private readonly policy: Policy,
  ) {}

  @Query(() => ViewerType, { description: "You, and what you may do." })
  async viewer(@Ctx() { actor, loaders }: Context): Promise<{ member: Member }> {
    return { member: (await loaders.byId(Member).load(actor.memberId))! };
  }

  @FieldResolver(() => String, { description: "The e-mail address that you log in with." })
  email(@Root() { member }: { member: Member }): string {
    return member.email;
  }

  @FieldResolver(() => [String], {
    description: "Every permission you hold, over the platform or over the given namespace, like `build:start`.",
  })
  permissions(@Ctx() { actor }: Context, @Args(() => PermissionsArgs) { namespaceId }: PermissionsArgs): string[] {
    return this.policy.permissions(actor, namespaceId ?? undefined);
  }

  @FieldResolver(() => [RoleGrantType], { description: "The roles you hold." })
  roles(@Ctx() { actor, loaders }: Context): Promise<readonly RoleGrant[]> {
    return loaders.batch<readonly RoleGrant[]>("roles", actor.memberId, (ids) => this.access.grantsOf(actor, ids));
  }

  @AskedAnew
  @FieldResolver(() => [SessionType], { description: "Your sessions that are not over, newest first." })
  sessions(@Ctx() { actor }: Context): Promise<Session[]> {
    return this.sessionService.sessionsOf(actor);
  }
}

@Resolver(() => RoleGrantType)
export class RoleGrantResolver {
  @FieldResolver(() => NamespaceType, {
    nullable: true,
    description: "Where the role counts; null when it is the whole platform.",
  })
  namespace(@Root() { namespaceId }: RoleGrant, @Ctx() { loaders }: Context): Promise<Namespace | null> | null {
    return namespaceId ? loaders.byId(Namespace).load(namespaceId) : null;
  }
}

@Resolver(() => MemberType)
export class MemberResolver {
  constructor(
    private readonly access: AccessService,
    private readonly logins: LoginService,
  ) {}

  @Query(() => MemberConnection, { description: "Everyone, oldest first. Needs `member:manage`." })
  members(@Ctx() { actor }: Context, @Args(() => PageArgs) page: PageArgs): Promise<ConnectionSource<Member>> {
    const [after] = decodeCursor(page.after, 1) ?? [];
    return connect(page, {
      position: ({ id }) => [id],
      read: (limit) => this.access.members(actor, { after, limit }),
      count: () => this.access.countMembers(actor),
    });
  }

  @FieldResolver(() => [RoleGrantType], {
    description: "The roles they hold: your own, or everybody's if you hold `member:manage`.",
  })
  roles(@Root() { id }: Member, @Ctx() { actor, loaders }: Context): Promise<readonly RoleGrant[]> {
    return loaders.batch<readonly RoleGrant[]>("roles", id, (ids) => this.access.grantsOf(actor, ids));
  }

  @Mutation(() => MemberPayload, {
    description: "Adds a person, who has no rights until a role is granted. Needs `member:manage`.",
  })
  async createMember(
    @Ctx() { actor }: Context,
    @Arg("input", () => CreateMemberInputType, { description: "The new member." }) input: CreateMemberInputType,
  ): Promise<MemberPayload> {
    const { entity: member, cursor } = await this.access.createMember(actor, input);
    return { member, cursor };
  }

  @Mutation(() => MemberPayload, {
    description: "Ends all sessions of a member and refuses further logins. Needs `member:manage`.",
  })
  async closeMember(
    @Ctx() { actor }: Context,
    @Arg("input", () => CloseMemberInput, { description: "Which member." }) input: CloseMemberInput,
  ): Promise<MemberPayload> {
    const { entity: member, cursor } = await this.access.closeMember(actor, input);
    return { member, cursor };
  }

  @Mutation(() => MemberPayload, {
    description:
      "Forgets the wrong passwords that were tried with a member's e-mail address, so that they can log in at once. Needs `member:manage`.",
  })
  async liftLoginDelay(
    @Ctx() { actor }: Context,
    @Arg("input", () => LiftLoginDelayInput, { description: "Which member." }) input: LiftLoginDelayInput,
  ): Promise<MemberPayload> {
    const { entity: member, cursor } = await this.logins.liftDelay(actor, input);
    return { member, cursor };
  }

  @Mutation(() => MemberPayload, { description: "Grants a role, at once. Needs `member:manage`." })
  async grantRole(
    @Ctx() { actor }: Context,
    @Arg("input", () => RoleInputType, { description: "Who gets what, where." }) input: RoleInputType,
  ): Promise<MemberPayload> {
    const { entity: member, cursor } = await this.access.grantRole(actor, input);
    return { member, cursor };
  }

  @Mutation(() => MemberPayload, { description: "Takes a role away, at once. Needs `member:manage`." })
  async revokeRole(
    @Ctx() { actor }: Context,
    @Arg("input", () => RoleInputType, { description: "Who loses what, where." }) input: RoleInputType,
  ): Promise<MemberPayload> {
    const { entity: member, cursor } = await this.access.revokeRole(actor, input);
    return { member, cursor };
  }
}

@Resolver(() => SessionType)
export class SessionResolver {
  constructor(
    private readonly sessions: SessionService,
    private readonly logins: LoginService,
  ) {}

  @Mutation(() => SessionPayload, {
    description:
      "Begins a session. The only thing, with `refreshSession`, that needs no access token. After 5 wrong passwords for an address each further attempt from the same network must wait twice as long as the one before, and is RATE_LIMITED until then; many attempts from other networks delay those networks that the member has not logged in from lately. `liftLoginDelay` ends the delay.",
  })
  login(
    @Ctx() { userAgent, network }: Context,
    @Arg("input", () => LoginInput, { description: "Who logs in." }) input: LoginInput,
  ): Promise<SessionTokens> {
    return this.logins.login({ email: input.email, password: input.password, network, userAgent });
  }

  @Mutation(() => SessionPayload, {
    description:
      "Exchanges a refresh token for a new pair of tokens. A token that was used before ends its session, because one of its two holders stole it. Only the one that was replaced last may be used again within 60 seconds, by a client that lost the answer; of the pairs that it then gave, one alone goes on, so windows share the newest.",
  })
  refreshSession(
    @Arg("input", () => RefreshSessionInput, { description: "Which session goes on." })
    { refreshToken }: RefreshSessionInput,
  ): Promise<SessionTokens> {
    return this.sessions.refresh(refreshToken);
  }

  @Mutation(() => RevokeSessionPayload, { description: "Ends the session that asks; its tokens stop working at once." })
  async logout(
    @Ctx() { actor }: Context,
    @Arg("input", () => LogoutInput, { nullable: true, description: "Optional." }) input: LogoutInput | null,
  ): Promise<RevokeSessionPayload> {
    const { entity: session, cursor } = await this.sessions.revoke(actor, {
      idempotencyKey: input?.idempotencyKey ?? null,
    });
    return { session, cursor };
  }

  @Mutation(() => RevokeSessionPayload, { description: "Ends one of your sessions; its tokens stop working at once." })
  async revokeSession(
    @Ctx() { actor }: Context,
    @Arg("input", () => RevokeSessionInput, { description: "Which session." }) input: RevokeSessionInput,
  ): Promise<RevokeSessionPayload> {
    const { entity: session, cursor } = await this.sessions.revoke(actor, input);
    return { session, cursor };
  }
}
