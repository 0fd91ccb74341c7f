import { z } from "zod";

export const database = z
  .object({
    DATABASE_URL: z
      .string("Give the PostgreSQL database: postgres://user:password@host:5432/name.")
      .regex(/^postgres(ql)?:\/\//, "Give a postgres:// address."),
    DATABASE_POOL: z.coerce.number().int().min(4, "At least 4.").max(200, "At most 200.").default(20),
  })
  .transform((given) => ({ database: { url: given.DATABASE_URL, poolSize: given.DATABASE_POOL } }));
