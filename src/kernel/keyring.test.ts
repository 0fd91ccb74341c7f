import { createCipheriv, createHmac, randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { Digests } from "./digests.js";
import { Keyring, type KeyPurpose } from "./keyring.js";
import { SecretCipher } from "./secret-cipher.js";

const [first, second, third] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const purposes: KeyPurpose[] = [
  "sealed values",
  "access tokens",
  "refresh tokens",
  "idempotency keys",
  "plan marks",
  "login attempts",
];
const encryptedText = /^v2\.[0-9a-f]{8}\.[\w-]+\.[\w-]+\.[\w-]*$/;

/** As values were encrypted before there was a key for each purpose. */
function encryptedBefore(plain: string, context: string, key: Buffer): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  return ["v1", ...[nonce, cipher.getAuthTag(), body].map((part) => part.toString("base64url"))].join(".");
}

describe("the keys", () => {
  test("each purpose has a key of its own, and none is the secret key", () => {
    const keyring = new Keyring([first, second]);
    const keys = purposes.map((purpose) => keyring.for(purpose).current.bytes.toString("hex"));
    expect(new Set([...keys, first.toString("hex"), second.toString("hex")]).size).toBe(purposes.length + 2);
    expect(new Keyring([first]).for("sealed values").current).toEqual(keyring.for("sealed values").current);
  });

  test("the id of a key names its secret key and shows nothing of it", () => {
    const { id } = new Keyring([first]).for("sealed values").current;
    expect(id).toMatch(/^[0-9a-f]{8}$/);
    expect(new Keyring([second, first]).for("access tokens").named(id)?.id).toBe(id);
    expect(first.toString("hex")).not.toContain(id);
    expect(new Keyring([second]).for("access tokens").named(id)).toBeUndefined();
  });

  test.each([[[]], [[randomBytes(16)]], [[first, randomBytes(31)]]])("of a wrong length are refused", (...[keys]) =>
    expect(() => new Keyring(keys)).toThrow("32 bytes"),
  );
});

describe("an encrypted value", () => {
  test("names its key, is bound to its context, and is decrypted for as long as its key is known", () => {
    const encrypted = new SecretCipher(new Keyring([first])).encrypt("hush", "row_1");
    expect(encrypted).toMatch(encryptedText);
    expect(encrypted.split(".").slice(0, 2)).toEqual(["v2", new Keyring([first]).for("sealed values").current.id]);
    for (const keys of [[first], [second, first], [third, second, first]])
      expect(new SecretCipher(new Keyring(keys)).decrypt(encrypted, "row_1")).toBe("hush");
    expect(new SecretCipher(new Keyring([second, first])).encrypt("hush", "row_1").split(".")[1]).not.toBe(
      encrypted.split(".")[1],
    );
    expect(() => new SecretCipher(new Keyring([second])).decrypt(encrypted, "row_1")).toThrow(
      "not among the secret keys",
    );
    expect(() => new SecretCipher(new Keyring([first])).decrypt(encrypted, "row_2")).toThrow();
  });

  test("from before there were key ids is still decrypted, also when its key is a former one", () => {
    const encrypted = encryptedBefore("hush", "row_1", first);
    expect(encrypted).toMatch(/^v1\./);
    for (const keys of [[first], [second, first]])
      expect(new SecretCipher(new Keyring(keys)).decrypt(encrypted, "row_1")).toBe("hush");
    expect(() => new SecretCipher(new Keyring([second])).decrypt(encrypted, "row_1")).toThrow();
    expect(() => new SecretCipher(new Keyring([first])).decrypt(encrypted, "row_2")).toThrow();
  });

  test.each(["", "hush", "v1", "v1.a.b", "v2.a.b.c", "v3.a.b.c.d", "v1.a.b.c.d"])("%j is none", (text) =>
    expect(() => new SecretCipher(new Keyring([first])).decrypt(text, "row_1")).toThrow(),
  );
});

describe("a digest", () => {
  test("is the same for the same text, and is known again after the key was replaced", () => {
    const before = new Digests(new Keyring([first]), "idempotency keys");
    const after = new Digests(new Keyring([second, first]), "idempotency keys");
    const digest = before.of("text");
    expect(before.of("text")).toBe(digest);
    expect(after.of("text")).not.toBe(digest);
    expect(after.of("text", digest)).toBe(digest);
    expect([after.matches(digest, "text"), after.matches(digest, "other")]).toEqual([true, false]);
    expect(new Digests(new Keyring([first]), "plan marks").matches(digest, "text")).toBe(false);
  });

  test("from before there were key ids is known again", () => {
    const old = createHmac("sha256", first).update("text").digest("hex");
    for (const keys of [[first], [second, first]]) {
      const digests = new Digests(new Keyring(keys), "idempotency keys");
      expect([digests.matches(old, "text"), digests.matches(old, "other")]).toEqual([true, false]);
    }
    expect(new Digests(new Keyring([first]), "plan marks").of("text", old)).toBe(old);
  });
});
