import type { Member } from "../member/member.entity.js";
import type { Session } from "./session.entity.js";
import type { Tokens } from "./tokens.js";

/** A session as it is handed to its client. */
export interface StartedSession {
  readonly member: Member;
  readonly session: Session;
  /** The journal as it was before. */
  readonly cursor: string;
}

/** What a login or a refresh gives to the client; the refresh token is shown this once. */
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
