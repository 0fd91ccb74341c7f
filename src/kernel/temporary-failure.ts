import { PlatformError } from "./errors.js";

/** Node's codes of broken connections and failed look-ups, and Undici's. */
const connectionCodes =
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST(UNREACH|DOWN)|ENET(UNREACH|DOWN)|ENOENT|UND_ERR_)/;
/** PostgreSQL's classes 08 (connection), 40 (rollback), 53 (resources) and 57 (shutdown, timeout), a lock that is not available, and a standby that only reads. */
const databaseCodes = /^((08|40|53|57)[0-9A-Z]{3}|55P03|25006)$/;
/** What pg says without a code (8.x) when a connection ends, or none is free in time. */
const connectionMessages = /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect)/;

/**
 * Whether the same call may succeed later by itself: an upstream or the database is unavailable, restarting or
 * overloaded. Anything else is a refusal or a defect, which a retry does not mend.
 */
export function isTemporary(error: unknown): boolean {
  if (error instanceof PlatformError) return error.details["retryable"] === true;
  const { code, message, cause, errors } = (error ?? {}) as Partial<Record<keyof AggregateError | "code", unknown>>;
  if (typeof code === "string" && (connectionCodes.test(code) || databaseCodes.test(code))) return true;
  if (typeof message === "string" && connectionMessages.test(message)) return true;
  const inner = [cause, ...(Array.isArray(errors) ? (errors as unknown[]) : [])];
  return inner.some((each) => each !== undefined && isTemporary(each));
}
