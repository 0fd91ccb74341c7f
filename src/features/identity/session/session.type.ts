import { Field, ID, InputType, ObjectType } from "type-graphql";
import { MutationPayload, RepeatableInput } from "../../foundation/graphql.js";
import { NodeType } from "../../foundation/node.type.js";
import type { Member } from "../member/member.entity.js";
import { MemberType } from "../member/member.type.js";
import type { Session } from "./session.entity.js";

@ObjectType("Session", {
  implements: NodeType,
  description:
    "A login of a member. It ends by logout, by revocation, after 30 days without a refresh, or at the platform's maximum age.",
})
export class SessionType extends NodeType implements Pick<Session, "id" | "createdAt" | "lastUsedAt" | "expiresAt"> {
  @Field(() => String, { nullable: true, description: "The user agent of the program that logged in." })
  readonly userAgent!: string | null;
  @Field(() => Date, { description: "When the member logged in." })
  readonly createdAt!: Date;
  @Field(() => Date, { description: "When the session was last refreshed." })
  readonly lastUsedAt!: Date;
  @Field(() => Date, {
    description:
      "When the session ends unless it is refreshed before. No refresh extends it beyond the platform's maximum age.",
  })
  readonly expiresAt!: Date;
}

@InputType({ description: "The refresh token of the session." })
export class RefreshSessionInput {
  @Field(() => String, {
    description:
      "The newest refresh token of the session. It works once; the same request may be repeated for 60 seconds if its response was lost.",
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
      "Authenticates requests for 15 minutes. Send it as `Authorization: Bearer …`. A `GET` of an event stream also accepts it as the query parameter `access_token`, because a browser's `EventSource` sends no headers; URLs end up in proxy logs and histories, so do this only where no header can be sent.",
  })
  readonly accessToken!: string;
  @Field(() => Date, { description: "When the access token stops working." })
  readonly accessTokenExpiresAt!: Date;
  @Field(() => String, { description: "Gets the next pair of tokens, once. It is returned only here." })
  readonly refreshToken!: string;
  @Field(() => MemberType, { description: "The member who logged in." })
  readonly member!: Member;
  @Field(() => SessionType, { description: "The session that the tokens belong to." })
  readonly session!: Session;
}

@InputType({ description: "The session to end." })
export class RevokeSessionInput extends RepeatableInput {
  @Field(() => ID, { nullable: true, description: "The id of one of your sessions; the current one when omitted." })
  readonly id?: string | null;
}

@InputType({ description: "An optional idempotency key." })
export class LogoutInput extends RepeatableInput {}

@ObjectType("RevokeSessionPayload", { description: "The session that ended." })
export class RevokeSessionPayload extends MutationPayload {
  @Field(() => SessionType, { description: "The session as it was before it ended." })
  readonly session!: Session;
}
