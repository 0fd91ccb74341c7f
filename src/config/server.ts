import { z } from "zod";
import { port } from "./variable-types.js";

/** What this process runs, and where it listens. */
export const server = z
  .object({
    ROLE: z.enum(["all", "api", "worker"], "Give all, api or worker.").default("all"),
    HOST: z.string().default("0.0.0.0"),
    PORT: port.default(4000),
    LOG_LEVEL: z
      .enum(["trace", "debug", "info", "warn", "error", "silent"], "Give trace, debug, info, warn, error or silent.")
      .default("info"),
  })
  .transform((given) => ({
    runsApi: given.ROLE !== "worker",
    runsWorker: given.ROLE !== "api",
    host: given.HOST,
    port: given.PORT,
    logLevel: given.LOG_LEVEL,
  }));
