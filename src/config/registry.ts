import { z } from "zod";
import { optional } from "./variable-types.js";

/** The image registry. */
export const registry = z
  .object({
    REGISTRY: z
      .string("Give the image registry: `registry.example.com`, or with a path.")
      .regex(
        /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?(?:\/[a-z0-9._/-]*[a-z0-9])?$/,
        "Give the registry as `host[:port][/path]`, in lower case and without `https://`.",
      ),
    REGISTRY_PULL_USERNAME: optional(z.string()),
    REGISTRY_PULL_PASSWORD: optional(z.string()),
    REGISTRY_USERNAME: optional(z.string()),
    REGISTRY_PASSWORD: optional(z.string()),
  })
  .refine(
    ({ REGISTRY_PULL_USERNAME: username, REGISTRY_PULL_PASSWORD: password }) =>
      (username === undefined) === (password === undefined),
    { path: ["REGISTRY_PULL_PASSWORD"], error: "Give REGISTRY_PULL_USERNAME and REGISTRY_PULL_PASSWORD, or neither." },
  )
  .transform((given) => ({
    registry: {
      server: given.REGISTRY,
      /** The login with which pods pull images. */
      ...(given.REGISTRY_PULL_USERNAME === undefined
        ? { username: given.REGISTRY_USERNAME, password: given.REGISTRY_PASSWORD }
        : { username: given.REGISTRY_PULL_USERNAME, password: given.REGISTRY_PULL_PASSWORD }),
    },
  }));
