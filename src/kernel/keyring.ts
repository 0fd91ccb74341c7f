import { hkdfSync } from "node:crypto";

/** What a key is used for. */
export type KeyPurpose =
  "sealed values" | "access tokens" | "refresh tokens" | "idempotency keys" | "plan marks" | "login attempts";

/** A key for one purpose; `id` names the secret key that it is derived from, and tells nothing of it. */
export interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

const secretKeyBytes = 32;
const idBytes = 4;

/** The secret keys of an installation: the first makes what is new, all of them read what is there. */
export class Keyring {
  private readonly ids: readonly string[];

  constructor(private readonly secretKeys: readonly Buffer[]) {
    if (secretKeys.length === 0 || secretKeys.some(({ length }) => length !== secretKeyBytes))
      throw new Error(`A secret key must be ${secretKeyBytes} bytes.`);
    this.ids = secretKeys.map((secretKey) => derive(secretKey, "key id", idBytes).toString("hex"));
  }

  /** One key per purpose and secret key, derived by HKDF (RFC 5869): what leaks of one tells nothing of another. */
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
  /** @param underived The secret keys themselves, which values from before there were purposes are under. */
  constructor(
    private readonly keys: readonly Key[],
    readonly underived: readonly Buffer[],
  ) {}

  /** Makes what is new. */
  get current(): Key {
    return this.keys[0]!;
  }

  named(id: string | undefined): Key | undefined {
    return this.keys.find((key) => key.id === id);
  }
}

const derive = (secretKey: Buffer, purpose: string, bytes: number): Buffer =>
  Buffer.from(hkdfSync("sha256", secretKey, "", `orrery ${purpose}`, bytes));
