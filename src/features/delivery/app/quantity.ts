const memoryUnits: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** Millicores of a Kubernetes CPU quantity (`500m`, `0.5`, `2`), or undefined when it is none or not positive. */
export function parseCpu(value: string): number | undefined {
  const match = /^(\d{1,9})(?:(m)|\.(\d{1,3}))?$/.exec(value);
  if (!match) return undefined;
  const millis = match[2] ? Number(match[1]) : Number(match[1]) * 1_000 + Number((match[3] ?? "").padEnd(3, "0"));
  return millis > 0 ? millis : undefined;
}

/** Bytes of a Kubernetes memory quantity (`256Mi`, `1G`), or undefined when it is none or not positive. */
export function parseMemory(value: string): number | undefined {
  const match = /^(\d{1,12})(k|M|G|T|Ki|Mi|Gi|Ti)?$/.exec(value);
  if (!match) return undefined;
  const bytes = Number(match[1]) * memoryUnits[match[2] ?? ""]!;
  return bytes > 0 ? bytes : undefined;
}
