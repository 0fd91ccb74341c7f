import { namespaceLookup } from "../features/delivery/namespace/namespace-lookup.js";
import { MemberReader } from "../features/identity/member/member.reader.js";
import { MemberResolver } from "../features/identity/member/member.resolver.js";
import { MemberService } from "../features/identity/member/member.service.js";
import { Passwords } from "../features/identity/member/password.js";
import { ActorReader } from "../features/identity/session/actor.reader.js";
import { SessionLifetime } from "../features/identity/session/session-lifetime.js";
import { SessionReader } from "../features/identity/session/session.reader.js";
import { SessionResolver } from "../features/identity/session/session.resolver.js";
import { SessionService } from "../features/identity/session/session.service.js";
import { TokenPairs } from "../features/identity/session/token-pairs.js";
import { Tokens } from "../features/identity/session/tokens.js";
import { ViewerResolver } from "../features/identity/session/viewer.resolver.js";
import { LoginAttempts } from "../features/identity/sign-in/login-attempts.js";
import { LoginService } from "../features/identity/sign-in/login.service.js";
import { SignInResolver } from "../features/identity/sign-in/sign-in.resolver.js";
import { Digests } from "../kernel/digests.js";
import type { Dependencies } from "./dependencies.js";

/** What other parts use of the area of members, roles and sessions. */
export interface Identity {
  readonly members: MemberReader;
  readonly sessions: SessionService;
  readonly sessionReader: SessionReader;
  readonly resolvers: readonly object[];
}

/** Builds the area of members, roles and sessions. */
export function composeIdentity(dependencies: Dependencies): Identity {
  const { config, fork, readModel, mutations, policy, keyring, statements, newId, clock } = dependencies;
  const tokens = new Tokens(keyring, clock);
  const pairs = new TokenPairs(tokens);
  const passwords = new Passwords();
  const lifetime = new SessionLifetime(config.sessionMaxDays);
  const attempts = new LoginAttempts(fork, new Digests(keyring, "login attempts"), clock);
  const sessions = new SessionService(
    fork,
    mutations,
    tokens,
    pairs,
    lifetime,
    new ActorReader(statements, clock),
    clock,
  );
  const sessionReader = new SessionReader(readModel, clock);
  const members = new MemberReader(readModel, policy);
  const memberService = new MemberService(mutations, policy, passwords, sessions, namespaceLookup, newId);
  const logins = new LoginService(fork, mutations, policy, passwords, attempts, pairs, lifetime, newId, clock);
  return {
    members,
    sessions,
    sessionReader,
    resolvers: [
      new MemberResolver(memberService, members),
      new ViewerResolver(members, sessionReader, policy),
      new SessionResolver(sessions),
      new SignInResolver(logins),
    ],
  };
}
