import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { ConflatingQueue } from "../../src/streams/conflating-queue.js";
import { RefCountedSource, type SourceOutlet } from "../../src/streams/ref-counted-source.js";
import { ResumableReader } from "../../src/streams/resumable-reader.js";
import { eventually } from "../support/eventually.js";
import { all } from "../support/test-server.js";
import { OpenDatabase } from "../support/open-database.js";

/** Ends the test early and clearly when something that must be immediate is not. */
const atOnce = <T>(promise: Promise<T>): Promise<T> =>
  Promise.race([promise, sleep(500).then(() => Promise.reject(new Error("It waits.")))]);
const done = { done: true, value: undefined };

test("notifications arrive by topic; after the connection was lost everybody is woken, and hears again", async () => {
  await using database = await OpenDatabase.open();
  const heard: string[] = [];
  const unlisten = database.pubSub.subscribe("build", (key) => heard.push(`build ${key}`));
  database.pubSub.subscribe("app", (key) => heard.push(`app ${key}`));
  const notify = (payload: string) => database.rows(`select pg_notify('orrery', ?)`, [payload]);
  await notify("build:b:1");
  await eventually(async () => expect(heard).toEqual(["build b:1"]));

  for (let round = 1; round <= 2; round++) {
    heard.length = 0;
    const killed = await database.rows(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ilike 'listen%'`,
    );
    expect(killed).toHaveLength(1);
    await eventually(async () => expect(heard.toSorted()).toEqual(["app undefined", "build undefined"]));
    await notify("build:b2");
    await eventually(async () => expect(heard).toContain("build b2"));
  }
  unlisten();
  expect(database.pubSub.listenerCount).toBe(1);
});

test("a notification is sent at the commit, and not at all when there is none", async () => {
  await using database = await OpenDatabase.open();
  const heard: (string | undefined)[] = [];
  database.pubSub.subscribe("build", (key) => heard.push(key));
  const transaction = database.fork().transactional(async (em) => {
    await em.execute(`select pg_notify('orrery', 'build:undone')`);
    throw new Error("undone");
  });
  await expect(transaction).rejects.toThrow("undone");
  await database.rows(`select pg_notify('orrery', 'build:done')`);
  await eventually(async () => expect(heard).toEqual(["done"]));
});

test("a letterbox keeps the newest state only, and delivers it even when it is closed or has failed", async () => {
  const closed = new ConflatingQueue<number>();
  closed.put(1);
  closed.put(2);
  closed.close();
  expect(await all(closed)).toEqual([2]);
  const failed = new ConflatingQueue<number>();
  failed.put(3);
  failed.fail(new Error("gone"));
  expect(await failed.next()).toEqual({ done: false, value: 3 });
  await expect(failed.next()).rejects.toThrow("gone");
  expect(await failed.next()).toEqual(done);
});

test("a reader who has taken a state can exchange it for a newer one", async () => {
  const queue = new ConflatingQueue<number>();
  queue.put(1);
  const { value } = await queue.next();
  expect(queue.newest(value!)).toBe(1);
  queue.put(2);
  queue.put(3);
  expect(queue.newest(value!)).toBe(3);
  queue.close();
  expect(await all(queue)).toEqual([]);
});

test("who leaves during a silence leaves at once, once, and hears no more", async () => {
  let left = 0;
  const queue = new ConflatingQueue<number>(() => left++);
  const waiting = queue.next();
  await atOnce(queue.return());
  expect(await atOnce(waiting)).toEqual(done);
  queue.put(1);
  queue.fail(new Error("late"));
  expect(await queue.next()).toEqual(done);
  await queue.return();
  expect(left).toBe(1);
});

/** A source whose openings and closings are counted, and which is fed by hand. */
function countedSource() {
  const outlets: SourceOutlet<number>[] = [];
  let closed = 0;
  const source = new RefCountedSource<number>((_key, outlet) => {
    outlets.push(outlet);
    return () => closed++;
  });
  return { source, outlets, closed: () => closed };
}

test("many readers share one source: it opens with the first and closes with the last, also during a silence", async () => {
  const { source, outlets, closed } = countedSource();
  const readers = [source.subscribe("a"), source.subscribe("a")];
  expect(outlets).toHaveLength(1);
  outlets[0]!.next(1);
  // One who comes later gets the state of now.
  readers.push(source.subscribe("a"));
  for (const reader of readers) expect(await atOnce(reader.next())).toEqual({ done: false, value: 1 });
  const waiting = readers.map((reader) => reader.next());
  for (const reader of readers) await atOnce(reader.return!());
  expect(await atOnce(Promise.all(waiting))).toEqual([done, done, done]);
  expect([closed(), source.openCount]).toEqual([1, 0]);
  await source.subscribe("a").return!();
  expect(outlets).toHaveLength(2);
});

test("a slow reader of a source gets its last state, and slows nobody", async () => {
  const { source, outlets, closed } = countedSource();
  const [slow, quick] = [source.subscribe("a"), source.subscribe("a")];
  const seen: unknown[] = [];
  for (let state = 1; state <= 100; state++) {
    outlets[0]!.next(state);
    seen.push((await atOnce(quick.next())).value);
  }
  outlets[0]!.complete();
  expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  expect(await atOnce(all(slow))).toEqual([100]);
  expect([closed(), source.openCount]).toEqual([1, 0]);
});

test("a source that ends while it opens keeps nobody waiting", async () => {
  let closed = 0;
  const source = new RefCountedSource<number>((_key, outlet) => {
    outlet.next(1);
    outlet.complete();
    return () => closed++;
  });
  expect(await atOnce(all(source.subscribe("a")))).toEqual([1]);
  expect([closed, source.openCount]).toEqual([1, 0]);
});

/** A tail over a list that grows. */
function growing() {
  const items: number[] = [];
  const notifications = new Set<() => void>();
  let failing = false;
  let over = false;
  const tail = (): ResumableReader<number> => {
    let at = 0;
    return new ResumableReader<number>(
      async () => {
        if (failing) throw Object.assign(new Error("away"), { code: "ECONNREFUSED" });
        const more = items.slice(at, at + 2);
        at += more.length;
        return more.length === 0 && over ? undefined : more;
      },
      (notify) => {
        notifications.add(notify);
        return () => notifications.delete(notify);
      },
    );
  };
  return {
    tail,
    notifications,
    put: (...more: number[]) => {
      items.push(...more);
      for (const notify of notifications) notify();
    },
    end: () => {
      over = true;
      for (const notify of notifications) notify();
    },
    fail: (fails: boolean) => (failing = fails),
  };
}

test("a tail gives what is there, then what comes, each once, to each reader at its own pace", async () => {
  const { tail, put, end, notifications } = growing();
  put(1, 2, 3);
  const [quick, slow] = [tail(), tail()];
  const read = all(quick);
  put(4);
  await sleep(5);
  put(5, 6, 7);
  end();
  expect(await atOnce(read)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(await atOnce(all(slow))).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(notifications.size).toBe(0);
});

test("who leaves a tail during a silence leaves at once, and listens no more", async () => {
  const { tail, notifications } = growing();
  const reader = tail();
  const waiting = reader.next();
  await sleep(5);
  await atOnce(reader.return());
  expect(await atOnce(waiting)).toEqual(done);
  expect(notifications.size).toBe(0);
});

test("a tail outlives what it reads from being away, and misses nothing", async () => {
  const { tail, put, end, fail } = growing();
  const read = all(tail());
  put(1);
  await sleep(5);
  fail(true);
  put(2);
  await sleep(5);
  fail(false);
  // No notification reports it.
  await sleep(1_200);
  put(3);
  end();
  expect(await read).toEqual([1, 2, 3]);
});
