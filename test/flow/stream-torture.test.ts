import { createHash } from "node:crypto";
import { expect, jest, test } from "@jest/globals";
import { operation, type Untyped } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { approvedApp, createNamespace, helloSpec, TestServer } from "../support/test-server.js";
import { linesOf } from "../support/log-reader.js";
import { ServerProcess } from "../support/server-process.js";
import { createQuietPod } from "../support/quiet-pod.js";
import { Random } from "../support/random.js";
import { persist, transports } from "../support/stream-client.js";
import { FlakyProxy } from "../support/flaky-proxy.js";

jest.setTimeout(300_000);

const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
const readers = 200;
const cuts = 1_000;
const kills = 5;
const timeoutMs = 240_000;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const lastLine = "the last line 🏁";

test(`${readers} readers on every transport, cut ${cuts} times, over ${kills} crashes, get every byte once (SEED=${seed})`, async () => {
  const random = new Random(seed);
  await using testServer = await TestServer.prepare();
  await using server = new ServerProcess(testServer);
  await server.start();
  const admin = await server.connect();
  const namespace = await createNamespace(admin, "pay");
  const app = await approvedApp(admin, namespace.id, "api", { ...helloSpec, replicas: 1 });
  const lines = Array.from({ length: 3_000 }, (_, n) => `${n} ${"øåß 🐫 ".repeat(random.below(12))}\n`);
  const source = lines.join("");
  testServer.sandbox.jenkins.script({
    job: "pay.api",
    pieces: lines.map((line) => Buffer.from(line)),
    everyMs: 15,
    result: "SUCCESS",
  });
  const { startBuild } = await admin.ask("start-build", {
    input: { appId: app.id, ref: { kind: "TAG", name: "v1.0.0" } },
  });
  const pod = "api-loud";
  const { print: tell } = createQuietPod(testServer, { appId: app.id, appName: "api", namespace: "pay", name: pod });
  await eventually(async () => {
    const { pods } = (await admin.ask("app", { id: app.id })).app!;
    expect(pods.find(({ name }) => name === pod)).toMatchObject({ ready: true });
  });

  await using link = await FlakyProxy.open(() => server.port);
  const token = admin.token!;
  const names = Object.keys(transports);
  const read = async (number: number): Promise<{ transport: string; log: string; text: string }> => {
    const transport = names[number % names.length]!;
    const isBuild = number % 2 === Math.floor(number / names.length) % 2;
    const [name, variables] = isBuild
      ? ["build-log", { build: startBuild.build.id }]
      : ["pod-log", { app: app.id, pod }];
    const events: Untyped[] = [];
    await persist(
      transports[transport]!,
      () => ({ url: link.url, token, query: operation(name), variables }),
      (event) => {
        events.push(event);
        return !isBuild && event.text === lastLine;
      },
      timeoutMs,
    );
    const text = isBuild ? events.map(({ text }) => text).join("") : linesOf(events).join("\n");
    return { transport, log: name, text };
  };
  const reading = Promise.all(Array.from({ length: readers }, (_, number) => read(number)));
  reading.catch(() => undefined);

  const printed: string[] = [];
  const print = (text: string): void => {
    tell(text);
    printed.push(text);
  };
  let cut = 0;
  for (let killed = 0; cut < cuts || killed < kills;) {
    for (let n = random.below(4); n > 0; n--) print(`line ${printed.length} ${"øåß 🐫 ".repeat(random.below(40))}`);
    if (cut < cuts && link.openCount > 0) {
      const victim = random.below(link.openCount);
      link.cut((index) => index === victim);
      cut++;
    }
    if (killed < kills && cut >= (cuts / (kills + 1)) * (killed + 1)) {
      await server.kill();
      killed++;
      await server.start();
    }
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  print(lastLine);

  const results = await reading;
  const expected: Record<string, string> = { "build-log": source, "pod-log": printed.join("\n") };
  const wrong = results.filter(({ log, text }) => sha256(text) !== sha256(expected[log]!));
  expect(wrong.map(({ transport, log, text }) => [transport, log, text.length, expected[log]!.length])).toEqual([]);
  expect(results).toHaveLength(readers);
  expect(server.errors).toEqual([]);
});
