import { randomBytes } from "node:crypto";
import type { Logger } from "pino";

/** Notes a fault of ours in the log; gives it the number that its user sees. */
export const incidents =
  (log: Logger) =>
  (cause: unknown): string => {
    const incident = randomBytes(5).toString("hex");
    log.error({ incident, err: cause }, "a fault of ours reached a user");
    return incident;
  };
