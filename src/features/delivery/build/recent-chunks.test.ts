import { expect, test } from "@jest/globals";
import { RecentChunks } from "./recent-chunks.js";

const committed = Promise.resolve();
const bytes = Buffer.from("a line\n");

test("a chunk is given once it is committed, and not if that fails", async () => {
  const recent = new RecentChunks();
  let commit: () => void = () => undefined;
  const kept = recent.keep("b", 0, bytes, new Promise<void>((resolve) => (commit = resolve)));
  let given: Buffer | undefined;
  const asked = recent.at("b", 0).then((found) => (given = found));
  await Promise.resolve();
  expect(given).toBeUndefined();
  commit();
  await Promise.all([kept, asked]);
  expect(given).toEqual(bytes);

  const failing = recent.keep("b", 7, bytes, Promise.reject(new Error("the lease is lost")));
  await expect(recent.at("b", 7)).resolves.toBeUndefined();
  await expect(failing).rejects.toThrow("the lease is lost");
  await expect(recent.at("b", 7)).resolves.toBeUndefined();
});

test("chunks are told apart by build and offset; an empty one is none, and old ones are let go", async () => {
  const recent = new RecentChunks();
  await recent.keep("b", 0, bytes, committed);
  await recent.keep("b", 7, Buffer.alloc(0), committed);
  expect(await recent.at("c", 0)).toBeUndefined();
  expect(await recent.at("b", 7)).toBeUndefined();
  expect(await recent.at("b", 0)).toEqual(bytes);
  for (let i = 0; i < 20; i++) await recent.keep("c", i, bytes, committed);
  expect(await recent.at("b", 0)).toBeUndefined();
  expect(await recent.at("c", 19)).toEqual(bytes);
});

test("a recorder does not run away from a reader that keeps up, and hardly waits for one that does not", async () => {
  const recent = new RecentChunks();
  await recent.keep("b", 0, bytes, committed);
  await recent.at("b", 0);
  for (let i = 1; i <= 3; i++) await recent.keep("b", i, bytes, committed);
  let ahead = false;
  const kept = recent.keep("b", 4, bytes, committed).then(() => (ahead = true));
  await Promise.resolve();
  expect(ahead).toBe(false);
  await recent.at("b", 1);
  await kept;
  // Nobody reads any more: this ends by itself.
  for (let i = 5; i < 30; i++) await recent.keep("b", i, bytes, committed);
});

test("memory is used again, but neither under a chunk that is kept nor under what a reader was given", async () => {
  const recent = new RecentChunks();
  const large = (fill: number): Buffer => Buffer.alloc(200_000, fill);
  const given: Buffer[] = [];
  const rooms = new Set<unknown>();
  for (let i = 0; i < 40; i++) {
    const copy = recent.copy(large(i));
    rooms.add(copy.buffer);
    await recent.keep("b", i, copy, committed);
    given.push((await recent.at("b", i))!);
  }
  given.forEach((bytes, i) => expect(bytes.equals(large(i))).toBe(true));
  expect((await recent.at("b", 33))!.equals(large(33))).toBe(true);
  expect(rooms.size).toBeLessThan(15);
});
