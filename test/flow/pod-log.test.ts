import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { eventText, idIn } from "../support/event-text.js";
import { eventually } from "../support/eventually.js";
import { all, approvedApp, createNamespace, helloSpec, TestServer } from "../support/test-server.js";
import { LogReader, linesOf } from "../support/log-reader.js";
import { createQuietPod } from "../support/quiet-pod.js";
import { refusal } from "../support/refusal.js";

describe("the log of a pod", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let namespaceId: string;

  beforeAll(async () => {
    server = await TestServer.open();
    server.sandbox.github.repository("acme/hello-orrery").addTag({ name: "v2.0.0-crash" });
    admin = await server.login();
    namespaceId = (await createNamespace(admin, "pay")).id;
  });
  afterAll(() => server[Symbol.asyncDispose]());
  afterEach(async () => {
    server.sandbox.kubernetes.server.clearFaults();
    await eventually(async () => expect(server.sandbox.kubernetes.openLogFollows).toBe(0));
  });

  const newApp = async (name: string, replicas = 1): Promise<string> =>
    (await approvedApp(admin, namespaceId, name, { ...helloSpec, replicas })).id;
  const deliver = async (app: string, tag: string): Promise<void> => {
    const { startBuild } = await admin.ask("start-build", { input: { appId: app, ref: { kind: "TAG", name: tag } } });
    await all(admin.follow("build-log", { build: startBuild.build.id }));
  };
  const pods = async (app: string) =>
    (
      await admin.ask(
        "query ($id: ID!) { app(id: $id) { pods { name ready leaving containers { name restarts } } } }",
        { id: app },
      )
    ).app!.pods;
  const readyPods = (app: string, count: number): Promise<string[]> =>
    eventually(async () => {
      const found = await pods(app);
      expect(found.filter(({ ready, leaving }) => ready && !leaving)).toHaveLength(count);
      expect(found).toHaveLength(count);
      return found.map(({ name }) => name);
    });
  /** A pod that prints what the test says, and nothing else. */
  const quietPod = async (
    name: string,
  ): Promise<{ app: string; pod: string; print: (text: string | Uint8Array, at?: bigint) => void }> => {
    const app = await newApp(name);
    await deliver(app, "v1.0.0");
    await readyPods(app, 1);
    const pod = `${name}-quiet`;
    const { print } = createQuietPod(server, { appId: app, appName: name, namespace: "pay", name: pod });
    await readyPods(app, 2);
    return { app, pod, print };
  };
  const follow = (variables: object, client = admin): LogReader => new LogReader(client, "pod-log", variables);
  const has = (reader: LogReader, lines: readonly string[]): Promise<void> =>
    eventually(async () => expect(reader.lines).toEqual(lines));

  test("is what is there, then what comes, for any number of readers over one follow", async () => {
    const { app, pod, print } = await quietPod("many");
    const printed = ["first", "服务 ready — 🎉", ""];
    for (const text of printed) print(text);
    const readers = Array.from({ length: 50 }, () => follow({ app, pod }));
    await Promise.all(readers.map((reader) => has(reader, printed)));
    expect(server.sandbox.kubernetes.openLogFollows).toBe(1);
    for (let n = 0; n < 20; n++) {
      printed.push(`line ${n}`);
      print(`line ${n}`);
    }
    await Promise.all(readers.map((reader) => has(reader, printed)));
    expect(server.sandbox.kubernetes.openLogFollows).toBe(1);
    await Promise.all(readers.slice(1).map((reader) => reader.leave()));
    expect(server.sandbox.kubernetes.openLogFollows).toBe(1);
    await readers[0]!.leave();
  });

  test("goes on after a cut of the reader or of the cluster with nothing lost and nothing repeated", async () => {
    const { app, pod, print } = await quietPod("cut");
    const printed: string[] = [];
    const now = BigInt(Date.now()) * 1_000_000n;
    const say = (text: string, at?: bigint): void => {
      print(text, at);
      printed.push(text);
    };
    for (let n = 0; n < 30; n++) say(`old ${n} — 服务`, now + BigInt(n >> 2));
    say("x服务".repeat(30_000), now + 100n);
    say("same moment", now + 100n);
    const events: Untyped[] = [];
    for (let round = 0; round < 12; round++) {
      // The cluster tears the next log down somewhere in its middle.
      if (round % 2 === 0)
        server.sandbox.kubernetes.server.addFault({
          match: `${pod}/log`,
          kind: "reset",
          times: 1 + (round % 4),
          bytes: 100 + round * 997,
        });
      const reader = follow({ app, pod, after: events.at(-1)?.cursor ?? null });
      for (let n = 0; n < 5; n++) say(`round ${round} line ${n}`);
      const wanted = 1 + Math.floor(Math.random() * 9);
      await eventually(async () =>
        expect(linesOf([...events, ...reader.events]).length).toBeGreaterThanOrEqual(
          Math.min(printed.length, linesOf(events).length + wanted),
        ),
      );
      await reader.leave();
      events.push(...reader.events.slice(0, Math.max(1, reader.events.length - (round % 3))));
    }
    const last = follow({ app, pod, after: events.at(-1)!.cursor });
    await eventually(async () => expect(linesOf([...events, ...last.events])).toEqual(printed));
    await last.leave();
    expect([...events, ...last.events].filter(({ kind }) => kind !== "LINE")).toEqual([]);
  });

  test("begins with the last lines, or at a time, when that is asked for", async () => {
    const { app, pod, print } = await quietPod("tail");
    const at = BigInt(Date.now() - 60_000) * 1_000_000n;
    for (let n = 0; n < 10; n++) print(`line ${n}`, at + BigInt(n >> 1) * 1_000_000_000n);
    const tail = follow({ app, pod, tailLines: 3 });
    const sinceTime = new Date(Number(at / 1_000_000n) + 3_000).toISOString();
    const since = follow({ app, pod, sinceTime });
    const none = follow({ app, pod, tailLines: 0 });
    await has(tail, ["line 7", "line 8", "line 9"]);
    await has(since, ["line 6", "line 7", "line 8", "line 9"]);
    await eventually(async () => expect(server.sandbox.kubernetes.openLogFollows).toBe(1));
    print("new");
    await has(none, ["new"]);
    // Cut before the first line, an event stream goes on where it began.
    const query = `subscription { podLog(app: "${app}", pod: "${pod}", tailLines: 0) { text } }`;
    const address = `${server.url}/graphql/stream?${new URLSearchParams({ query }).toString()}`;
    const authorization = `Bearer ${admin.token}`;
    const begun = await eventText(address, { authorization }, /^id: .+\n\n/m);
    print("unseen");
    const headers = { authorization, "last-event-id": idIn(begun) };
    expect(await eventText(address, headers, /^event: next\n.*\n.*\n/m)).toContain('"unseen"');
    const resumed = follow({ app, pod, tailLines: 1, after: tail.events[1]!.cursor });
    await has(resumed, ["line 9", "new", "unseen"]);
    await Promise.all([tail, since, none, resumed].map((reader) => reader.leave()));
    expect(await refusal(admin.follow("pod-log", { app, pod, tailLines: 1, sinceTime }))).toMatchObject({
      code: "INVALID_INPUT",
      fields: [{ path: "tailLines" }, { path: "sinceTime" }],
    });
  });

  test("says where lines are missing that were rotated away, and shows bytes that are no text", async () => {
    const { app, pod, print } = await quietPod("gap");
    print("seen");
    const first = follow({ app, pod });
    await has(first, ["seen"]);
    await first.leave();
    print("lost");
    server.sandbox.kubernetes.trimLog("pay", pod, "gap");
    print(Buffer.from([0x61, 0xff, 0x62]));
    const second = follow({ app, pod, after: first.events.at(-1)!.cursor });
    await has(second, ["a�b"]);
    expect(second.kinds).toEqual(["GAP", "LINE"]);
    await second.leave();
    const third = follow({ app, pod, after: second.events[0]!.cursor });
    await has(third, ["a�b"]);
    expect(third.kinds).toEqual(["LINE"]);
    await third.leave();
  });

  test("goes on across a restart, and ends with the pod", async () => {
    const { app, pod, print } = await quietPod("restart");
    print("before");
    const reader = follow({ app, pod });
    await has(reader, ["before"]);
    const { kubernetes } = server.sandbox;
    kubernetes.setPodFailure("pay", pod, "crash");
    await eventually(async () => expect(reader.kinds).toContain("RESTARTED"));
    kubernetes.setPodFailure("pay", pod, "healthy");
    await eventually(async () => print("after"));
    await eventually(async () => expect(reader.lines.at(-1)).toBe("after"));
    expect(reader.lines.slice(0, 2)).toEqual(["before", "panic: the process gave up (exit status 1)"]);
    expect(reader.kinds.slice(0, 3)).toEqual(["LINE", "LINE", "RESTARTED"]);
    expect(reader.kinds).not.toContain("GAP");
    const previous = await all(admin.follow("pod-log", { app, pod, previous: true }));
    expect(previous.at(-1)).toMatchObject({ kind: "ENDED", reason: "PREVIOUS_RUN" });
    expect(linesOf(previous)).toContain("panic: the process gave up (exit status 1)");
    kubernetes.remove("Pod", "pay", pod);
    await reader.over;
    expect(reader.events.at(-1)).toMatchObject({ kind: "ENDED", reason: "POD_DELETED" });
    expect(await refusal(admin.follow("pod-log", { app, pod }))).toMatchObject({ code: "NOT_FOUND" });
  });

  test("of an app merges its pods by time, through a rollout", async () => {
    const app = await newApp("merged", 2);
    await deliver(app, "v1.0.0");
    const old = await readyPods(app, 2);
    const reader = new LogReader(admin, "app-log", { app });
    await eventually(async () => expect(new Set(reader.events.map(({ pod }) => pod))).toEqual(new Set(old)));
    const begun = reader.events.filter(({ kind }) => kind === "LINE").map(({ at }) => at);
    expect(begun).toEqual(begun.toSorted((a: string, b: string) => (a < b ? -1 : 1)));
    await deliver(app, "v1.1.0");
    const isGone = ({ kind, reason }: Untyped): boolean => kind === "ENDED" && reason === "POD_DELETED";
    await eventually(async () =>
      expect(new Set(reader.events.filter(isGone).map(({ pod }) => pod))).toEqual(new Set(old)),
    );
    const young = await readyPods(app, 2);
    await eventually(async () => expect(reader.events.map(({ pod }) => pod)).toEqual(expect.arrayContaining(young)));
    const { kubernetes } = server.sandbox;
    for (let n = 0; n < 20; n++) kubernetes.printLine("pay", young[n % 2]!, "merged", `mark ${n}`);
    const marks = (events: Untyped[]): string[] => linesOf(events).filter((text) => text.startsWith("mark"));
    const expected = Array.from({ length: 20 }, (_, n) => `mark ${n}`);
    await eventually(async () => expect(marks(reader.events)).toEqual(expected));
    await reader.leave();
    for (const pod of [...old, ...young]) {
      const own = reader.events.filter((event) => event.pod === pod && event.kind === "LINE").map(({ text }) => text);
      expect(new Set(own).size).toBe(own.length);
    }
    const cutAt = reader.events.findIndex(({ text }) => text === "mark 9");
    const again = new LogReader(admin, "app-log", { app, after: reader.events[cutAt]!.cursor });
    await eventually(async () => expect(marks(again.events)).toEqual(expected.slice(10)));
    await again.leave();
  });

  test("is shown to those who may see the app, and only of pods that are the app's", async () => {
    const mine = await quietPod("mine");
    const other = await createNamespace(admin, "other");
    const outsider = await server.member(admin, "VIEWER", other.id);
    const viewer = await server.member(admin, "VIEWER", namespaceId);
    mine.print("secret");
    const reader = follow({ app: mine.app, pod: mine.pod }, viewer);
    await has(reader, ["secret"]);
    await reader.leave();
    for (const name of ["pod-log", "app-log"])
      expect(await refusal(outsider.followUntyped(name, { app: mine.app, pod: mine.pod }))).toMatchObject({
        code: "NOT_FOUND",
      });
    const theirs = (await approvedApp(admin, other.id, "theirs", helloSpec)).id;
    expect(await refusal(outsider.follow("pod-log", { app: theirs, pod: mine.pod }))).toMatchObject({
      code: "NOT_FOUND",
    });
    expect(await refusal(viewer.follow("pod-log", { app: mine.app, pod: mine.pod, container: "no" }))).toMatchObject({
      code: "NOT_FOUND",
    });
    expect(await refusal(viewer.follow("pod-log", { app: mine.app, pod: mine.pod, after: "7" }))).toMatchObject({
      code: "INVALID_INPUT",
    });
  });
});
