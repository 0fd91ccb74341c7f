import { z } from "zod";
import { count, optional } from "./variable-types.js";

export const identity = z
  .object({
    SESSION_MAX_DAYS: count(1, 3_650, 90),
    ADMIN_EMAIL: z.email("Give an e-mail address.").default("admin@orrery.local"),
    ADMIN_PASSWORD: optional(z.string().min(12, "At least 12 characters.")),
  })
  .transform((given) => ({
    /** A session ends after so many days, however often it is refreshed. */
    sessionMaxDays: given.SESSION_MAX_DAYS,
    administrator: { email: given.ADMIN_EMAIL, password: given.ADMIN_PASSWORD },
  }));
