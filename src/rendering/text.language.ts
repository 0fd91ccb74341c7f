import type { OutputLanguage } from "./output-language.js";
import { isScalar } from "./plain-value.js";
import { RenderingError } from "./rendering-error.js";
import type { Placed } from "./skeleton.js";

/** Plain text: values as they are, without control characters, which could control a terminal. */
export const textLanguage: OutputLanguage = {
  check: () => undefined,
  write: (skeleton) =>
    skeleton.fill((placed) =>
      scalarText(placed)
        .replace(/(?![\n\t])\p{Cc}/gu, "")
        .replace(/\p{Cs}/gu, "\ufffd"),
    ),
};

/** A value as one text; refuses lists and objects, which only YAML can write. */
export function scalarText({ value, path, place }: Placed): string {
  if (!isScalar(value)) throw new RenderingError(place, `"${path}" is a list or an object; name one of its values.`);
  return String(value);
}

/** Refuses a value with characters that its language cannot write. */
export function refuseCharacters({ path, place }: Placed, text: string, illegal: RegExp, language: string): void {
  const found = illegal.exec(text);
  if (!found) return;
  const code = found[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
  throw new RenderingError(place, `"${path}" holds U+${code} at index ${found.index}, which ${language} cannot write.`);
}
