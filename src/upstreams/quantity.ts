const exponents: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binaryExponents: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

/**
 * The number that a resource quantity stands for (`500m`, `1Gi`, `1e3`): cores, bytes or a count. Zero when it is
 * invalid.
 */
export function quantityOf(text: unknown): number {
  const match = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/.exec(String(text));
  if (!match) return 0;
  const [, digits, exponent, suffix = ""] = match;
  // Decimal suffixes are exponents, so that `1009m` is the very number that `1.009` is.
  return Number(`${digits}e${exponent ?? exponents[suffix] ?? 0}`) * 2 ** (binaryExponents[suffix] ?? 0);
}
