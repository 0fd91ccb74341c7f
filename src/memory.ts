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
const lookEveryMs = 10;
/** So much more outside the heap than was left the last time: most of it is young, and found at little cost … */
const youngBytes = 1.5e6;
/** … and when that did not help for so long, everything is looked through, which takes some 40 ms. */
const outsideBytes = 13e6;

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

  const outside = (): number => getHeapStatistics().external_memory;
  /** The least since everything was looked through, and since anything was collected: buffers are freed beside us, a little later. */
  let least = Number.POSITIVE_INFINITY;
  let left = Number.POSITIVE_INFINITY;
  setInterval(() => {
    const now = outside();
    least = Math.min(least, now);
    left = Math.min(left, now);
    // What is in use is no reason to look again: under a load of queries V8 collects by itself, a hundred times a second.
    if (now - left < youngBytes) return;
    const isYoung = left - least < outsideBytes;
    collect({ type: isYoung ? "minor" : "major", execution: "sync" });
    left = Number.POSITIVE_INFINITY;
    if (!isYoung) least = left;
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
