import { expect, jest, test } from "@jest/globals";
import WebSocket from "ws";
import { operation } from "../../src/demo/orrery-client.js";
import { collect } from "../support/retained-bytes.js";
import { eventually } from "../support/eventually.js";
import { approvedApp, createNamespace, helloSpec, TestServer } from "../support/test-server.js";

jest.setTimeout(300_000);

const cycles = 10_000;
const rounds = 4;
const atOnce = 50;
/** A kilobyte for each; a busy machine leaves some of it lying for a while. */
const mostGrowth = 10e6;

async function retainedBytes(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}

/** What keeps the process busy: how many sockets, timers and pipes. */
function resources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** The most of each that was seen in a while: watches and simulations are now with a timer, now without. */
async function mostResources(): Promise<Map<string, number>> {
  const most = resources();
  for (let look = 0; look < 200; look++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    for (const [kind, count] of resources()) most.set(kind, Math.max(count, most.get(kind) ?? 0));
  }
  return most;
}

test(`${cycles} subscribers who come and go leave nothing behind`, async () => {
  await using server = await TestServer.open({
    environment: { MAX_SUBSCRIPTIONS_PER_MEMBER: "20000", BUDGET_PER_MINUTE: "10000000" },
  });
  const admin = await server.login();
  const namespace = await createNamespace(admin, "pay");
  const app = await approvedApp(admin, namespace.id, "api", { ...helloSpec, replicas: 1 });
  server.sandbox.jenkins.script({
    job: "pay.api",
    pieces: Array.from({ length: 50 }, (_, number) => Buffer.from(`line ${number}\n`)),
    everyMs: 1,
    result: "SUCCESS",
  });
  const { startBuild } = await admin.ask("start-build", {
    input: { appId: app.id, ref: { kind: "TAG", name: "v1.0.0" } },
  });
  const build = startBuild.build.id;
  const pod = await eventually(async () => {
    const [running] = (await admin.ask("app", { id: app.id })).app!.pods;
    expect(running).toMatchObject({ ready: true });
    return running!.name;
  });

  const kinds: readonly [name: string, variables: object][] = [
    ["build-log", { build }],
    ["build-changed", { build }],
    ["pods-changed", { app: app.id }],
    ["pod-log", { app: app.id, pod }],
    ["app-log", { app: app.id }],
    ["journal-events", {}],
    ["notification-added", {}],
  ];
  const subscribe = async (socket: WebSocket, from: number, to: number): Promise<void> => {
    for (let cycle = from; cycle < to; cycle++) {
      const [name, variables] = kinds[cycle % kinds.length]!;
      const id = String(cycle);
      socket.send(JSON.stringify({ id, type: "subscribe", payload: { query: operation(name), variables } }));
      // Some leave before the stream is open, some while it is, some behind its first event.
      if (cycle % 3 > 0) await new Promise((resolve) => setTimeout(resolve, cycle % 5));
      socket.send(JSON.stringify({ id, type: "complete" }));
    }
  };
  const round = async (count: number): Promise<void> => {
    await Promise.all(
      Array.from({ length: atOnce }, async (_, number) => {
        const socket = new WebSocket(`${server.url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
        await new Promise((resolve) => socket.once("open", resolve));
        const acknowledged = new Promise((resolve) => socket.once("message", resolve));
        socket.send(JSON.stringify({ type: "connection_init", payload: { authorization: `Bearer ${admin.token}` } }));
        await acknowledged;
        await subscribe(socket, (number * count) / atOnce, ((number + 1) * count) / atOnce);
        // Half of them say goodbye, half are cut off.
        if (number % 2 === 0) socket.close();
        else socket.terminate();
      }),
    );
    await eventually(
      async () => expect(server.open).toEqual({ sockets: 0, eventStreams: 0, subscriptions: 0, topics: 0 }),
      60_000,
    );
  };

  // What is made once stays: compiled code, pools, caches, queues that were that long once.
  await round(cycles / rounds);
  const [memory, before] = [await retainedBytes(), await mostResources()];
  const { kubernetes } = server.sandbox;
  const upstream = (): number[] => [kubernetes.openWatches, kubernetes.openLogFollows];
  const asked = upstream();
  for (let n = 0; n < rounds; n++) await round(cycles / rounds);
  await eventually(async () => {
    const more = [...resources()].filter(([kind, count]) => count > (before.get(kind) ?? 0));
    expect(more).toEqual([]);
  }, 60_000);
  expect(upstream()).toEqual(asked);
  // Timers of what was left hold on to it for some seconds.
  await eventually(async () => expect((await retainedBytes()) - memory).toBeLessThan(mostGrowth), 60_000);
});
