import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { Keyring, PurposeKeys } from "./keyring.js";

/**
 * Encrypts secrets at rest with AES-256-GCM. An encrypted text is `v2.<key id>.<nonce>.<tag>.<ciphertext>` in
 * base64url. An older one, `v1.<nonce>.<tag>.<ciphertext>`, is encrypted with a secret key itself and can still be
 * decrypted.
 */
export class SecretCipher {
  private readonly keys: PurposeKeys;

  constructor(keyring: Keyring) {
    this.keys = keyring.for("sealed values");
  }

  /** `context` (the row's id) is authenticated, so that an encrypted value cannot be moved to another row. */
  encrypt(plain: string, context: string): string {
    const { id, bytes } = this.keys.current;
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", bytes, nonce).setAAD(Buffer.from(context));
    const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
    return ["v2", id, ...[nonce, cipher.getAuthTag(), body].map((part) => part.toString("base64url"))].join(".");
  }

  /** Throws for a text that was not encrypted for this context, or whose key is no longer known. */
  decrypt(encrypted: string, context: string): string {
    const [version, ...parts] = encrypted.split(".");
    if (version === "v2" && parts.length === 4) {
      const [id, ...body] = parts;
      const key = this.keys.named(id);
      if (!key) throw new Error(`The key ${id} of an encrypted value is not among the secret keys.`);
      return decrypt(body, context, key.bytes);
    }
    if (version === "v1" && parts.length === 3) return this.decryptV1(parts, context);
    throw new Error("Not an encrypted value.");
  }

  /** The text does not name its key, so every key is tried. */
  private decryptV1(parts: readonly string[], context: string): string {
    let failure: unknown;
    for (const key of this.keys.underived) {
      try {
        return decrypt(parts, context, key);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }
}

function decrypt(parts: readonly string[], context: string, key: Buffer): string {
  const [nonce, tag, body] = parts.map((part) => Buffer.from(part, "base64url"));
  const decipher = createDecipheriv("aes-256-gcm", key, nonce!, { authTagLength: 16 })
    .setAAD(Buffer.from(context))
    .setAuthTag(tag!);
  return Buffer.concat([decipher.update(body!), decipher.final()]).toString("utf8");
}
