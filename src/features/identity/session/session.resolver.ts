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
      "Exchanges a refresh token for a new pair of tokens. Reuse of an old refresh token ends the session, because the token may be stolen. Only the token that was replaced last may be used again, within 60 seconds, by a client that lost the response; of the pairs returned for it only one stays valid, so browser windows must share the newest.",
  })
  refreshSession(
    @Arg("input", () => RefreshSessionInput, { description: "The refresh token of the session." })
    { refreshToken }: RefreshSessionInput,
  ): Promise<SessionTokens> {
    return this.sessions.refresh(refreshToken);
  }

  @Mutation(() => RevokeSessionPayload, { description: "Ends the current session; its tokens stop working at once." })
  async logout(
    @Ctx() { actor }: Context,
    @Arg("input", () => LogoutInput, { nullable: true, description: "An optional idempotency key." })
    input: LogoutInput | null,
  ): Promise<RevokeSessionPayload> {
    const { entity: session, cursor } = await this.sessions.revoke(actor, {
      idempotencyKey: input?.idempotencyKey ?? null,
    });
    return { session, cursor };
  }

  @Mutation(() => RevokeSessionPayload, { description: "Ends one of your sessions; its tokens stop working at once." })
  async revokeSession(
    @Ctx() { actor }: Context,
    @Arg("input", () => RevokeSessionInput, { description: "The session to end." }) input: RevokeSessionInput,
  ): Promise<RevokeSessionPayload> {
    const { entity: session, cursor } = await this.sessions.revoke(actor, input);
    return { session, cursor };
  }
}
