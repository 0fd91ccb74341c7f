import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import type { ReservedOperation, StreamReservations } from "../../features/identity/session/stream-reservations.js";
import { ReservedStreams, type Task } from "./reserved-streams.js";
import type { SseConnection } from "./sse-connections.js";
import type { Subscription } from "../subscriptions/subscriptions.js";

/** What the database would hold of the one stream, and what was said to it. */
let wanted: ReservedOperation[];
let kept: ReadonlySet<string> | Error;
let isAway: boolean;
let streams: ReservedStreams;
let wake: (id: string | undefined) => void;
let running: Map<string, Task & { readonly leave: jest.Mock<() => Promise<void>>; readonly end: () => void }>;
let begun: string[];
let reports: number;
const end = jest.fn();

beforeEach(() => {
  jest.useFakeTimers();
  [wanted, kept, isAway, running, begun, reports] = [[], new Set(["s"]), false, new Map(), [], 0];
  end.mockClear();
  const reservations = {
    operations: () => (isAway ? Promise.reject(new Error("away")) : Promise.resolve([...wanted])),
    over: (_id: string, { number }: ReservedOperation) => {
      wanted = wanted.filter((each) => each.number !== number);
      return Promise.resolve();
    },
    keep: () => (kept instanceof Error ? Promise.reject(kept) : Promise.resolve(kept)),
    drop: () => Promise.resolve(),
  };
  const pubSub = {
    subscribe: (_topic: string, listener: typeof wake) => {
      wake = listener;
      return () => undefined;
    },
  };
  streams = new ReservedStreams({
    reservations: reservations as unknown as StreamReservations,
    pubSub,
    report: (cause) => {
      if (!isAway) throw cause;
      return `${reports++}`;
    },
  });
  const connection = { stream: { end }, running: new Map() } as unknown as SseConnection;
  streams.enter("s", connection, async (_connection, task) => {
    begun.push(task.name);
    const leave = jest.fn(() => Promise.resolve());
    await new Promise<void>((resolve) => {
      running.set(task.name, { ...task, leave, end: resolve });
      connection.running.set(task.name, { leave } as unknown as Subscription);
    });
    await task.over();
  });
});
afterEach(() => {
  streams.stop();
  jest.useRealTimers();
});

const ask = (...operations: readonly [number: string, name: string][]): void => {
  wanted = operations.map(([number, name]) => ({ number, name, request: {} }));
};
/** Woken, and done with whatever comes of it. */
const woken = async (id: string | undefined = "s"): Promise<void> => {
  wake(id);
  await jest.advanceTimersByTimeAsync(1);
};

test("what is asked for is begun once, however often it is woken", async () => {
  ask(["1", "a"], ["2", "b"]);
  await woken();
  await woken(undefined);
  await woken("another");
  expect(begun).toEqual(["a", "b"]);
});

test("what is taken back is left, and may be asked for again by the same name", async () => {
  ask(["1", "a"]);
  await woken();
  const first = running.get("a")!;
  ask(["2", "a"]);
  await woken();
  expect(first.leave).toHaveBeenCalledTimes(1);
  expect(begun).toEqual(["a", "a"]);
  // The end of the first says nothing of the second.
  first.end();
  await woken();
  expect(wanted).toMatchObject([{ number: "2" }]);
  expect(running.get("a")!.leave).not.toHaveBeenCalled();
});

test("when the database is away, it is reported once and asked again", async () => {
  isAway = true;
  ask(["1", "a"]);
  await woken();
  await jest.advanceTimersByTimeAsync(5_000);
  expect(begun).toEqual([]);
  expect(reports).toBe(1);
  isAway = false;
  await jest.advanceTimersByTimeAsync(2_000);
  expect(begun).toEqual(["a"]);
});

test("the database is told which streams are held; one that it does not know ends", async () => {
  kept = new Error("away");
  await jest.advanceTimersByTimeAsync(10_000);
  kept = new Set(["s"]);
  await jest.advanceTimersByTimeAsync(10_000);
  expect(end).not.toHaveBeenCalled();
  kept = new Set();
  await jest.advanceTimersByTimeAsync(10_000);
  expect(end).toHaveBeenCalledTimes(1);
});
