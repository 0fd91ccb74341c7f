import { z } from "zod";
import { flag, optional } from "./variable-types.js";

export const templating = z
  .object({ TEMPLATES_FOLDER: optional(z.string()), TEMPLATES_HOST_ACCESS: flag("false") })
  .transform((given) => ({
    /** A folder of seed templates that are taken in the place of the platform's. */
    templatesFolder: given.TEMPLATES_FOLDER,
    /** What templates may make pods do. */
    renderingRules: { hostAccess: given.TEMPLATES_HOST_ACCESS },
  }));
