import { expect, test } from "@jest/globals";
import type { Pod, PodLogLine } from "../../../upstreams/cluster.js";
import { logReadFailures } from "../../../streams/read-failures.js";
import { oneCluster } from "../../../upstreams/clusters.js";
import { openAppLog } from "./app-log.js";
import type { LogCluster } from "./container-log.js";
import type { LogEvent, LogTarget } from "./log-event.js";
import { LogFollows } from "./log-follows.js";
import { parsePosition } from "./log-position.js";
import { LogReader } from "./log-reader.js";

const target: LogTarget = { owner: { appId: "app_1", namespace: "pay" }, pod: "api", uid: "1", container: "api" };
const at = "2026-01-02T03:04:05.000000006Z";

/** A cluster with one log, whose follows see a line only when they are let. */
class SlowCluster implements LogCluster {
  readonly lines: PodLogLine[] = [];
  reads = 0;
  private readonly follows = new Set<() => void>();

  print(text: string): void {
    this.lines.push({ at, text, continues: false });
  }

  letFollowsSee(): void {
    for (const see of this.follows) see();
  }

  get openFollows(): number {
    return this.follows.size;
  }

  readonly readPodLog: LogCluster["readPodLog"] = async ({ follow }, take, signal) => {
    this.reads++;
    let read = 0;
    const see = (): void => {
      while (read < this.lines.length) void take(this.lines[read++]!);
    };
    see();
    if (!follow) return {};
    this.follows.add(see);
    await new Promise((_resolve, reject) =>
      signal.addEventListener("abort", () => {
        this.follows.delete(see);
        reject(signal.reason as Error);
      }),
    );
    return {};
  };

  pods(): readonly Pod[] {
    return [
      { name: "api", uid: "1", phase: "RUNNING", containers: [{ name: "api", phase: "RUNNING" }] } as unknown as Pod,
    ];
  }

  onChange(): () => void {
    return () => undefined;
  }
}

async function take(stream: AsyncIterator<LogEvent>, count: number): Promise<(string | undefined)[]> {
  const texts: (string | undefined)[] = [];
  while (texts.length < count) texts.push((await stream.next()).value?.text);
  return texts;
}

test("a reader who is ahead of the follow that it joins is told nothing twice", async () => {
  const cluster = new SlowCluster();
  const follows = new LogFollows(oneCluster(cluster));
  cluster.print("one");
  const first = new LogReader(follows, target, {}).stream();
  expect(await take(first, 1)).toEqual(["one"]);
  const second = first.next();
  while (cluster.openFollows === 0) await new Promise((resolve) => setImmediate(resolve));
  cluster.print("two");
  const ahead = new LogReader(follows, target, {}).stream();
  expect(await take(ahead, 2)).toEqual(["one", "two"]);
  const next = ahead.next();
  await new Promise((resolve) => setImmediate(resolve));
  cluster.letFollowsSee();
  cluster.print("three");
  cluster.letFollowsSee();
  expect((await second).value?.text).toBe("two");
  expect((await next).value?.text).toBe("three");
  expect(cluster.openFollows).toBe(1);
  await Promise.all([first.return(), ahead.return()]);
  expect([cluster.openFollows, follows.openCount]).toEqual([0, 0]);
});

test("a reader with a cursor that the follow has given asks the cluster for nothing", async () => {
  const cluster = new SlowCluster();
  const follows = new LogFollows(oneCluster(cluster));
  const first = new LogReader(follows, target, {}).stream();
  const one = first.next();
  while (cluster.openFollows === 0) await new Promise((resolve) => setImmediate(resolve));
  for (const text of ["one", "two"]) cluster.print(text);
  cluster.letFollowsSee();
  const { reads } = cluster;
  const later = new LogReader(follows, target, { after: (await one).value!.position }).stream();
  expect(await take(later, 1)).toEqual(["two"]);
  expect(cluster.reads).toBe(reads);
  await Promise.all([first.return(), later.return()]);
});

test("a reader who falls behind what the follow keeps reads on for itself, without a seam", async () => {
  const cluster = new SlowCluster();
  const follows = new LogFollows(oneCluster(cluster));
  cluster.print("0");
  const stream = new LogReader(follows, target, {}).stream();
  expect(await take(stream, 1)).toEqual(["0"]);
  const next = stream.next();
  while (cluster.openFollows === 0) await new Promise((resolve) => setImmediate(resolve));
  for (let n = 1; n <= 5_000; n++) cluster.print(String(n));
  cluster.letFollowsSee();
  const texts = [(await next).value?.text, ...(await take(stream, 4_999))];
  expect(texts).toEqual(Array.from({ length: 5_000 }, (_, n) => String(n + 1)));
  await stream.return();
});

