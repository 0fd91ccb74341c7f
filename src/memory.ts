import {
  constants,
  performance,
  PerformanceObserver,
  type NodeGCPerformanceDetail,
  type PerformanceEntry,
} from "node:perf_hooks";
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

interface Collection {
  readonly type: "minor" | "major";
  readonly execution: "sync";
  readonly flavor?: "last-resort";
}
type Collect = (collection: Collection) => void;
/** What Node's own types leave out. */
type CollectionEntry = PerformanceEntry & { readonly detail: NodeGCPerformanceDetail };

const lookEveryMs = 10;
/** So much more outside the heap than was left the last time: most of it is young, and found at little cost … */
const youngBytes = 1.5e6;
/** … and when that did not help for so long, everything is looked through. */
const outsideBytes = 13e6;

/** What starting or a storm of connections left on the heap is given back when it is over: so much more than before … */
const leftBytes = 16e6;
/** … and so little to do that nobody waits for it, looked at this often. */
const quiet = 0.15;
const quietEveryMs = 2_000;

/**
 * Keeps the process small where V8 by itself would let it grow. What starting left behind is given back to the system;
 * and buffers are collected early: V8 lets 64 MB of them pile up, which a long console does in a second.
 */
export function keepMemoryLow(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as Collect;
  giveBackWhenQuiet(collect);
  collectBuffers(collect);
}

function collectBuffers(collect: Collect): void {
  /** The least since everything was looked through, and since anything was collected: buffers are freed beside us, a little later. */
  let least = Number.POSITIVE_INFINITY;
  let left = Number.POSITIVE_INFINITY;
  let isMarking = false;
  setInterval(() => {
    // To collect anything now would end it at once, and keep everybody waiting after all.
    if (isMarking) return;
    const now = getHeapStatistics().external_memory;
    least = Math.min(least, now);
    left = Math.min(left, now);
    // What is in use is no reason to look again: under a load of queries V8 collects by itself, a hundred times a second.
    if (now - left < youngBytes) return;
    if (left - least >= outsideBytes) {
      isMarking = true;
      lookThrough(collect, () => (isMarking = false));
      least = Number.POSITIVE_INFINITY;
    } else collect({ type: "minor", execution: "sync" });
    left = Number.POSITIVE_INFINITY;
  }, lookEveryMs).unref();
}

/**
 * Looks through everything in small steps, most of them on another thread; to do it at once would keep every request
 * waiting for 60 ms.
 */
function lookThrough(collect: Collect, done: () => void): void {
  const collections = new PerformanceObserver((list) => {
    const entries = list.getEntries() as CollectionEntry[];
    if (!entries.some(({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR)) return;
    collections.disconnect();
    done();
  });
  collections.observe({ entryTypes: ["gc"] });
  // With this a heap of any size is reason enough to begin, and V8 asks after each collection.
  setFlagsFromString("--incremental-marking-hard-trigger=1");
  collect({ type: "minor", execution: "sync" });
  setFlagsFromString("--incremental-marking-hard-trigger=0");
}

/** Looks through everything at once when little is to do and there is something to give back, first after the start. */
function giveBackWhenQuiet(collect: Collect): void {
  let before = performance.eventLoopUtilization();
  let least = 0;
  setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    least = Math.min(least, getHeapStatistics().total_physical_size);
    if (utilization > quiet || getHeapStatistics().total_physical_size - least < leftBytes) return;
    // Thorough: the usual kind leaves pages half empty and keeps them.
    collect({ type: "major", execution: "sync", flavor: "last-resort" });
    least = getHeapStatistics().total_physical_size;
  }, quietEveryMs).unref();
}
