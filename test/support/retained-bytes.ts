import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
/** Collects everything that nobody holds. */
export const collect = runInNewContext("gc") as () => void;

/** The bytes of buffers that somebody still holds. V8 by itself lets 64 MB of others pile up before it looks. */
export function retainedBytes(): number {
  // The second time waits until what the first found is freed.
  collect();
  collect();
  return process.memoryUsage().arrayBuffers;
}
