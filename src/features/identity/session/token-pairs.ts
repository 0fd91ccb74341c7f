import type { Member } from "../member/member.entity.js";
import type { Session } from "./session.entity.js";
import type { Tokens } from "./tokens.js";

/** A session as it is returned to its client. */
export interface StartedSession {
  readonly member: Member;
  readonly session: Session;
  /** The journal's position before the change. */
  readonly cursor: string;
}

/** The result of a login or a refresh; the refresh token is returned only here. */
export interface SessionTokens extends StartedSession {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Date;
  readonly refreshToken: string;
}

/** Issues the two tokens of a session. */
export class TokenPairs {
  constructor(private readonly tokens: Tokens) {}

  async issue(granted: StartedSession): Promise<SessionTokens> {
    const { id: sessionId, refreshGeneration: generation } = granted.session;
    const [{ token, expiresAt }, refreshToken] = await Promise.all([
      this.tokens.issueAccess(granted.session),
      this.tokens.issueRefresh({ sessionId, generation }),
    ]);
    return { ...granted, accessToken: token, accessTokenExpiresAt: expiresAt, refreshToken };
  }
}
