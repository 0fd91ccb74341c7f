import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { FailureLog } from "../../src/kernel/failure-log.js";
import { requeueAfter, done, type ReconcileContext, type Outcome } from "../../src/work/reconciler.js";
import { LeaseLost, WorkQueue } from "../../src/work/work-queue.js";
import { Worker, type WorkerOptions } from "../../src/work/worker.js";
import { eventually } from "../support/eventually.js";
import { OpenDatabase } from "../support/open-database.js";

const kind = "thing";
const queue = new WorkQueue();
let database: OpenDatabase;
let workers: Worker[];
let logged: string[];
const noted =
  (level: string) =>
  (_details: object, message: string): void =>
    void logged.push(`${level} ${message}`);

beforeEach(async () => {
  database = await OpenDatabase.open();
  workers = [];
  logged = [];
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  const leased = await database.rows(`select kind, key from work_item where owner is not null and lease_until > now()`);
  await database[Symbol.asyncDispose]();
  // Whoever stopped gave back what was theirs; the dead of these tests have no lease any more.
  expect(leased).toEqual([]);
});

async function work(
  reconcile: (key: string, context: ReconcileContext) => Promise<Outcome>,
  options: Partial<WorkerOptions> = {},
  fork = database.fork,
): Promise<Worker> {
  const worker = new Worker(queue, fork, database.pubSub, [{ kind, reconcile }], {
    failed: () => undefined,
    failures: new FailureLog({ info: noted("info"), warn: noted("warn"), error: noted("error") }, "work queue"),
    ...options,
  });
  workers.push(worker);
  await worker.start();
  return worker;
}

const ask = (key: string) => queue.enqueue(database.fork(), { kind, key });
const items = () => database.rows(`select * from work_item order by key`);
const expectNothingLeft = () => eventually(async () => expect(await items()).toEqual([]));

function gate(): { readonly open: () => void; readonly passed: Promise<void> } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { open, passed };
}

test("a request that comes during the run is not lost, and many of them are one more run", async () => {
  const first = gate();
  let runs = 0;
  await work(async () => {
    if (++runs === 1) await first.passed;
    return done;
  });
  await ask("a");
  await eventually(async () => expect(runs).toBe(1));
  for (let i = 0; i < 5; i++) await ask("a");
  first.open();
  await expectNothingLeft();
  expect(runs).toBe(2);
});

test("a request that comes between the look and its end is not lost", async () => {
  let runs = 0;
  await work(async () => {
    // Committed before the worker settles the key.
    if (++runs === 1) await ask("a");
    return done;
  });
  await ask("a");
  await expectNothingLeft();
  expect(runs).toBe(2);
});

test("a key is never worked on twice at once, however many workers and requests there are", async () => {
  const now = new Map<string, number>();
  let most = 0;
  let runs = 0;
  const reconcile = async (key: string): Promise<Outcome> => {
    now.set(key, (now.get(key) ?? 0) + 1);
    most = Math.max(most, now.get(key)!);
    runs++;
    await sleep(Math.random() * 8);
    now.set(key, now.get(key)! - 1);
    return Math.random() < 0.3 ? requeueAfter(1) : done;
  };
  for (let i = 0; i < 4; i++) await work(reconcile, { concurrency: 3 });
  await Promise.all(Array.from({ length: 200 }, (_, i) => ask(`key-${i % 6}`)));
  await expectNothingLeft();
  expect(most).toBe(1);
  expect(runs).toBeGreaterThanOrEqual(6);
});

test("a worker that died is replaced when its lease is over, and by a claim of another fence", async () => {
  await ask("a");
  const [dead] = await queue.claim(database.fork(), { owner: "dead", kinds: [kind], limit: 1, leaseMs: 700 });
  const startedAt = Date.now();
  const seen: ReconcileContext[] = [];
  await work(async (_key, context) => (seen.push(context), done));
  await expectNothingLeft();
  expect(Date.now() - startedAt).toBeGreaterThan(500);
  expect(Date.now() - startedAt).toBeLessThan(5_000);
  expect(seen).toHaveLength(1);
  expect(seen[0]!.lease.fence).toBeGreaterThan(dead!.fence);
  expect(seen[0]!.attempt).toBe(2);
});

test("a writer who comes too late is refused, and writes nothing", async () => {
  const late = gate();
  const outcomes: unknown[] = [];
  const slow = await work(
    async (key, context) => {
      await late.passed;
      const write = context.commit((em) => em.execute(`insert into journal_reader (name) values ('late')`));
      outcomes.push(await write.catch((error: unknown) => error));
      // Nor does it settle or release what is another's now.
      return key === "a" ? done : requeueAfter(0);
    },
    { leaseMs: 60_000 },
  );
  await ask("a");
  await eventually(async () => expect(await items()).toMatchObject([{ owner: slow.owner }]));
  // In one transaction, or the worker itself may take up again what has expired.
  const [taken] = await database.fork().transactional(async (em) => {
    await em.execute(`update work_item set lease_until = now() - interval '1 s'`);
    return queue.claim(em, { owner: "other", kinds: [kind], limit: 1, leaseMs: 60_000 });
  });
  expect(taken).toBeDefined();
  late.open();
  await eventually(async () => expect(outcomes).toEqual([expect.any(LeaseLost)]));
  expect(await database.rows(`select 1 from journal_reader`)).toEqual([]);
  expect(await items()).toMatchObject([{ key: "a", owner: "other" }]);
  await queue.complete(database.fork(), taken!);
  expect(await items()).toEqual([]);
});

