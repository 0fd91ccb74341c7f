import { createHmac, timingSafeEqual } from "node:crypto";
import type { KeyPurpose, Keyring, PurposeKeys } from "./keyring.js";

/**
 * Keyed digests (HMAC-SHA-256), written `<key id>.<hex>`: equal texts have equal digests, and nobody without the key
 * can guess the text. A digest without a key id was made with a secret key itself.
 */
export class Digests {
  private readonly keys: PurposeKeys;

  constructor(keyring: Keyring, purpose: KeyPurpose) {
    this.keys = keyring.for(purpose);
  }

  /** The digest of a text; with the key of an earlier digest, if one is given and its key is known. */
  of(text: string, earlier?: string): string {
    if (earlier !== undefined && !earlier.includes(".")) return hmac(this.keys.underived[0]!, text);
    const { id, bytes } = this.keys.named(earlier?.split(".")[0]) ?? this.keys.current;
    return `${id}.${hmac(bytes, text)}`;
  }

  /** Whether the digest is of this text. */
  matches(digest: string, text: string): boolean {
    const candidates = digest.includes(".")
      ? [this.of(text, digest)]
      : this.keys.underived.map((key) => hmac(key, text));
    return candidates.some((each) => isSame(each, digest));
  }
}

const hmac = (key: Buffer, text: string): string => createHmac("sha256", key).update(text).digest("hex");

const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
