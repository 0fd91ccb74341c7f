import { ArgsType, Field, ID, InputType, ObjectType } from "type-graphql";
import { Role as RoleName } from "./role.js";
import { connectionOf, MutationPayload, publishEnum, RepeatableInput } from "../../foundation/graphql.js";
import { NodeType } from "../../foundation/node.type.js";
import { MemberState, type Member, type RoleGrant, type Session } from "../member/member.entity.js";
import { Text } from "../../foundation/text-bound.js";

publishEnum(MemberState, "MemberState", "Whether a member can log in.", {
  ACTIVE: "Can log in.",
  CLOSED: "Cannot log in any more; what they did stays on record.",
});
publishEnum(RoleName, "Role", "A set of permissions.", {
  ADMINISTRATOR: "Everything, reviews included; over the platform also its members and namespaces.",
  DEVELOPER: "Describes apps, submits them, builds, rolls back and retires them.",
  VIEWER: "Sees everything and changes nothing.",
});

@ObjectType("Member", { implements: NodeType, description: "A person who uses the platform." })
export class MemberType extends NodeType implements Pick<Member, "id" | "name" | "state" | "createdAt"> {
  @Field(() => String, { description: "How other people know them." })
  readonly name!: string;
  @Field(() => MemberState, { description: "Whether they can log in." })
  readonly state!: MemberState;
  @Field(() => Date, { description: "Since when they are here." })
  readonly createdAt!: Date;
}
export const MemberConnection = connectionOf("Member", () => MemberType, "members");

@ObjectType("RoleGrant", {
  implements: NodeType,
  description: "A role that a member holds, over the platform or over one namespace.",
})
export class RoleGrantType extends NodeType implements Pick<RoleGrant, "id" | "role" | "createdAt"> {
  @Field(() => RoleName, { description: "What it allows." })
  readonly role!: RoleName;
  @Field(() => Date, { description: "Since when." })
  readonly createdAt!: Date;
  readonly namespaceId!: string | null;
}

@ObjectType("Session", {
  implements: NodeType,
  description:
    "One login, until it is logged out, revoked, not refreshed for 30 days, or as old as the platform lets sessions become.",
})
export class SessionType extends NodeType implements Pick<Session, "id" | "createdAt" | "lastUsedAt" | "expiresAt"> {
  @Field(() => String, { nullable: true, description: "The program that logged in, by its own account." })
  readonly userAgent!: string | null;
  @Field(() => Date, { description: "When the login was." })
  readonly createdAt!: Date;
  @Field(() => Date, { description: "When it was refreshed last." })
  readonly lastUsedAt!: Date;
  @Field(() => Date, {
    description: "When it ends unless it is refreshed before. No refresh lets it outlast the platform's limit.",
  })
  readonly expiresAt!: Date;
}

@ObjectType("Viewer", { description: "You, as the platform knows you." })
export class ViewerType {
  @Field(() => MemberType, { description: "Your member record." })
  readonly member!: Member;
}

@ArgsType()
export class PermissionsArgs {
  @Field(() => ID, { nullable: true, description: "The namespace that is asked about; without it, the platform." })
  readonly namespaceId?: string | null;
}

@InputType({ description: "Who logs in." })
export class LoginInput {
  @Field(() => String, { description: "The e-mail address." })
  readonly email!: string;
  @Text({ most: 200, content: "ANYTHING" })
  @Field(() => String, { description: "The password." })
  readonly password!: string;
}

@InputType({ description: "Which session goes on." })
export class RefreshSessionInput {
  @Field(() => String, {
    description:
      "The newest refresh token of the session. It works once; the same request may be repeated for 60 seconds if its answer was lost.",
  })
  readonly refreshToken!: string;
}

@ObjectType("SessionPayload", {
  description:
    "The tokens of a session. Send the access token as `Authorization: Bearer …`, on WebSocket as `connectionParams.authorization`.",
})
export class SessionPayload extends MutationPayload {
  @Field(() => String, {
    description:
      "Opens everything else for 15 minutes. Send it as `Authorization: Bearer …`. A `GET` of an event stream also takes it as `access_token` in its address, because a browser's `EventSource` sends no headers; but addresses are written to the logs of proxies and to histories, so use that only where no header can be sent.",
  })
  readonly accessToken!: string;
  @Field(() => Date, { description: "When the access token stops working." })
  readonly accessTokenExpiresAt!: Date;
  @Field(() => String, { description: "Gets the next pair of tokens, once. It is shown here only." })
  readonly refreshToken!: string;
  @Field(() => MemberType, { description: "Who logged in." })
  readonly member!: Member;
  @Field(() => SessionType, { description: "The session." })
  readonly session!: Session;
}

@InputType({ description: "Which session to end." })
export class RevokeSessionInput extends RepeatableInput {
  @Field(() => ID, { nullable: true, description: "One of your sessions; without it, the one that asks." })
  readonly id?: string | null;
}

@InputType({ description: "Nothing but a key." })
export class LogoutInput extends RepeatableInput {}

@ObjectType("RevokeSessionPayload", { description: "The session that ended." })
export class RevokeSessionPayload extends MutationPayload {
  @Field(() => SessionType, { description: "The session as it was." })
  readonly session!: Session;
}

@InputType("CreateMemberInput", { description: "A new member." })
export class CreateMemberInputType extends RepeatableInput {
  @Field(() => String, { description: "The e-mail address to log in with." })
  readonly email!: string;
  @Field(() => String, { description: "How other people know them." })
  readonly name!: string;
  @Text({ most: 200, content: "ANYTHING" })
  @Field(() => String, { description: "The first password, 12 characters or more." })
  readonly password!: string;
}

@InputType({ description: "Which member to close." })
export class CloseMemberInput extends RepeatableInput {
  @Field(() => ID, { description: "The member." })
  readonly id!: string;
}

@InputType({ description: "Whose logins are not delayed any more." })
export class LiftLoginDelayInput extends RepeatableInput {
  @Field(() => ID, { description: "The member." })
  readonly memberId!: string;
}

@InputType("RoleInput", { description: "A role of a member, over a namespace or over the platform." })
export class RoleInputType extends RepeatableInput {
  @Field(() => ID, { description: "The member." })
  readonly memberId!: string;
  @Field(() => RoleName, { description: "The role." })
  readonly role!: RoleName;
  @Field(() => ID, { nullable: true, description: "The namespace; without it, the whole platform." })
  readonly namespaceId?: string | null;
}

@ObjectType("MemberPayload", { description: "The member as it is now." })
export class MemberPayload extends MutationPayload {
  @Field(() => MemberType, { description: "The member." })
  readonly member!: Member;
}
