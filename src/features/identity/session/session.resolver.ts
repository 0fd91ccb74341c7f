import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import type { Context } from "../../foundation/context.js";
import type { SessionService } from "./session.service.js";
import {
  LogoutInput,
  RefreshSessionInput,
  RevokeSessionInput,
  RevokeSessionPayload,
  SessionPayload,
  SessionType,
} from "./session.type.js";
import type { SessionTokens } from "./token-pairs.js";

@Resolver(() => SessionType)
export class SessionResolver {
  constructor(private readonly sessions: SessionService) {}
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
