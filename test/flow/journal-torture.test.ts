import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, jest, test } from "@jest/globals";
import { GraphQLFailure, type Untyped, type OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { createNamespace, TestServer } from "../support/test-server.js";
import { ServerProcess } from "../support/server-process.js";
import { Random } from "../support/random.js";

jest.setTimeout(180_000);

const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
const writers = 16;
const turns = 25;
const readers = 12;

/** Also from a server that is not there any more. */
const leave = (client: OrreryClient | undefined): void => void client?.close().catch(() => undefined);
const cursorOf = (position: number): string => Buffer.from(JSON.stringify([String(position)])).toString("base64url");

test(`sixteen writers, and readers that are cut and come back to another server: each sees every position once, in order (SEED=${seed})`, async () => {
  const random = new Random(seed);
  await using server = await TestServer.prepare();
  await using whole = new ServerProcess(server);
  await using besides = new ServerProcess(server, { ROLE: "api" });
  await whole.start();
  await besides.start();
  const servers = [whole, besides];
  const namespaces: Untyped[] = [];
  for (let number = 0; number < writers; number++)
    namespaces.push(await createNamespace(await whole.connect(), `n${number}`));

  /** Set when everything is written. */
  let end = Number.POSITIVE_INFINITY;
  let cuts = 0;
  async function read() {
    const seen: Untyped[] = [];
    for (const deadline = Date.now() + 120_000; (seen.at(-1)?.entry.position ?? 0) < end; await sleep(20)) {
      let client: OrreryClient | undefined;
      let cut: NodeJS.Timeout | undefined;
      let hungUp = false;
      try {
        client = await random.of(servers).connect();
        cut = setTimeout(() => ((hungUp = true), leave(client)), 50 + random.below(800));
        for await (const event of client.follow("journal-events", { after: seen.at(-1)?.cursor ?? cursorOf(0) })) {
          if (hungUp) break;
          seen.push(event);
          if (event.entry.position >= end) break;
        }
      } catch (error) {
        if (error instanceof GraphQLFailure || Date.now() > deadline) throw error;
      } finally {
        if (hungUp) cuts++;
        clearTimeout(cut);
        leave(client);
      }
    }
    return seen;
  }

  /** Changes its own namespace again and again, wherever a server answers; each change may be asked for several times. */
  async function write(number: number): Promise<void> {
    const { id } = namespaces[number]!;
    for (let turn = 0; turn < turns; turn++) {
      const input = { id, displayName: `${number}.${turn}`, idempotencyKey: randomUUID() };
      const ask = () => random.of(servers).persist((client) => client.ask("update-namespace", { input }));
      const { cursor } = (await ask()).updateNamespace;
      if (random.below(4) === 0) expect((await ask()).updateNamespace.cursor).toBe(cursor);
      if (turn % 8 === 0) await seeOwn(cursor, input.displayName);
    }
  }
  /** Whatever server is asked: from a mutation's cursor on its own entry comes. */
  async function seeOwn(cursor: string, displayName: string): Promise<void> {
    await random.of(servers).persist(async (client) => {
      for await (const { entry } of client.follow("journal-events", { after: cursor }))
        if (entry.data.displayName === displayName) return leave(client);
      throw new Error(`The change to ${displayName} is not behind its cursor.`);
    });
  }

  const reading = Array.from({ length: readers }, read);
  const writing = Array.from({ length: writers }, (_, number) => write(number));
  await sleep(1_500);
  await besides.kill();
  await besides.start();
  await Promise.all(writing);
  end = await eventually(async () => {
    const { nodes } = (await (await whole.connect()).ask("journal", { first: 1 })).journal;
    const updates = { filter: { events: ["namespace.updated"] }, first: 1 };
    expect((await (await whole.connect()).ask("journal", updates)).journal.totalCount).toBe(writers * turns);
    return nodes[0]!.position;
  });

  const seen = await Promise.all(reading);
  expect(cuts).toBeGreaterThan(readers);
  const [first] = seen;
  for (const events of seen) {
    expect(events.map(({ entry }) => entry.position)).toEqual(Array.from({ length: end }, (_, index) => index + 1));
    expect(events).toEqual(first);
  }
  const updated = first!.filter(({ entry }) => entry.event === "namespace.updated");
  for (const [number, { id }] of namespaces.entries()) {
    const own = updated
      .filter(({ entry }) => entry.subjectId === id)
      .map(({ entry }) => entry.data.displayName as string);
    expect(own).toEqual(Array.from({ length: turns }, (_, turn) => `${number}.${turn}`));
  }
  expect([...whole.errors, ...besides.errors]).toEqual([]);
});
