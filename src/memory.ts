import { performance } from "node:perf_hooks";
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

interface Collection {
  readonly type: "minor" | "major";
  readonly execution: "sync";
  readonly flavor?: "last-resort";
}

/** By then the watches are open and the first looks are over. */
const startedAfterMs = 4_000;
const lookEveryMs = 20;
/** So much more outside the heap than there was once: most of it is young, and found at little cost … */
const youngBytes = 3e6;
/** … and when that did not help, everything is looked through, which takes some 40 ms. */
const outsideBytes = 17e6;

/** What a storm of connections left on the heap is given back when it is over: so much more than before … */
const leftBytes = 16e6;
/** … and so little to do that nobody waits for it, looked at this often. */
const quiet = 0.15;
const quietEveryMs = 2_000;

/**
 * Keeps the process small where V8 by itself would let it grow. What starting left behind is given back to the
 * system, once; and buffers are collected early: V8 lets 64 MB of them pile up, which a long console does in a second.
 */
export function keepMemoryLow(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (collection: Collection) => void;
  // Thorough: the usual kind leaves pages half empty and keeps them.
  const giveBack = (): void => collect({ type: "major", execution: "sync", flavor: "last-resort" });
  setTimeout(() => {
    giveBack();
    giveBackWhenQuiet(giveBack);
  }, startedAfterMs).unref();

  let least = Number.POSITIVE_INFINITY;
  const grown = (): number => {
    const outside = getHeapStatistics().external_memory;
    least = Math.min(least, outside);
    return outside - least;
  };
  setInterval(() => {
    if (grown() < youngBytes) return;
    collect({ type: "minor", execution: "sync" });
    if (grown() < outsideBytes) return;
    collect({ type: "major", execution: "sync" });
    least = getHeapStatistics().external_memory;
  }, lookEveryMs).unref();
}

function giveBackWhenQuiet(giveBack: () => void): void {
  let before = performance.eventLoopUtilization();
  let least = getHeapStatistics().total_physical_size;
  setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    least = Math.min(least, getHeapStatistics().total_physical_size);
    if (utilization > quiet || getHeapStatistics().total_physical_size - least < leftBytes) return;
    giveBack();
    least = getHeapStatistics().total_physical_size;
  }, quietEveryMs).unref();
}
