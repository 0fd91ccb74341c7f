import { z } from "zod";
import { limitsOf, limitVariables } from "./limits.js";
import { amount, flag, optional } from "./variable-types.js";

export const api = z
  .object({
    ...limitVariables,
    STALLED_CLIENT_SECONDS: amount(1, 3_600, 30),
    SHARED_ANSWERS_MB: amount(0, 10_000, 16),
    TRUSTED_DOCUMENTS: optional(z.string()),
    TRUSTED_DOCUMENTS_ONLY: flag("false"),
  })
  .refine(({ TRUSTED_DOCUMENTS: file, TRUSTED_DOCUMENTS_ONLY: only }) => !only || file !== undefined, {
    path: ["TRUSTED_DOCUMENTS_ONLY"],
    error: "Give TRUSTED_DOCUMENTS too: without it nothing could be asked.",
  })
  .transform((given) => ({
    limits: limitsOf(given),
    stalledClientMs: given.STALLED_CLIENT_SECONDS * 1_000,
    sharedAnswersBytes: given.SHARED_ANSWERS_MB * 1_000_000,
    /** The manifest of trusted documents, and whether no other document is taken. */
    trustedDocuments:
      given.TRUSTED_DOCUMENTS === undefined
        ? undefined
        : { file: given.TRUSTED_DOCUMENTS, only: given.TRUSTED_DOCUMENTS_ONLY },
  }));
