import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import type { Context } from "../../foundation/context.js";
import { MemberPayload } from "../member/member.type.js";
import { SessionPayload } from "../session/session.type.js";
import type { SessionTokens } from "../session/token-pairs.js";
import type { LoginService } from "./login.service.js";
import { LiftLoginDelayInput, LoginInput } from "./sign-in.type.js";

@Resolver()
export class SignInResolver {
  constructor(private readonly logins: LoginService) {}

  @Mutation(() => SessionPayload, {
    description:
      "Begins a session. Like `refreshSession`, it needs no access token. After 5 wrong passwords for an e-mail address, each further attempt from the same network must wait twice as long as the one before and is RATE_LIMITED until then. Many attempts from other networks delay the networks from which the member has not logged in lately. `liftLoginDelay` ends the delay.",
  })
  login(
    @Ctx() { userAgent, network }: Context,
    @Arg("input", () => LoginInput, { description: "The e-mail address and the password." }) input: LoginInput,
  ): Promise<SessionTokens> {
    return this.logins.login({ email: input.email, password: input.password, network, userAgent });
  }

  @Mutation(() => MemberPayload, {
    description:
      "Forgets the failed login attempts of a member, so that the member can log in at once. Needs `member:manage`.",
  })
  async liftLoginDelay(
    @Ctx() { actor }: Context,
    @Arg("input", () => LiftLoginDelayInput, { description: "The member whose login delay ends." })
    input: LiftLoginDelayInput,
  ): Promise<MemberPayload> {
    const { entity: member, cursor } = await this.logins.liftDelay(actor, input);
    return { member, cursor };
  }
}
