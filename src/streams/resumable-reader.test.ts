import { afterEach, expect, test } from "@jest/globals";
import { CoalescedTask } from "./coalesced-task.js";
import { logReadFailures } from "./read-failures.js";
import { ResumableReader } from "./resumable-reader.js";

const logged: string[] = [];
const line =
  (level: string) =>
  (_details: object, message: string): void =>
    void logged.push(`${level} ${message}`);
const stop = logReadFailures({ info: line("info"), warn: line("warn"), error: line("error") });
afterEach(() => void logged.splice(0));

const away = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
const defect = new TypeError("x is not a function");
const noNotifications = (): (() => void) => () => undefined;

test("a read that fails for a time is retried, and logged once by all readers together", async () => {
  const reader = (failures: number): ResumableReader<string> =>
    new ResumableReader(() => (failures-- > 0 ? Promise.reject(away) : Promise.resolve(["a"])), noNotifications);
  const [one, two] = [reader(2), reader(1)];
  expect(await Promise.all([one.next(), two.next()])).toEqual([
    { done: false, value: "a" },
    { done: false, value: "a" },
  ]);
  expect(logged).toEqual(["warn task failed; will retry", "info task recovered"]);
  await Promise.all([one.return(), two.return()]);
}, 15_000);

test("a defect ends the stream", async () => {
  let reads = 0;
  const reader = new ResumableReader(() => (reads++, Promise.reject(defect)), noNotifications);
  await expect(reader.next()).rejects.toBe(defect);
  expect(await reader.next()).toEqual({ done: true, value: undefined });
  expect(reads).toBe(1);
  expect(logged).toEqual([]);
});

test("a reader that leaves does not fail any more", async () => {
  const reader = new ResumableReader(() => Promise.reject(away), noNotifications);
  const next = reader.next();
  await new Promise((resolve) => setImmediate(resolve));
  await reader.return();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(logged).toEqual(["warn task failed; will retry"]);
});

test("a task that fails for a time is run again, and one with a defect tells it and stops", async () => {
  const outcomes: unknown[] = [away, undefined, defect];
  let runs = 0;
  const failed = await new Promise((resolve) => {
    const task = new CoalescedTask(() => {
      runs++;
      const outcome = outcomes.shift();
      if (outcome === undefined) setImmediate(task.trigger);
      return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve();
    }, resolve);
    task.trigger();
  });
  expect(failed).toBe(defect);
  expect(runs).toBe(3);
  expect(logged).toEqual(["warn task failed; will retry", "info task recovered"]);
  stop();
}, 15_000);
