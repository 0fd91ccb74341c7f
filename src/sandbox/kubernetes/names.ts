import { createHash, randomInt } from "node:crypto";

/** The letters of generated names: no vowels, so that no words come out. */
const letters = "bcdfghjklmnpqrstvwxz2456789";

/** Five letters, as `generateName` appends. */
export const randomSuffix = (): string => Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join("");

/** A short name for a content, the same for the same content: `7bf79c896c`. */
export function contentName(content: unknown): string {
  const digest = createHash("sha256").update(JSON.stringify(content)).digest();
  return Array.from(digest.subarray(0, 10), (byte) => letters[byte % letters.length]).join("");
}
