import { Digests } from "../../kernel/digests.js";
import type { Area } from "../foundation/area.js";
import type { Dependencies } from "../foundation/dependencies.js";
import type { Policy } from "./access/policy.js";
import type { NamespaceLookup } from "./member/member-ports.js";
import { Member, RoleGrant } from "./member/member.entity.js";
import { MemberReader } from "./member/member.reader.js";
import { MemberResolver } from "./member/member.resolver.js";
import { MemberService } from "./member/member.service.js";
import { Passwords } from "./member/password.js";
import { ActorReader } from "./session/actor.reader.js";
import { SessionLifetime } from "./session/session-lifetime.js";
import { Session } from "./session/session.entity.js";
import { SessionReader } from "./session/session.reader.js";
import { SessionResolver } from "./session/session.resolver.js";
import { SessionService } from "./session/session.service.js";
import { StreamReservations } from "./session/stream-reservations.js";
import { TokenPairs } from "./session/token-pairs.js";
import { Tokens } from "./session/tokens.js";
import { ViewerResolver } from "./session/viewer.resolver.js";
import { LoginAttempts } from "./sign-in/login-attempts.js";
import { LoginService } from "./sign-in/login.service.js";
import { SignInResolver } from "./sign-in/sign-in.resolver.js";

/** What the API authenticates by. */
export interface IdentityServices {
  readonly tokenPairs: TokenPairs;
  readonly sessionLifetime: SessionLifetime;
  readonly sessions: SessionService;
  readonly reservations: StreamReservations;
}

export function identityServices(
  dependencies: Dependencies & { readonly config: { readonly sessionMaxDays: number } },
): IdentityServices {
  const { config, fork, statements, keyring, cipher, clock } = dependencies;
  const tokens = new Tokens(keyring, clock);
  const tokenPairs = new TokenPairs(tokens);
  const sessionLifetime = new SessionLifetime(config.sessionMaxDays);
  const actors = new ActorReader(statements, clock);
  return {
    tokenPairs,
    sessionLifetime,
    sessions: new SessionService({ ...dependencies, tokens, tokenPairs, sessionLifetime, actors }),
    reservations: new StreamReservations(fork, cipher),
  };
}

interface IdentityDependencies extends Dependencies, IdentityServices {
  readonly policy: Policy;
  readonly namespaceLookup: NamespaceLookup;
}

/** Members, their roles and their sessions. */
export const identity: Area<IdentityDependencies> = {
  entities: [Member, Session, RoleGrant],
  resolverClasses: [ViewerResolver, MemberResolver, SessionResolver, SignInResolver],
  operations: (dependencies) => {
    const { fork, readModel, keyring, clock, policy, sessions, namespaceLookup } = dependencies;
    const passwords = new Passwords();
    const attempts = new LoginAttempts(fork, new Digests(keyring, "login attempts"), clock);
    const members = new MemberReader(readModel, policy);
    const sessionReader = new SessionReader(readModel, clock);
    const memberService = new MemberService({ ...dependencies, passwords, namespaces: namespaceLookup });
    return {
      resolvers: [
        new MemberResolver(memberService, members),
        new ViewerResolver(members, sessionReader, policy),
        new SessionResolver(sessions),
        new SignInResolver(new LoginService({ ...dependencies, passwords, attempts })),
      ],
      nodes: {
        Member: ({ actor }, id) => members.member(actor, id),
        Session: ({ actor }, id) => sessionReader.session(actor, id),
        RoleGrant: ({ actor }, id) => members.grant(actor, id),
      },
    };
  },
};
