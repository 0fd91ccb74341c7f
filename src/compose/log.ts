import { pino, type DestinationStream, type Logger } from "pino";
import { escapeHidden } from "../kernel/visible-text.js";

/** The server's log, a line of JSON each: whatever would steer a terminal, or turn its text around, is written as `\uXXXX`. */
export const openLog = (level: string, destination?: DestinationStream): Logger =>
  pino({ level, hooks: { streamWrite: (line) => escapeHidden(line, "LINES") } }, destination);
