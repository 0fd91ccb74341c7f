import { Field, ID, InputType, ObjectType } from "type-graphql";
import { MutationPayload, RepeatableInput } from "../../foundation/graphql.js";
import { NodeType } from "../../foundation/node.type.js";
import type { Member } from "../member/member.entity.js";
import { MemberType } from "../member/member.type.js";
import type { Session } from "./session.entity.js";

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
