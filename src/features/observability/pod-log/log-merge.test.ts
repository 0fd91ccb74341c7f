import { expect, test } from "@jest/globals";
import { ResumableReader } from "../../../streams/resumable-reader.js";
import { logEvent, type LogEvent } from "./log-event.js";
import { LogMerge, type MergeSource } from "./log-merge.js";

const at = (second: number): string => `2026-01-02T03:04:${String(second).padStart(2, "0")}.000000000Z`;

/** A log of lines printed at these seconds, all of which are there; then it is silent. */
function log(pod: string, ...seconds: number[]): MergeSource {
  const target = { owner: { appId: "app_1", namespace: "pay" }, pod, uid: pod, container: "api" };
  let held: LogEvent[] = seconds.map((second) =>
    logEvent(target, { at: at(second), ordinal: 0, marks: 0 }, { kind: "LINE", text: `${pod} ${second}` }),
  );
  const read = (): Promise<LogEvent[]> => Promise.resolve(held.splice(0));
  return { stream: new ResumableReader(read, () => () => (held = [])), isLive: () => true };
}

async function take(merge: LogMerge, count: number): Promise<(string | undefined)[]> {
  const texts: (string | undefined)[] = [];
  while (texts.length < count) texts.push((await merge.next()).value?.text);
  return texts;
}

const merged = (...sources: MergeSource[]): LogMerge => {
  const merge = new LogMerge(
    (event) => event,
    () => undefined,
  );
  for (const [n, source] of sources.entries()) merge.add(String(n), source);
  return merge;
};

test("lines come in the order of their times, whichever log they are of", async () => {
  const merge = merged(log("a", 1, 4, 5, 9), log("b", 2, 3, 8), log("c", 6, 7));
  expect(await take(merge, 9)).toEqual(["a 1", "b 2", "b 3", "a 4", "a 5", "c 6", "c 7", "b 8", "a 9"]);
  await merge.return();
});

test("a silent log holds up the others for a moment only, not for each line", async () => {
  const merge = merged(log("a", ...Array.from({ length: 50 }, (_, n) => n)), log("silent"));
  const begun = performance.now();
  expect(await take(merge, 50)).toHaveLength(50);
  expect(performance.now() - begun).toBeLessThan(2_000);
  await merge.return();
});

test("a reader leaves at once, also during a silence", async () => {
  const merge = merged(log("silent"));
  const next = merge.next();
  await merge.return();
  expect(await next).toEqual({ done: true, value: undefined });
});

test("a log that fails fails the whole, and no log is lost without a word", async () => {
  const defect = new TypeError("x is not a function");
  const broken = {
    stream: new ResumableReader<LogEvent>(
      () => Promise.reject(defect),
      () => () => undefined,
    ),
    isLive: () => true,
  };
  const merge = merged(log("a", 1), broken);
  await expect(take(merge, 2)).rejects.toBe(defect);
  expect(await merge.next()).toEqual({ done: true, value: undefined });
});
