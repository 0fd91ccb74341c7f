import { isList, isScalar, type PlainValue } from "./plain-value.js";

/** Computes one value from others. Throws a TypeError whose message is for the template's author. */
export type TemplateFunction = (...values: readonly PlainValue[]) => PlainValue;

/** The closed list of what a template may call; each gives a value, which is then written like any other. */
export const templateFunctions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  /** `{{text name "-data"}}`: the pieces as one string. */
  ["text", (...pieces) => pieces.map(scalar).join("")],
  /** `{{join command " "}}`: the items of a list as one string. */
  ["join", (list, separator = "") => items(list).map(scalar).join(scalar(separator))],
  /** `{{json spec}}`: the value as a string of JSON. */
  ["json", (value) => JSON.stringify(value ?? null)],
  /** `{{base64 text}}`: the UTF-8 bytes of a string in base64. */
  ["base64", (value) => Buffer.from(wellFormed(scalar(value)), "utf8").toString("base64")],
  /** `{{#if (is kind "HTTP")}}`: whether two plain values are the same. */
  ["is", (left, right) => scalar(left) === scalar(right) && typeof left === typeof right],
  /** `{{#with (find ports "protocol" "TCP")}}`: the first item whose field has this value, or null. */
  ["find", (list, field, wanted) => items(list).find((item) => fieldOf(item, scalar(field)) === wanted) ?? null],
]);

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
