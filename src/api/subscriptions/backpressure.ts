/** Bytes that a connection may buffer before the streams that feed it wait. */
export const highWaterMarkBytes = 64 * 1024;

/**
 * Waits until a connection has taken what was written to it; `write` calls its argument when that has left the process, or
 * never will. A connection that takes nothing for `drainTimeoutMs` is given up, so that nothing is held for it for ever: false.
 */
export function drained(
  write: (taken: () => void) => void,
  { drainTimeoutMs, giveUp }: { readonly drainTimeoutMs: number; readonly giveUp: () => void },
): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      giveUp();
      resolve(false);
    }, drainTimeoutMs);
    write(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
