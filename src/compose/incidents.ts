import { randomBytes } from "node:crypto";
import type { Logger } from "pino";

/** Logs a defect; returns the incident's id, which the client sees. */
export const incidents =
  (log: Logger) =>
  (cause: unknown): string => {
    const incident = randomBytes(5).toString("hex");
    log.error({ incident, err: cause }, "request failed with a defect");
    return incident;
  };
