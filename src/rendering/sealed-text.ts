import type { PlainValue } from "./plain-value.js";

/** The placeholder of a secret in a text: it is replaced by the secret when an object is applied, and nowhere else. */
const sealed = /orrery-sealed\((var_[0-9a-f]{32}),([\w.:-]+)\)/g;
/** The placeholder of the base64 of a text with a secret, which cannot be computed before the secret is decrypted. */
const later = /orrery-base64\(([\w-]+)\)/g;
const either = new RegExp(`${sealed.source}|${later.source}`, "g");
const hidden = "(secret)";

/**
 * The value of a secret variable as templates write it. `content` is encrypted for the variable, so it cannot stand for
 * another.
 */
export const sealedText = (variableId: string, content: string): string => `orrery-sealed(${variableId},${content})`;

/** Whether the value contains a secret. */
export const holdsSealed = (value: PlainValue): boolean =>
  (typeof value === "string" ? value : JSON.stringify(value)).search(either) !== -1;

/** The base64 of a text; of a text with a secret, its placeholder, so that no secret is visible in another encoding. */
export const base64Of = (text: string): string =>
  holdsSealed(text) ? `orrery-base64(${Buffer.from(text).toString("base64url")})` : inBase64(text);

/** The text with its secrets decrypted. */
export const openText = (text: string, open: (variableId: string, content: string) => string): string =>
  text
    .replace(later, (_whole, inner: string) => inBase64(openText(fromBase64(inner), open)))
    .replace(sealed, (_whole, variableId: string, content: string) => open(variableId, content));

/** A value of a Secret's `data`, which is base64: a placeholder of base64 becomes base64 as a whole. */
export const asData = (text: string): string => {
  const [whole, inner] = new RegExp(`^${later.source}$`).exec(text) ?? [];
  return whole === undefined ? text : inBase64(fromBase64(inner!));
};

/** The text as people may see it: without secrets in any form, encrypted or encoded. */
export const hideSealed = (text: string): string =>
  isBase64(text) && holdsSealed(fromBase64(text)) ? hidden : text.replace(either, hidden);

/** The same for every text in a JSON value. */
export function hideSealedIn<T>(value: T): T {
  if (typeof value === "string") return hideSealed(value) as T;
  if (Array.isArray(value)) return value.map(hideSealedIn) as T;
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, hideSealedIn<unknown>(each)])) as T;
}

const inBase64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");
const fromBase64 = (text: string): string => Buffer.from(text, "base64").toString("utf8");
/** The minimum length of a placeholder. */
const isBase64 = (text: string): boolean => /^[\w+/-]{60,}={0,2}$/.test(text);
