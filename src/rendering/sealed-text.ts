import type { PlainValue } from "./plain-value.js";

/** What a text may hold that stands for a secret: it is opened where it is applied, and nowhere else. */
const sealed = /orrery-sealed\((var_[0-9a-f]{32}),([\w.:-]+)\)/g;
/** Stands for the base64 of a text that holds a secret, which cannot be made before that is opened. */
const later = /orrery-base64\(([\w-]+)\)/g;
const either = new RegExp(`${sealed.source}|${later.source}`, "g");
const hidden = "(secret)";

/** A secret variable's content as templates write it. `content` is encrypted for the variable, so it cannot stand for another. */
export const sealedText = (variableId: string, content: string): string => `orrery-sealed(${variableId},${content})`;

/** Whether a secret is anywhere in the value. */
export const holdsSealed = (value: PlainValue): boolean =>
  (typeof value === "string" ? value : JSON.stringify(value)).search(either) !== -1;

/** The base64 of a text; of one that holds a secret what stands for it, so that no secret can be had in another writing. */
export const base64Of = (text: string): string =>
  holdsSealed(text) ? `orrery-base64(${Buffer.from(text).toString("base64url")})` : inBase64(text);

/** The text with its secrets opened. */
export const openText = (text: string, open: (variableId: string, content: string) => string): string =>
  text
    .replace(later, (_whole, inner: string) => inBase64(openText(fromBase64(inner), open)))
    .replace(sealed, (_whole, variableId: string, content: string) => open(variableId, content));

/** A value of a Secret's `data`, where Kubernetes has base64: what stands for that as a whole is base64 itself. */
export const asData = (text: string): string => {
  const [whole, inner] = new RegExp(`^${later.source}$`).exec(text) ?? [];
  return whole === undefined ? text : inBase64(fromBase64(inner!));
};

/** The text as people may see it: nothing of a secret, encrypted or not, in whatever writing. */
export const hideSealed = (text: string): string =>
  isBase64(text) && holdsSealed(fromBase64(text)) ? hidden : text.replace(either, hidden);

/** The same for every text in a value of JSON. */
export function hideSealedIn<T>(value: T): T {
  if (typeof value === "string") return hideSealed(value) as T;
  if (Array.isArray(value)) return value.map(hideSealedIn) as T;
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, hideSealedIn<unknown>(each)])) as T;
}

const inBase64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");
const fromBase64 = (text: string): string => Buffer.from(text, "base64").toString("utf8");
/** As short as what stands for a secret can be. */
const isBase64 = (text: string): boolean => /^[\w+/-]{60,}={0,2}$/.test(text);
