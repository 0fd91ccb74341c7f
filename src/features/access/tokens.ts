import { createHash, hkdfSync, randomBytes } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import { LRUCache } from "lru-cache";
import type { Clock } from "../../kernel/clock.js";
import { Unauthenticated } from "../../kernel/errors.js";

/** An access token lives this long; what it may do is looked up at each use. */
export const accessTokenSeconds = 15 * 60;
/** A session that is not refreshed for this long ends. */
export const sessionDays = 30;

/** Tokens whose signature need not be computed again: those of as many people as use a server at the same time. */
const keptTokens = 5_000;

/** Whose token it is, and until when. */
interface Access {
  readonly memberId: string;
  readonly sessionId: string;
  readonly expiresAt: Date;
}

/** Makes and reads the tokens that clients hold. */
export class Tokens {
  private readonly key: Uint8Array;
  private readonly verified = new LRUCache<string, Access>({ max: keptTokens });

  constructor(
    secretKey: Buffer,
    private readonly clock: Clock,
  ) {
    this.key = new Uint8Array(hkdfSync("sha256", secretKey, "", "orrery access token", 32));
  }

  /** A signed access token for a session; `expiresAt` is when it stops working. */
  async issueAccess(memberId: string, sessionId: string): Promise<{ token: string; expiresAt: Date }> {
    const issuedAt = Math.floor(this.clock.now().getTime() / 1000);
    const expiresAt = issuedAt + accessTokenSeconds;
    const token = await new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject(memberId)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(this.key);
    return { token, expiresAt: new Date(expiresAt * 1000) };
  }

  /** Whose token this is; throws UNAUTHENTICATED when it is forged or over. */
  async readAccess(token: string): Promise<Access> {
    const known = this.verified.get(token);
    if (known && known.expiresAt > this.clock.now()) return known;
    try {
      const { payload } = await jwtVerify(token, this.key, { algorithms: ["HS256"], currentDate: this.clock.now() });
      if (typeof payload.sub === "string" && typeof payload["sid"] === "string" && payload.exp !== undefined) {
        const expiresAt = new Date(payload.exp * 1000);
        const access = { memberId: payload.sub, sessionId: payload["sid"], expiresAt };
        this.verified.set(token, access);
        return access;
      }
    } catch {
      // every reason is the same answer
    }
    throw new Unauthenticated("The access token is not valid or has expired. Refresh the session or log in again.");
  }
}

/** A refresh token: 256 random bits that are stored only as their hash. */
export const newRefreshToken = (): string => `ort_${randomBytes(32).toString("base64url")}`;
export const hashRefreshToken = (token: string): string => createHash("sha256").update(token).digest("hex");
