import { createHash, randomBytes } from "node:crypto";
import { jwtVerify, SignJWT, type JWTPayload } from "jose";
import { LRUCache } from "lru-cache";
import type { Clock } from "../../../kernel/clock.js";
import { Unauthenticated } from "../../../kernel/errors.js";
import type { Keyring, PurposeKeys } from "../../../kernel/keyring.js";

/** The lifetime of an access token; the rights are read at each use. */
const accessTokenSeconds = 15 * 60;

/** The number of tokens whose signatures are cached: about as many as people who use a server at the same time. */
const keptTokens = 5_000;
/** The prefix of refresh tokens, by which people and secret scanners recognise a leaked one. */
const refreshPrefix = "ort_";

const unsignedToken = /^ort_[\w-]{43}$/;

/** The session of a token, and when the token expires. */
interface Access {
  readonly memberId: string;
  readonly sessionId: string;
  readonly expiresAt: Date;
}

/** The session that a token is for. */
interface TokenSession {
  readonly id: string;
  readonly memberId: string;
  readonly expiresAt: Date;
}

/** The session of a refresh token, and how often it had been refreshed when the token was issued. */
export interface RefreshClaim {
  readonly sessionId: string;
  readonly generation: number;
}

/** Issues and verifies the tokens of clients: JSON Web Tokens, each kind signed with its own key. */
export class Tokens {
  private readonly accessKeys: PurposeKeys;
  private readonly refreshKeys: PurposeKeys;
  private readonly verified = new LRUCache<string, Access>({ max: keptTokens });

  constructor(
    keyring: Keyring,
    private readonly clock: Clock,
  ) {
    this.accessKeys = keyring.for("access tokens");
    this.refreshKeys = keyring.for("refresh tokens");
  }

  /** A signed access token for a session; `expiresAt` is no later than the end of the session. */
  async issueAccess({ id, memberId, expiresAt }: TokenSession): Promise<{ token: string; expiresAt: Date }> {
    const issuedAt = seconds(this.clock.now());
    const until = Math.min(issuedAt + accessTokenSeconds, seconds(expiresAt));
    const claims = { sid: id, sub: memberId, iat: issuedAt, exp: until };
    return { token: await sign(claims, this.accessKeys), expiresAt: new Date(until * 1000) };
  }

  /** The claims of an access token; throws UNAUTHENTICATED when it is forged or expired. */
  async readAccess(token: string): Promise<Access> {
    const known = this.verified.get(token);
    if (known && known.expiresAt > this.clock.now()) return known;
    const { sub, sid, exp } = (await verify(token, this.accessKeys, this.clock)) ?? {};
    if (typeof sub !== "string" || typeof sid !== "string" || exp === undefined)
      throw new Unauthenticated("The access token is not valid or has expired. Refresh the session or log in again.");
    const access = { memberId: sub, sessionId: sid, expiresAt: new Date(exp * 1000) };
    this.verified.set(token, access);
    return access;
  }

  /** A refresh token. No two are equal, even within one generation. */
  async issueRefresh({ sessionId, generation }: RefreshClaim): Promise<string> {
    const claims = { sid: sessionId, gen: generation, jti: randomBytes(12).toString("base64url") };
    return refreshPrefix + (await sign(claims, this.refreshKeys));
  }

  /**
   * The claims of a refresh token; undefined when it is forged. A token from before tokens were signed has no claims.
   */
  async readRefresh(token: string): Promise<RefreshClaim | "UNSIGNED" | undefined> {
    if (unsignedToken.test(token)) return "UNSIGNED";
    if (!token.startsWith(refreshPrefix)) return undefined;
    const { sid, gen } = (await verify(token.slice(refreshPrefix.length), this.refreshKeys, this.clock)) ?? {};
    return typeof sid === "string" && typeof gen === "number" ? { sessionId: sid, generation: gen } : undefined;
  }
}

/** The hash that the database stores instead of a token. */
export const hashToken = (token: string): string => createHash("sha256").update(token).digest("hex");

const seconds = (time: Date): number => Math.floor(time.getTime() / 1000);

const sign = (claims: JWTPayload, { current }: PurposeKeys): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: current.id }).sign(current.bytes);

/** The claims of a token; undefined when it is not valid, for whatever reason. */
async function verify(token: string, keys: PurposeKeys, clock: Clock): Promise<JWTPayload | undefined> {
  const key = ({ kid }: { kid?: string }): Buffer => {
    const found = keys.named(kid);
    if (!found) throw new Error("The token is signed with an unknown key.");
    return found.bytes;
  };
  try {
    return (await jwtVerify(token, key, { algorithms: ["HS256"], currentDate: clock.now() })).payload;
  } catch {
    return undefined;
  }
}
