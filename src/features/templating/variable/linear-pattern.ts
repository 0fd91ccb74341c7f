import { LRUCache } from "lru-cache";
import { RE2JS, RE2JSException } from "re2js";

/** The maximum number of instructions of a compiled pattern. The pattern of a host name takes 510, of a label 130. */
const maxInstructions = 1_000;
/**
 * The maximum of instructions times characters for one value: up to 0.2 s for patterns made to be slow, 2 ms for
 * others.
 */
const maxSteps = 1_000_000;

/** Each pattern caches its states in up to 8 MB. */
const compiled = new LRUCache<string, RE2JS>({ max: 20 });

/** Why this cannot be a variable's pattern; undefined when it can. */
export function problemOfPattern(source: string): string | undefined {
  if (!isRegExp(source)) return "This is not a regular expression.";
  const pattern = compile(source);
  return typeof pattern === "string" ? pattern : undefined;
}

/**
 * Why these texts do not match the pattern as a whole; undefined when they do. RE2 takes time linear in the text,
 * whatever the pattern: re2js is its port to JavaScript, because the addon `re2` downloads a binary from GitHub when it
 * is installed.
 */
export function problemOfTexts(source: string, texts: readonly string[]): string | undefined {
  const pattern = compile(source);
  if (typeof pattern === "string")
    return `The pattern ${source} can no longer be used. ${pattern} Give the variable another pattern with updateVariable.`;
  const characters = texts.reduce((sum, { length }) => sum + length, 0);
  const most = Math.floor(maxSteps / pattern.programSize());
  if (characters > most)
    return `The pattern ${source} checks at most ${most} characters, and these are ${characters}. Give less, or make the pattern smaller.`;
  return texts.every((text) => pattern.testExact(text)) ? undefined : `It does not match the pattern ${source}.`;
}

/** The compiled pattern, or why it is invalid. */
function compile(source: string): RE2JS | string {
  const known = compiled.get(source);
  if (known) return known;
  const tooLarge = `It is too large: repeat less, so that it compiles to at most ${maxInstructions} instructions.`;
  // Compiling a long part that is repeated a thousand times would take a second.
  if (writtenOut(source) > maxInstructions) return tooLarge;
  // re2js reads it as a literal character.
  if ([...source.matchAll(token)].some(([text]) => text === "\\k")) return unlikeRe2("invalid escape sequence: `\\k`");
  try {
    const pattern = RE2JS.compile(RE2JS.translateRegExp(source));
    if (pattern.programSize() > maxInstructions) return tooLarge;
    compiled.set(source, pattern);
    return pattern;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return unlikeRe2(error.message.replace(/^error parsing regexp: /, ""));
  }
}

const unlikeRe2 = (why: string): string =>
  `A pattern must be one of RE2, without look-around and back-references: ${why}. Write it without.`;

function isRegExp(source: string): boolean {
  try {
    return new RegExp(source, "u").unicode;
  } catch {
    return false;
  }
}

const token = /\\[pPux]\{[^}]*\}|\\.|\[(?:\\.|[^\]\\])*\]|\(\?<[^>]*>|\(\?:|[()]|\{(\d+)(?:,(\d*))?\}|[*+?|^$]|./gsu;

/**
 * The number of characters and classes of the pattern with its repetitions expanded; it compiles to at least as many
 * instructions.
 */
function writtenOut(source: string): number {
  const open: { sum: number; last: number }[] = [{ sum: 0, last: 0 }];
  const add = (size: number): void => {
    const group = open.at(-1)!;
    group.sum += size;
    group.last = size;
  };
  for (const [text, least, most] of source.matchAll(token)) {
    if (text.startsWith("(")) open.push({ sum: 0, last: 0 });
    else if (text === ")" && open.length > 1) add(open.pop()!.sum);
    else if (least !== undefined) {
      const { last } = open.at(-1)!;
      add(last * (Math.max(Number(least), Number(most ?? 0)) - 1));
    } else if (!/^[*+?|^$)]$/.test(text)) add(1);
  }
  return open.reduce((sum, group) => sum + group.sum, 0);
}
