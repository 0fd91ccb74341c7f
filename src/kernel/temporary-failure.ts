import { PlatformError } from "./errors.js";

/** Error codes of Node and Undici for broken connections and failed look-ups. */
const connectionCodes =
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST(UNREACH|DOWN)|ENET(UNREACH|DOWN)|ENOENT|UND_ERR_)/;
/**
 * PostgreSQL's classes 08 (connection), 40 (rollback), 53 (resources) and 57 (shutdown, timeout), an unavailable lock,
 * and a read-only standby.
 */
const databaseCodes = /^((08|40|53|57)[0-9A-Z]{3}|55P03|25006)$/;
/** Messages of pg 8.x without a code: a connection ended, or none was free in time. */
const connectionMessages = /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect)/;

/**
 * Whether the same call may succeed later: an upstream or the database is unavailable, restarting or overloaded. Any
 * other error is a refusal or a defect, which a retry does not cure.
 */
export function isTemporary(error: unknown): boolean {
  if (error instanceof PlatformError) return error.details["retryable"] === true;
  const { code, message, cause, errors } = (error ?? {}) as Partial<Record<keyof AggregateError | "code", unknown>>;
  if (typeof code === "string" && (connectionCodes.test(code) || databaseCodes.test(code))) return true;
  if (typeof message === "string" && connectionMessages.test(message)) return true;
  const inner = [cause, ...(Array.isArray(errors) ? (errors as unknown[]) : [])];
  return inner.some((each) => each !== undefined && isTemporary(each));
}
