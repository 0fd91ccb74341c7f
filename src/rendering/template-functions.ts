import { isList, isScalar, type PlainValue } from "./plain-value.js";
import { base64Of } from "./sealed-text.js";

/** A function of templates, which computes a value from others. */
export interface TemplateFunction {
  /** The minimum and maximum number of arguments. */
  readonly takes: readonly [least: number, most: number];
  /** Throws a TypeError whose message is for the template's author. */
  readonly compute: (...values: readonly PlainValue[]) => PlainValue;
}

/** The functions that accept a secret: their result is decrypted with it. All others could reveal a part of it. */
export const opaqueFunctions: ReadonlySet<string> = new Set(["text", "base64"]);

/** The maximum length of a text in characters: a Kubernetes object holds 1.5 MB at most. */
export const maxTextLength = 1_048_576;
const any = Number.POSITIVE_INFINITY;

/** The closed list of functions of templates; each returns a value, which is written like any other. */
export const templateFunctions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  /** `{{text name "-data"}}`: the pieces as one string. */
  ["text", { takes: [1, any], compute: (...pieces) => joined(pieces, "") }],
  /** `{{join command " "}}`: the items of a list as one string. */
  ["join", { takes: [1, 2], compute: (list, separator = "") => joined(items(list), scalar(separator)) }],
  /** `{{json spec}}`: the value as a string of JSON. */
  ["json", { takes: [1, 1], compute: (value) => JSON.stringify(value ?? null) }],
  /** `{{base64 text}}`: the UTF-8 bytes of a string in base64. */
  ["base64", { takes: [1, 1], compute: (value) => base64Of(wellFormed(scalar(value))) }],
  /** `{{#if (is kind "HTTP")}}`: whether two scalars are equal. */
  ["is", { takes: [2, 2], compute: (left, right) => scalar(left) === scalar(right) && typeof left === typeof right }],
  /** `{{#with (find ports "protocol" "TCP")}}`: the first item whose field has this value, or null. */
  [
    "find",
    {
      takes: [3, 3],
      compute: (list, field, wanted) => items(list).find((item) => fieldOf(item, scalar(field)) === wanted) ?? null,
    },
  ],
]);

/** Never exceeds the maximum length, not even temporarily. */
function joined(pieces: readonly PlainValue[], separator: string): string {
  let text = "";
  for (const [index, piece] of pieces.entries()) {
    text += index === 0 ? scalar(piece) : separator + scalar(piece);
    if (text.length > maxTextLength) throw new TypeError(`The text is longer than ${maxTextLength} characters.`);
  }
  return text;
}

function scalar(value: PlainValue | undefined): string {
  if (value === undefined || !isScalar(value))
    throw new TypeError("Only texts, numbers and booleans can be used here.");
  return String(value);
}

function items(value: PlainValue | undefined): readonly PlainValue[] {
  if (value === undefined || !isList(value)) throw new TypeError("The first value must be a list.");
  return value;
}

function fieldOf(item: PlainValue, field: string): PlainValue | undefined {
  return typeof item === "object" && item !== null && !isList(item) ? item[field] : undefined;
}

function wellFormed(value: string): string {
  if (/\p{Cs}/u.test(value)) throw new TypeError("The text holds half of a surrogate pair, which has no bytes.");
  return value;
}
