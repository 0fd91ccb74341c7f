import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import pg from "pg";
import { readDatabaseUrl } from "../../src/compose/database.js";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { all, approvedApp, createNamespace, helloSpec, TestServer } from "../support/test-server.js";

describe("a log as a file", () => {
  let testServer: TestServer;
  let admin: OrreryClient;
  let app: string;
  let build: string;
  let pod: string;
  let log: Buffer;

  beforeAll(async () => {
    testServer = await TestServer.open();
    admin = await testServer.login();
    const { id } = await createNamespace(admin, "pay");
    app = (await approvedApp(admin, id, "api", { ...helloSpec, replicas: 1 })).id;
    const ref = { kind: "TAG" as const, name: "v1.0.0" };
    build = (await admin.ask("start-build", { input: { appId: app, ref } })).startBuild.build.id;
    const pieces = await all(admin.follow("build-log", { build }));
    log = Buffer.from(pieces.map(({ text }) => text).join(""));
    pod = await eventually(async () => {
      const { pods } = (await admin.ask("query ($id: ID!) { app(id: $id) { pods { name ready } } }", { id: app })).app!;
      expect(pods).toEqual([{ name: expect.any(String), ready: true }]);
      return pods[0]!.name;
    });
  });
  afterAll(() => testServer[Symbol.asyncDispose]());

  const get = (path: string, headers: Record<string, string> = {}, client = admin, method = "GET"): Promise<Response> =>
    fetch(`${testServer.url}/logs/${path}`, {
      method,
      headers: { authorization: `Bearer ${client["token"]}`, ...headers },
    });
  const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());
  const errorOf = async (response: Response) => {
    expect(response.headers.get("content-type")).toMatch(/^application\/json/);
    return [response.status, ((await response.json()) as Untyped).errors[0].extensions.code];
  };

  test("is a build's console, every byte of it", async () => {
    const response = await get(`builds/${build}`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(response.headers.get("accept-ranges")).toBe("bytes");
    expect(await bytesOf(response)).toEqual(log);
    const head = await get(`builds/${build}`, {}, admin, "HEAD");
    expect([head.status, head.headers.get("content-length")]).toEqual([200, String(log.length)]);
  });

  test("comes in parts that fit together, wherever they are cut", async () => {
    const cuts = [0, 1, 99, log.length >> 1, log.length - 1, log.length];
    const parts: Buffer[] = [];
    for (const [n, start] of cuts.slice(0, -1).entries()) {
      const end = cuts[n + 1]!;
      const response = await get(`builds/${build}`, { range: `bytes=${start}-${end - 1}` });
      expect(response.status).toBe(206);
      expect(response.headers.get("content-range")).toBe(`bytes ${start}-${end - 1}/${log.length}`);
      parts.push(await bytesOf(response));
    }
    expect(Buffer.concat(parts)).toEqual(log);
    expect(await bytesOf(await get(`builds/${build}`, { range: "bytes=-7" }))).toEqual(log.subarray(-7));
    expect(await bytesOf(await get(`builds/${build}`, { range: "bytes=7-" }))).toEqual(log.subarray(7));
    const beyond = await get(`builds/${build}`, { range: `bytes=${log.length}-` });
    expect(beyond.headers.get("content-range")).toBe(`bytes */${log.length}`);
    expect(await errorOf(beyond)).toEqual([416, "INVALID_INPUT"]);
  });

  test("of a container is what it printed so far", async () => {
    const { kubernetes } = testServer.sandbox;
    const long = "x服务".repeat(100_000);
    kubernetes.printLine("pay", pod, "api", long);
    kubernetes.printLine("pay", pod, "api", "the last words");
    const response = await get(`pods/${app}/${pod}/api`, { range: "bytes=0-1" });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(response.headers.get("accept-ranges")).toBe("none");
    const text = await response.text();
    expect(text.startsWith(`${pod}/api line 1: 服务 ready — ok\n`)).toBe(true);
    expect(text).toContain(`\n${long}\nthe last words\n`);
    expect(await errorOf(await get(`pods/${app}/${pod}/api?previous=true`))).toEqual([404, "NOT_FOUND"]);
    kubernetes.setPodFailure("pay", pod, "crash");
    await eventually(async () => {
      const previous = await get(`pods/${app}/${pod}/api?previous=true`);
      expect(previous.status).toBe(200);
      expect(await previous.text()).toContain("panic: the process gave up");
    });
    kubernetes.setPodFailure("pay", pod, "healthy");
  });

  test("breaks off, and does not end, when the cluster breaks off", async () => {
    const { server } = testServer.sandbox.kubernetes;
    server.addFault({ match: "/log", kind: "reset", times: 1, bytes: 100 });
    await expect(get(`pods/${app}/${pod}/api`).then((response) => response.text())).rejects.toThrow();
    server.addFault({ match: "/log", kind: "html", times: 1 });
    expect(await errorOf(await get(`pods/${app}/${pod}/api`))).toEqual([503, "UPSTREAM_UNAVAILABLE"]);
  });

  test("is for those who may follow it", async () => {
    const other = await createNamespace(admin, "other");
    const outsider = await testServer.member(admin, "VIEWER", other.id);
    const theirs = (await approvedApp(admin, other.id, "theirs")).id;
    const nobody = await fetch(`${testServer.url}/logs/builds/${build}`);
    expect(nobody.headers.get("www-authenticate")).toBe("Bearer");
    expect(await errorOf(nobody)).toEqual([401, "UNAUTHENTICATED"]);
    expect(await errorOf(await fetch(`${testServer.url}/logs/pods/${app}/${pod}/api`))).toEqual([
      401,
      "UNAUTHENTICATED",
    ]);
    for (const path of [`builds/${build}`, `pods/${app}/${pod}/api`, `pods/${theirs}/${pod}/api`])
      expect(await errorOf(await get(path, {}, outsider))).toEqual([404, "NOT_FOUND"]);
    for (const path of ["builds/bld_0", "builds/%00", `pods/${app}/${pod}/no`, `pods/${app}/no/api`, "pods/app_0/a/b"])
      expect(await errorOf(await get(path))).toEqual([404, "NOT_FOUND"]);
    expect(await errorOf(await get(`pods/${app}/${pod}/api?previous=1`))).toEqual([400, "INVALID_INPUT"]);
    expect(await errorOf(await get("builds/%zz"))).toEqual([400, "INVALID_INPUT"]);
  });

  test("that was removed after its time says so, as a stream and as a file", async () => {
    await testServer.stop();
    const database = new pg.Client(readDatabaseUrl(testServer.database.url));
    await database.connect();
    await database.query(`update build set finished_at = now() - interval '3 days' where id = $1`, [build]);
    await database.end();
    await testServer.start({ BUILD_LOG_DAYS: "2" });
    admin = await testServer.login();
    const { logTrimmedAt, logBytes } = await eventually(async () => {
      const { build: now } = await admin.ask("build", { id: build });
      expect(now!.logTrimmedAt).not.toBeNull();
      return now!;
    });
    expect(logBytes).toBe(log.length);
    const cursor = String(log.length);
    expect(await all(admin.follow("build-log", { build }))).toEqual([{ kind: "GAP", text: "", cursor }]);
    expect(await all(admin.follow("build-log", { build, after: cursor }))).toEqual([]);
    const response = await get(`builds/${build}`);
    expect(response.status).toBe(410);
    const [{ message, extensions }] = ((await response.json()) as Untyped).errors;
    expect([message, extensions.code]).toEqual([expect.stringContaining(logTrimmedAt!), "NOT_FOUND"]);
    const outsider = await testServer.member(admin);
    expect((await get(`builds/${build}`, {}, outsider)).status).toBe(404);
  });
});
