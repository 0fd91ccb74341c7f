import { isStorable } from "./storable.js";

/**
 * The allowed content of a text: visible characters in one line, those and tabs in several lines, or whatever
 * PostgreSQL can store.
 */
export type TextContent = "LINE" | "LINES" | "ANYTHING";

/**
 * Characters that are invisible or change how others are displayed: controls, line separators, direction marks,
 * zero-width characters, tags. The joiners U+200C and U+200D are allowed, because Persian, Indic scripts and emoji need
 * them.
 */
const hidden =
  /[\p{Cc}\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
const hiddenInLines = new RegExp(`(?![\\n\\t])${hidden.source}`, "gu");

const patterns: Readonly<Record<Exclude<TextContent, "ANYTHING">, RegExp>> = { LINE: hidden, LINES: hiddenInLines };

/** Why the text does not have this content; undefined when it does. */
export function problemOfText(text: string, content: TextContent): string | undefined {
  if (!isStorable(text)) return "Text without zero bytes and unpaired surrogates, please: no database holds them.";
  if (content === "ANYTHING") return undefined;
  const at = text.search(patterns[content]);
  if (at === -1) return undefined;
  const what = content === "LINE" ? "line breaks, control characters" : "control characters but line feeds and tabs";
  return `Text without ${what} and characters that hide or turn text around, please: there is ${nameOf(text.codePointAt(at)!)} at index ${at}.`;
}

/**
 * The text with every disallowed character written as `\uXXXX`, so that no terminal or chat displays it differently.
 */
export const escapeHidden = (text: string, content: Exclude<TextContent, "ANYTHING">): string =>
  text.replace(patterns[content], (character) =>
    Array.from({ length: character.length }, (_, unit) => `\\u${hex(character.charCodeAt(unit)).toLowerCase()}`).join(
      "",
    ),
  );

/** The same for every text in a JSON value. */
export function escapeHiddenIn<T>(value: T): T {
  if (typeof value === "string") return escapeHidden(value, "LINES") as T;
  if (Array.isArray(value)) return value.map(escapeHiddenIn) as T;
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [escapeHidden(key, "LINE"), escapeHiddenIn<unknown>(each)]),
  ) as T;
}

const nameOf = (codePoint: number): string => `U+${hex(codePoint)}`;
const hex = (code: number): string => code.toString(16).toUpperCase().padStart(4, "0");
