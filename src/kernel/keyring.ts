import { hkdfSync } from "node:crypto";

/** The purpose of a key. Keys are derived from these texts, so a text never changes. */
export type KeyPurpose =
  "sealed values" | "access tokens" | "refresh tokens" | "idempotency keys" | "plan marks" | "login attempts";

/** A key for one purpose; `id` identifies the secret key that it is derived from, without revealing it. */
export interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

const secretKeyBytes = 32;
const idBytes = 4;

/** The secret keys of an installation: the first one encrypts and signs, all of them decrypt and verify. */
export class Keyring {
  private readonly ids: readonly string[];

  constructor(private readonly secretKeys: readonly Buffer[]) {
    if (secretKeys.length === 0 || secretKeys.some(({ length }) => length !== secretKeyBytes))
      throw new Error(`A secret key must be ${secretKeyBytes} bytes.`);
    this.ids = secretKeys.map((secretKey) => derive(secretKey, "key id", idBytes).toString("hex"));
  }

  /** One key per purpose and secret key, derived by HKDF (RFC 5869): a leaked key reveals nothing of another. */
  for(purpose: KeyPurpose): PurposeKeys {
    return new PurposeKeys(
      this.secretKeys.map((secretKey, at) => ({
        id: this.ids[at]!,
        bytes: derive(secretKey, purpose, secretKeyBytes),
      })),
      this.secretKeys,
    );
  }
}

/** The keys of one purpose. */
export class PurposeKeys {
  /** @param underived The secret keys themselves, for values from before keys were derived per purpose. */
  constructor(
    private readonly keys: readonly Key[],
    readonly underived: readonly Buffer[],
  ) {}

  /** The key for new values. */
  get current(): Key {
    return this.keys[0]!;
  }

  named(id: string | undefined): Key | undefined {
    return this.keys.find((key) => key.id === id);
  }
}

const derive = (secretKey: Buffer, purpose: string, bytes: number): Buffer =>
  Buffer.from(hkdfSync("sha256", secretKey, "", `orrery ${purpose}`, bytes));
