import { z } from "zod";
import { texts } from "./variable-types.js";

const isSecretKey = (value: string): boolean => Buffer.from(value, "base64").length === 32;

export const secrets = z
  .object({
    SECRET_KEY: z
      .string("Give 32 random bytes in base64: `openssl rand -base64 32`.")
      .refine(isSecretKey, "Must be 32 bytes in base64: `openssl rand -base64 32`."),
    SECRET_KEYS_FORMER: texts(isSecretKey, "Each must be 32 bytes in base64, with commas between."),
  })
  .transform((given) => ({
    /** 32 bytes each. Keys that encrypt and sign are derived from the first; the others only decrypt and verify. */
    secretKeys: [given.SECRET_KEY, ...given.SECRET_KEYS_FORMER].map((key) => Buffer.from(key, "base64")),
  }));
