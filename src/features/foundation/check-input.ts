import type { z } from "zod";
import { InvalidInput, type FieldProblem } from "../../kernel/errors.js";

/** The parsed value; throws INVALID_INPUT with all wrong fields, their paths relative to `at`. */
export function checkInput<T>(schema: z.ZodType<T>, value: unknown, at = "input"): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new InvalidInput(toProblems(result.error, at));
}

/** All wrong fields of the value; empty when there are none. */
export function problemsOf(schema: z.ZodType, value: unknown, at = "input"): FieldProblem[] {
  const result = schema.safeParse(value);
  return result.success ? [] : toProblems(result.error, at);
}

const toProblems = (error: z.ZodError, at: string): FieldProblem[] =>
  error.issues.map(({ path, message }) => ({
    path: path.reduce<string>(
      (whole, part) => whole + (typeof part === "number" ? `[${part}]` : `.${String(part)}`),
      at,
    ),
    message,
  }));
