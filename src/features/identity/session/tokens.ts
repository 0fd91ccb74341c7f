import { createHash, randomBytes } from "node:crypto";
import { jwtVerify, SignJWT, type JWTPayload } from "jose";
import { LRUCache } from "lru-cache";
import type { Clock } from "../../../kernel/clock.js";
import { Unauthenticated } from "../../../kernel/errors.js";
import type { Keyring, PurposeKeys } from "../../../kernel/keyring.js";

/** An access token lives this long; what it may do is looked up at each use. */
const accessTokenSeconds = 15 * 60;

/** Tokens whose signature need not be computed again: those of as many people as use a server at the same time. */
const keptTokens = 5_000;
/** Tells whoever finds a refresh token what it is; scanners of leaked secrets look for such a beginning. */
const refreshPrefix = "ort_";

const unsignedToken = /^ort_[\w-]{43}$/;

/** Whose token it is, and until when. */
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

/** Which session a refresh token is for, and how often that had been refreshed when it was issued. */
export interface RefreshClaim {
  readonly sessionId: string;
  readonly generation: number;
}

/** Makes and reads the tokens that clients hold: JSON Web Tokens, each kind signed with a key of its own. */
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

  /** A signed access token for a session; `expiresAt` is when it stops working, at the end of the session at the latest. */
  async issueAccess({ id, memberId, expiresAt }: TokenSession): Promise<{ token: string; expiresAt: Date }> {
    const issuedAt = seconds(this.clock.now());
    const until = Math.min(issuedAt + accessTokenSeconds, seconds(expiresAt));
    const claims = { sid: id, sub: memberId, iat: issuedAt, exp: until };
    return { token: await sign(claims, this.accessKeys), expiresAt: new Date(until * 1000) };
  }

  /** Whose token this is; throws UNAUTHENTICATED when it is forged or over. */
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

  /** A refresh token. No two are the same, also of one generation. */
  async issueRefresh({ sessionId, generation }: RefreshClaim): Promise<string> {
    const claims = { sid: sessionId, gen: generation, jti: randomBytes(12).toString("base64url") };
    return refreshPrefix + (await sign(claims, this.refreshKeys));
  }

  /** What a refresh token says; undefined when it is forged. One from before they were signed says nothing by itself. */
  async readRefresh(token: string): Promise<RefreshClaim | "UNSIGNED" | undefined> {
    if (unsignedToken.test(token)) return "UNSIGNED";
    if (!token.startsWith(refreshPrefix)) return undefined;
    const { sid, gen } = (await verify(token.slice(refreshPrefix.length), this.refreshKeys, this.clock)) ?? {};
    return typeof sid === "string" && typeof gen === "number" ? { sessionId: sid, generation: gen } : undefined;
  }
}

/** Stands for a token in the database, which holds none. */
export const hashToken = (token: string): string => createHash("sha256").update(token).digest("hex");

const seconds = (time: Date): number => Math.floor(time.getTime() / 1000);

const sign = (claims: JWTPayload, { current }: PurposeKeys): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: current.id }).sign(current.bytes);

/** The claims of a token; undefined, for whatever reason, when it is not valid. */
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
