import type { CrashPoint } from "./crash-point.js";
import type { ServerProcess } from "./server-process.js";

/**
 * Kills the server whenever a moment has been `reached`, and starts it again with the next one prepared. Ends when all is
 * done and no work is left, since what is visible comes before the last transactions. Resolves with the moments.
 */
export async function killAtCommit<T>(
  { server, crash }: { readonly server: ServerProcess; readonly crash: CrashPoint },
  done: Promise<T>,
  reached: () => Promise<readonly string[]> | readonly string[],
  prepare: () => Promise<void> | void,
): Promise<{ kills: string[]; result: T }> {
  const kills: string[] = [];
  let over = false;
  const watched = done.finally(() => (over = true));
  watched.catch(() => undefined);
  for (; !over || !(await crash.atRest()); await new Promise((resolve) => setTimeout(resolve, 5))) {
    const moments = await reached();
    if (moments.length === 0) continue;
    await server.kill();
    kills.push(...new Set([...moments, ...(await crash.release())]));
    await prepare();
    // Should it end by itself, whoever asks it next is told.
    server.start().catch(() => undefined);
  }
  return { kills, result: await watched };
}
