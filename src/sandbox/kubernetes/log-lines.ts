import { type Cause, invalid } from "./status-error.js";

/** One line as a container printed it; `at` in nanoseconds since 1970. */
export interface LogLine {
  readonly at: bigint;
  /** Text, or bytes that need not be UTF-8. */
  readonly text: string | Uint8Array;
}

/** What a log request asks for. */
export interface LinesWanted {
  readonly follow: boolean;
  readonly timestamps: boolean;
  readonly limitBytes: number;
  /** Those of the lines so far that are wanted. */
  from(lines: readonly LogLine[]): readonly LogLine[];
}

const nanoseconds = (text: string): bigint => {
  const [whole = "", rest = ""] = text.split(".");
  const fraction = /^\d+/.exec(rest)?.[0] ?? "";
  const zone = rest === "" ? "" : rest.slice(fraction.length);
  return BigInt(Date.parse(whole + zone)) * 1_000_000n + BigInt(fraction.padEnd(9, "0").slice(0, 9));
};

const bothSinces: Cause = {
  reason: "FieldValueForbidden",
  message: "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified",
  field: "[]",
};

const atLeast = (field: string, value: number | undefined, least: 0 | 1): Cause[] =>
  value === undefined || value >= least
    ? []
    : [
        {
          reason: "FieldValueInvalid",
          message: `Invalid value: ${value}: must be greater than ${least === 0 ? "or equal to 0" : "0"}`,
          field,
        },
      ];

/** Reads the options of `pods/log`; `sinceTime` has whole seconds, as on the real wire. */
export function linesWanted(pod: string, query: URLSearchParams): LinesWanted {
  const number = (name: string): number | undefined => (query.has(name) ? Number(query.get(name)) : undefined);
  const [tail, sinceSeconds, limitBytes] = [number("tailLines"), number("sinceSeconds"), number("limitBytes")];
  const sinceTime = query.get("sinceTime");
  const wrong = [
    ...atLeast("tailLines", tail, 0),
    ...atLeast("limitBytes", limitBytes, 1),
    ...atLeast("sinceSeconds", sinceSeconds, 1),
    ...(sinceTime !== null && sinceSeconds !== undefined ? [bothSinces] : []),
  ];
  if (wrong.length > 0) throw invalid({ kind: "PodLogOptions", group: "" }, pod, wrong);
  const since =
    sinceSeconds !== undefined
      ? BigInt(Date.now() - sinceSeconds * 1000) * 1_000_000n
      : sinceTime === null
        ? 0n
        : (nanoseconds(sinceTime) / 1_000_000_000n) * 1_000_000_000n;
  return {
    follow: query.get("follow") === "true",
    timestamps: query.get("timestamps") === "true",
    limitBytes: limitBytes ?? Infinity,
    from(lines) {
      const recent = lines.filter(({ at }) => at >= since);
      return tail === undefined ? recent : recent.slice(Math.max(0, recent.length - tail));
    },
  };
}

/** The line's bytes, after its time when that is wanted: nine digits of a second, always. */
export function rendered({ at, text }: LogLine, timestamps: boolean): Buffer {
  const seconds = new Date(Number(at / 1_000_000n)).toISOString().slice(0, 19);
  const time = timestamps ? `${seconds}.${String(at % 1_000_000_000n).padStart(9, "0")}Z ` : "";
  return Buffer.concat([Buffer.from(time), typeof text === "string" ? Buffer.from(text) : text, Buffer.from("\n")]);
}
