import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";

/** Encrypts secrets at rest with AES-256-GCM; a sealed text is `v1.<nonce>.<tag>.<ciphertext>`, base64url. */
export class Seal {
  constructor(private readonly key: Buffer) {
    if (key.length !== 32) throw new Error("The secret key must be 32 bytes.");
  }

  /** `context` (the row's id) is authenticated, so that a sealed value cannot be moved to another row. */
  close(plain: string, context: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.key, nonce).setAAD(Buffer.from(context));
    const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
    return ["v1", ...[nonce, cipher.getAuthTag(), body].map((part) => part.toString("base64url"))].join(".");
  }

  /** Stands for a text: the same text has the same digest, and without the key nobody can guess at it. */
  digest(text: string): string {
    return createHmac("sha256", this.key).update(text).digest("hex");
  }

  open(sealed: string, context: string): string {
    const [version, nonce, tag, body] = sealed.split(".");
    if (version !== "v1" || nonce === undefined || tag === undefined || body === undefined)
      throw new Error("Not a sealed value.");
    const decipher = createDecipheriv("aes-256-gcm", this.key, Buffer.from(nonce, "base64url"))
      .setAAD(Buffer.from(context))
      .setAuthTag(Buffer.from(tag, "base64url"));
    return Buffer.concat([decipher.update(Buffer.from(body, "base64url")), decipher.final()]).toString("utf8");
  }
}
