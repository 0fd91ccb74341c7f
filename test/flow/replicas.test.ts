import { expect, jest, test } from "@jest/globals";
import { operation, type Untyped } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { approvedApp, createNamespace, TestServer } from "../support/test-server.js";
import { ServerProcess } from "../support/server-process.js";
import { persist, transports } from "../support/stream-client.js";
import { FlakyProxy } from "../support/flaky-proxy.js";

jest.setTimeout(180_000);

const readersEach = 8;
const lines = Array.from({ length: 1_200 }, (_, number) => `line ${number} 🏁\n`);

test("two servers and a worker on one database: whoever dies, every reader gets everything, and Jenkins has one poller", async () => {
  await using server = await TestServer.prepare();
  await using one = new ServerProcess(server, { ROLE: "api" });
  await using two = new ServerProcess(server, { ROLE: "api" });
  await using worker = new ServerProcess(server, { ROLE: "worker" });
  await one.start();
  await Promise.all([two.start(), worker.start()]);
  const admin = await one.connect();
  const token = admin.token!;
  const namespace = await createNamespace(admin, "pay");
  const app = await approvedApp(admin, namespace.id, "api");
  const { jenkins } = server.sandbox;
  // Slow enough for a second poller to show.
  jenkins.server.addFault({ match: "progressiveText", kind: "delay", ms: 40 });
  jenkins.script({
    job: "pay.api",
    pieces: lines.map((line) => Buffer.from(line)),
    everyMs: 20,
    result: "SUCCESS",
  });
  const { startBuild } = await admin.ask("start-build", {
    input: { appId: app.id, ref: { kind: "TAG", name: "v1.0.0" } },
  });
  const build = startBuild.build.id;

  // Each connection goes to one replica or the other, as behind a load balancer; those of the dead one break.
  let turn = 0;
  await using link = await FlakyProxy.open(() => [one.port, two.port].filter((port) => port !== undefined)[turn++ % 2]);
  const follow = async (name: string, number: number, variables: object, isLast: (event: Untyped) => boolean) => {
    const events: Untyped[] = [];
    await persist(
      Object.values(transports)[number % 4]!,
      () => ({ url: link.url, token, query: operation(name), variables: { ...variables } }),
      (event) => (events.push(event), isLast(event)),
      120_000,
    );
    return events;
  };
  const isOver = ({ build: { phase } }: Untyped): boolean => phase === "SUCCEEDED";
  const isSettled = ({ entry: { event } }: Untyped): boolean => event === "rollout.succeeded";
  const each = <T>(read: (number: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: readersEach }, (_, number) => read(number)));
  const reading = Promise.all([
    each((number) => follow("build-log", number, { build }, () => false)),
    each((number) => follow("journal-events", number, { after: startBuild.cursor }, isSettled)),
    each((number) => follow("build-changed", number, { build }, isOver)),
  ]);
  reading.catch(() => undefined);

  for (const victim of [two, worker, one, worker]) {
    const seen = (await one.persist((client) => client.ask("build", { id: build }))).build!.logBytes;
    await eventually(async () => {
      const { build: now } = await one.persist((client) => client.ask("build", { id: build }));
      expect(now!.logBytes).toBeGreaterThan(seen + 1_000);
    }, 60_000);
    await victim.kill();
    await victim.start();
  }

  const [logs, journals, states] = await reading;
  for (const pieces of logs) expect(pieces.map(({ text }) => text).join("")).toBe(lines.join(""));
  for (const events of journals)
    expect(events.map(({ cursor }) => cursor)).toEqual(journals[0]!.map(({ cursor }) => cursor));
  expect(journals[0]!.map(({ entry }) => entry.event)).toEqual(
    expect.arrayContaining(["build.started", "build.succeeded", "rollout.succeeded"]),
  );
  for (const changes of states) {
    const cursors = changes.map(({ cursor }) => cursor as string);
    expect(new Set(cursors).size).toBe(cursors.length);
  }
  expect(jenkins.server.mostAtOnce("GET /job/pay.api/1/logText/progressiveText")).toBe(1);
  expect([one, two, worker].flatMap(({ errors }) => errors)).toEqual([]);
});
