import { z } from "zod";
import type { AppPhase } from "./app.entity.js";
import { appSpecSchema } from "./app-spec.js";

const displayName = z.string().trim().min(1, "Give a name for people.").max(100, "At most 100 characters.");
const description = z.string().max(2_000, "At most 2000 characters.");
/** The validation of a new app. */
export const newApp = z.object({
  namespaceId: z.string(),
  name: z
    .string()
    .regex(
      /^[a-z](?:[a-z0-9-]{0,48}[a-z0-9])?$/,
      "At most 50 lower-case letters, digits and dashes; it starts with a letter and does not end with a dash.",
    ),
  displayName: displayName.nullish(),
  description: description.default(""),
  spec: appSpecSchema,
});
/** The validation of an edit. */
export const appEdit = z.object({
  displayName: displayName.nullish(),
  description: description.nullish(),
  spec: appSpecSchema.nullish(),
});

export interface CreateAppInput {
  readonly namespaceId: string;
  readonly name: string;
  readonly displayName?: string | null;
  readonly description?: string | null;
  readonly spec: unknown;
  readonly idempotencyKey?: string | null;
}

export interface UpdateAppInput {
  readonly id: string;
  readonly displayName?: string | null;
  readonly description?: string | null;
  readonly spec?: unknown;
  readonly expectedVersion?: number | null;
  readonly idempotencyKey?: string | null;
}

export interface AppFilter {
  readonly namespaceId?: string | null;
  readonly phases?: readonly AppPhase[] | null;
  /** Part of the name or the display name, case-insensitively. */
  readonly search?: string | null;
}