test.each([
  ["one container", (follows: LogFollows) => new LogReader(follows, target, {}).stream()],
  ["an app", (follows: LogFollows, cluster: LogCluster) => openAppLog(follows, cluster, target.owner, {})],
])("live readers of the log of %s are given the same objects", async (_of, open) => {
  const cluster = new SlowCluster();
  const follows = new LogFollows(oneCluster(cluster));
  cluster.print("before");
  const readers = [open(follows, cluster), open(follows, cluster), open(follows, cluster)];
  for (const reader of readers) expect(await take(reader, 1)).toEqual(["before"]);
  const waiting = readers.map((reader) => reader.next());
  while (cluster.openFollows === 0) await new Promise((resolve) => setImmediate(resolve));
  for (let round = 0; round < 3; round++) {
    cluster.print(`line ${round}`);
    cluster.letFollowsSee();
    const [first, ...others] = await Promise.all(waiting.splice(0));
    expect(first!.value?.text).toBe(`line ${round}`);
    for (const { value } of others) expect(value).toBe(first!.value);
    waiting.push(...readers.map((reader) => reader.next()));
  }
  await Promise.all(readers.map((reader) => reader.return!()));
});
test("a cursor of no line keeps nobody else from what is printed", async () => {
  const cluster = new SlowCluster();
  const follows = new LogFollows(oneCluster(cluster));
  cluster.print("one");
  const nowhere = parsePosition("2999-01-01T00:00:00.000000000Z~0")!;
  const wrong = new LogReader(follows, target, { after: nowhere }).stream();
  expect((await wrong.next()).value?.kind).toBe("GAP");
  const never = wrong.next();
  while (cluster.openFollows === 0) await new Promise((resolve) => setImmediate(resolve));
  const { reads } = cluster;
  const honest = new LogReader(follows, target, {}).stream();
  expect(await take(honest, 1)).toEqual(["one"]);
  const next = honest.next();
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  cluster.print("two");
  cluster.letFollowsSee();
  expect((await next).value?.text).toBe("two");
  expect(cluster.reads - reads).toBeLessThan(3);
  await Promise.all([wrong.return(), honest.return(), never]);
});

test("a defect of a follow ends the streams of its readers, and the next reader has another follow", async () => {
  const cluster = new SlowCluster();
  const defect = new TypeError("x is not a function");
  let follows = 0;
  const broken: LogCluster = {
    readPodLog: (request, ...rest) =>
      request.follow && follows++ === 0 ? Promise.reject(defect) : cluster.readPodLog(request, ...rest),
    pods: () => cluster.pods(),
    onChange: () => () => undefined,
  };
  const shared = new LogFollows(oneCluster(broken));
  cluster.print("one");
  const first = new LogReader(shared, target, {}).stream();
  expect(await take(first, 1)).toEqual(["one"]);
  await expect(first.next()).rejects.toBe(defect);
  const second = new LogReader(shared, target, {}).stream();
  expect(await take(second, 1)).toEqual(["one"]);
  const next = second.next();
  while (cluster.openFollows === 0) await new Promise((resolve) => setImmediate(resolve));
  cluster.print("two");
  cluster.letFollowsSee();
  expect((await next).value?.text).toBe("two");
  await second.return();
});

test("a follow that failed for a time counts as recovered once it follows again, though its container runs on", async () => {
  const cluster = new SlowCluster();
  const away = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
  let follows = 0;
  const shaky: LogCluster = {
    readPodLog: (request, ...rest) =>
      request.follow && follows++ === 0 ? Promise.reject(away) : cluster.readPodLog(request, ...rest),
    pods: () => cluster.pods(),
    onChange: () => () => undefined,
  };
  const logged: string[] = [];
  const log = (_details: object, message: string): void => void logged.push(message);
  const stop = logReadFailures({ info: log, warn: log, error: log });
  cluster.print("one");
  const stream = new LogReader(new LogFollows(oneCluster(shaky)), target, {}).stream();
  expect(await take(stream, 1)).toEqual(["one"]);
  const next = stream.next();
  while (cluster.openFollows === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(logged).toEqual(["task failed; will retry", "task recovered"]);
  cluster.print("two");
  cluster.letFollowsSee();
  expect((await next).value?.text).toBe("two");
  await stream.return();
  stop();
});
