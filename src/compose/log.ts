import { pino, type DestinationStream, type Logger } from "pino";
import { escapeHidden } from "../kernel/visible-text.js";

/**
 * The server's log, one JSON line per entry. Characters that control terminals or text direction are written as
 * `\uXXXX`.
 */
export const openLog = (level: string, destination?: DestinationStream): Logger =>
  pino({ level, hooks: { streamWrite: (line) => escapeHidden(line, "LINES") } }, destination);