test("while a write is open nobody takes the key over", async () => {
  await ask("a");
  const [lease] = await queue.claim(database.fork(), { owner: "me", kinds: [kind], limit: 1, leaseMs: 1 });
  await sleep(5);
  await database.fork().transactional(async (em) => {
    await queue.guard(em, lease!);
    const other = { owner: "other", kinds: [kind], limit: 1, leaseMs: 1_000 };
    expect(await queue.claim(database.fork(), other)).toEqual([]);
  });
  await queue.complete(database.fork(), lease!);
});

test("a worker that stops lets go at once and gives its keys back", async () => {
  let aborted = false;
  const stopping = await work(
    async (_key, { signal }) => {
      await sleep(60_000, undefined, { signal }).catch(() => (aborted = true));
      throw new Error("interrupted");
    },
    { leaseMs: 60_000 },
  );
  await ask("a");
  await eventually(async () => expect(await items()).toMatchObject([{ owner: stopping.owner }]));
  const startedAt = Date.now();
  await stopping.stop();
  expect(aborted).toBe(true);
  let runs = 0;
  await work(async () => (runs++, done));
  await expectNothingLeft();
  expect(runs).toBe(1);
  expect(Date.now() - startedAt).toBeLessThan(2_000);
});

test("a key that fails is tried again ever later, says why, and does not hold up the others", async () => {
  const tries: number[] = [];
  const failures: [number, unknown][] = [];
  let healthy = false;
  await work(
    async (key) => {
      if (key === "good" || healthy) return done;
      tries.push(performance.now());
      throw new Error("not today");
    },
    { failed: ({ attempt }, error) => failures.push([attempt, (error as Error).message]) },
  );
  await ask("bad");
  await eventually(async () => expect(tries.length).toBeGreaterThanOrEqual(2));
  await ask("good");
  await eventually(async () => expect((await items()).map(({ key }) => key)).toEqual(["bad"]));
  await eventually(async () => expect(tries.length).toBeGreaterThanOrEqual(3));
  expect(failures.slice(0, 3)).toEqual([1, 2, 3].map((attempt) => [attempt, "not today"]));
  const [first, second] = [tries[1]! - tries[0]!, tries[2]! - tries[1]!];
  expect(second).toBeGreaterThan(first);
  expect(await items()).toMatchObject([{ key: "bad", last_error: "not today", owner: null }]);
  // Whoever asks anew does not wait for the pause to end.
  healthy = true;
  await ask("bad");
  await expectNothingLeft();
});

test("a key that could not be given back is taken up again, though its worker is busy with others", async () => {
  const long = gate();
  let away = false;
  let tries = 0;
  const fork: typeof database.fork = () => {
    const em = database.fork();
    return away ? Object.assign(em, { execute: () => Promise.reject(new Error("The database is away.")) }) : em;
  };
  await work(
    async (key) => {
      if (key === "long") await long.passed;
      else if (++tries === 1) {
        away = true;
        setTimeout(() => (away = false), 50);
        throw new Error("cut off");
      }
      return done;
    },
    { leaseMs: 600 },
    fork,
  );
  await ask("long");
  await ask("short");
  await eventually(async () => expect((await items()).map(({ key }) => key)).toEqual(["long"]), 5_000);
  expect(tries).toBe(2);
  long.open();
  await expectNothingLeft();
});

test("a look whose lease was taken from it is told to stop", async () => {
  const reasons: unknown[] = [];
  await work(
    async (_key, { signal, attempt }) => {
      if (attempt === 1)
        await sleep(60_000, undefined, { signal }).catch(() => reasons.push((signal.reason as Error).name));
      return done;
    },
    { leaseMs: 900 },
  );
  await ask("a");
  await eventually(async () => expect(await items()).toMatchObject([{ fence: "1", owner: expect.any(String) }]));
  await database.rows(`update work_item set owner = 'other', fence = fence + 1, lease_until = now() + interval '1 s'`);
  await eventually(async () => expect(reasons).toEqual(["LeaseLost"]), 5_000);
  // When the other one's lease is over too, the key comes back.
  await expectNothingLeft();
});

test.each([
  ["a defect", new TypeError("x is not a function"), "error task failed with a defect; will retry"],
  [
    "the database is away",
    Object.assign(new Error("refused"), { code: "ECONNREFUSED" }),
    "warn task failed; will retry",
  ],
])(
  "a claim that fails because of %s is logged once, and once more when it succeeds again",
  async (_why, cause, line) => {
    let forks = 0;
    let runs = 0;
    const fork: typeof database.fork = () => {
      // The first two claims fail: without a resync, a start asks the database for nothing.
      if (++forks <= 2) throw cause;
      return database.fork();
    };
    await ask("a");
    await work(() => (runs++, Promise.resolve(done)), {}, fork);
    await expectNothingLeft();
    expect(runs).toBe(1);
    expect(logged).toEqual([line, "info task recovered"]);
  },
);

test("the keys that a reconciler's resync selects are reconciled when a worker starts, and no others", async () => {
  const seen: string[] = [];
  const reconcile = (key: string): Promise<Outcome> => (seen.push(key), Promise.resolve(done));
  const resync = `select * from (values ('a'), ('b')) as things (id) where id <> 'b'`;
  const worker = new Worker(queue, database.fork, database.pubSub, [{ kind, resync, reconcile }], {
    failed: () => undefined,
    failures: new FailureLog({ info: noted("info"), warn: noted("warn"), error: noted("error") }, "work queue"),
  });
  workers.push(worker);
  await worker.start();
  await expectNothingLeft();
  expect(seen).toEqual(["a"]);
});
