import { z } from "zod";

export const port = z.coerce
  .number("Give a port number.")
  .int("Give a whole number.")
  .min(0, "0 to 65535.")
  .max(65_535, "0 to 65535.");

export const url = z.url({ protocol: /^https?$/, error: "Give an http:// or https:// address." });

/** A text that must be given; `what` says which. */
export const required = (what: string) => z.string(what).min(1, what);

/** An empty variable counts as absent. */
export const optional = <T extends z.ZodType>(type: T) =>
  z.preprocess((value) => (value === "" ? undefined : value), type.optional());

/** `true` or `false`. */
export const flag = (otherwise: "true" | "false") =>
  z
    .enum(["true", "false"], "Give true or false.")
    .default(otherwise)
    .transform((answer) => answer === "true");

/** A whole number within bounds. */
export const count = (least: number, most: number, otherwise: number) =>
  z.coerce
    .number("Give a number.")
    .int("Give a whole number.")
    .min(least, `At least ${least}.`)
    .max(most, `At most ${most}.`)
    .default(otherwise);

/** A number within bounds, with or without decimals. */
export const amount = (least: number, most: number, otherwise: number) =>
  z.coerce.number("Give a number.").min(least, `${least} or more.`).max(most, `At most ${most}.`).default(otherwise);

/** Values with commas between. */
export const listOf = <T extends z.ZodType>(type: T, otherwise: readonly z.input<T>[]) =>
  z.preprocess(
    (value) => (typeof value === "string" && value !== "" ? value.split(",").map((each) => each.trim()) : otherwise),
    z.array(type),
  );

/** Texts with commas between; empty ones are left out. `isValid` is asked of each. */
export const texts = (isValid: (text: string) => boolean, message: string) =>
  z
    .string()
    .default("")
    .transform((list) => list.split(",").flatMap((each) => each.trim() || []))
    .refine((list) => list.every(isValid), message);
