const factors: Readonly<Record<string, number>> = {
  "": 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The number a resource quantity stands for (`500m`, `1Gi`, `1e3`), or undefined when it is none. */
export function quantity(text: unknown): number | undefined {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/.exec(String(text));
  if (!match) return undefined;
  const [, digits, exponent, suffix] = match;
  return Number(`${digits}${exponent ?? ""}`) * (factors[suffix ?? ""] ?? 1);
}

/** A number as a quantity: whole units, or thousandths. */
export const quantityText = (value: number): string =>
  Number.isInteger(value) ? String(value) : `${Math.round(value * 1000)}m`;

const decimal = ["", "k", "M", "G", "T", "P", "E"];
const binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** A quantity as the server writes it: `0.5` as `500m`, `1024Mi` as `1Gi`, `1000m` as `1`. What is none stays. */
export function canonicalQuantity<T>(text: T): T | string {
  const value = quantity(text);
  if (value === undefined) return text;
  if (!Number.isInteger(value)) return quantityText(value);
  const [base, suffixes] = String(text).endsWith("i") ? [1024, binary] : [1000, decimal];
  let [shown, at] = [value, 0];
  for (; shown !== 0 && shown % base === 0 && at < suffixes.length - 1; at++) shown /= base;
  return `${shown}${suffixes[at]}`;
}
