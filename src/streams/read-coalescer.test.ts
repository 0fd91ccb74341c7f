import { expect, test } from "@jest/globals";
import { ReadCoalescer } from "./read-coalescer.js";

/** Something that grows by hand, whose reads are counted and end when they are let. */
class Growing {
  readonly items: string[] = [];
  over = false;
  loads = 0;
  notify: (key: string | undefined) => void = () => undefined;
  readonly reads: ReadCoalescer<string>;
  private held: (() => void)[] = [];

  constructor(maxBytes?: number) {
    this.reads = new ReadCoalescer<string>(
      (notify) => (this.notify = notify),
      maxBytes === undefined ? undefined : { maxBytes, weightOf: (item) => item.length },
    );
  }

  /** One read, which looks at once and answers when it is let. */
  read(from: number): Promise<readonly string[] | undefined> {
    return this.reads.read("thing", from, async () => {
      this.loads++;
      const found = this.items.slice(from, from + 2);
      const { over } = this;
      await new Promise<void>((resolve) => this.held.push(resolve));
      return found.length === 0 && over ? undefined : found;
    });
  }

  async let<T>(reading: Promise<T>): Promise<T> {
    await Promise.resolve();
    for (const go of this.held.splice(0)) go();
    return reading;
  }
}

test("who asks while it is read waits for that read, and gets the same items", async () => {
  const thing = new Growing(100);
  thing.items.push("a", "b", "c");
  const [one, two] = [thing.read(0), thing.read(0)];
  const elsewhere = thing.read(2);
  const items = await thing.let(one);
  expect(items).toEqual(["a", "b"]);
  expect(await two).toBe(items);
  expect(await elsewhere).toEqual(["c"]);
  expect(thing.loads).toBe(2);
  // Two wanted it, so it was kept.
  expect(await thing.read(0)).toBe(items);
  expect(thing.loads).toBe(2);
});

test("a read that began before a notify serves those who waited for it, and nobody who comes after the notify", async () => {
  const thing = new Growing(100);
  const before = thing.read(0);
  thing.items.push("a");
  thing.notify("thing");
  const after = thing.read(0);
  expect(await thing.let(after)).toEqual(["a"]);
  expect(await before).toEqual([]);
  // Nor is it taken for the end.
  const again = thing.read(0);
  expect(await thing.let(again)).toEqual(["a"]);
});

test.each(["thing", undefined])("that there is nothing yet is known until a notify of %s", async (key) => {
  const thing = new Growing(100);
  expect(await thing.let(thing.read(0))).toEqual([]);
  expect(await thing.read(0)).toEqual([]);
  thing.notify("another thing");
  expect(await thing.read(0)).toEqual([]);
  expect(thing.loads).toBe(1);
  thing.items.push("a");
  thing.notify(key);
  expect(await thing.let(thing.read(0))).toEqual(["a"]);
  thing.over = true;
  thing.notify(key);
  expect(await thing.let(thing.read(1))).toBeUndefined();
  expect(await thing.read(1)).toBeUndefined();
  expect(thing.loads).toBe(3);
});

test("what is read twice is kept, up to a weight; what is read once is not", async () => {
  const thing = new Growing(10);
  thing.items.push("aaa", "bbb", "ccc", "ddd");
  await thing.let(thing.read(0));
  const second = await thing.let(thing.read(0));
  expect(thing.loads).toBe(2);
  expect(await thing.read(0)).toBe(second);
  expect(thing.loads).toBe(2);
  // Another page that is kept takes its room.
  await thing.let(thing.read(2));
  await thing.let(thing.read(2));
  const third = thing.read(0);
  expect(await thing.let(third)).toEqual(["aaa", "bbb"]);
  expect(thing.loads).toBe(5);
});

test("two reads of one place at once, with a notify between them, give the same items from then on", async () => {
  const thing = new Growing(100);
  thing.items.push("a");
  const one = thing.read(0);
  thing.notify("thing");
  const two = thing.read(0);
  const [first, later] = await thing.let(Promise.all([one, two]));
  expect(later).toEqual(first);
  expect(await thing.read(0)).toBe(later);
});

test("without keeping, only what is read at the same moment is shared", async () => {
  const thing = new Growing();
  thing.items.push("a");
  for (let round = 1; round <= 3; round++) {
    const [one, two] = [thing.read(0), thing.read(0)];
    expect(await thing.let(one)).toBe(await two);
    expect(thing.loads).toBe(round);
  }
});

test("a read that fails fails for all who wait for it, and the next one is another", async () => {
  const reads = new ReadCoalescer<string>(() => undefined);
  const failing = (): Promise<string[]> => Promise.reject(new Error("away"));
  const both = [reads.read("thing", 0, failing), reads.read("thing", 0, failing)];
  for (const read of both) await expect(read).rejects.toThrow("away");
  expect(await reads.read("thing", 0, () => Promise.resolve(["a"]))).toEqual(["a"]);
});
