import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import pg from "pg";
import { WebSocket } from "ws";
import { serveHealth } from "../../src/api/http/health.js";
import { readDatabaseUrl } from "../../src/compose/database.js";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { all, approvedApp, createNamespace, TestServer } from "../support/test-server.js";

const perMinute = 1_500;
/** Costs more than any budget here holds: it is paid from a full one, and owed. */
const unaffordable = "{apps(first:100){nodes{builds(first:15){nodes{id}}}}}";

/** What is no operation, and what it costs at least. */
const charged: readonly [what: string, price: number, method: string, path: string][] = [
  ["the export of a namespace", 200, "GET", "/exports/namespaces/ns_none.tar.gz"],
  ["the head of an export", 200, "HEAD", "/exports/namespaces/ns_none.tar.gz"],
  ["the log of a build", 5, "GET", "/logs/builds/bld_none"],
  ["the log of a container", 20, "GET", "/logs/pods/app_none/pod/container"],
  ["an event stream that is reserved", 10, "PUT", "/graphql/stream"],
  ["a reserved stream that is opened", 5, "GET", "/graphql/stream?token=none"],
  ["an operation that is asked of one", 5, "POST", "/graphql/stream?token=none"],
  ["an operation that is taken back", 5, "DELETE", "/graphql/stream?token=none&operationId=1"],
  ["a document that is refused", 1, "GET", "/graphql/stream?query=subscription{nothing}"],
  ["a page of GraphiQL", 1, "GET", "/graphiql"],
];

describe("what is no operation", () => {
  let server: TestServer;
  let admin: OrreryClient;

  beforeAll(async () => {
    server = await TestServer.open({
      environment: {
        BUDGET_PER_MINUTE: String(perMinute),
        ANONYMOUS_BUDGET_PER_MINUTE: "1000",
        TRUSTED_PROXIES: "127.0.0.0/8",
      },
    });
    admin = await server.login();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const send = (client: OrreryClient, method: string, path: string): Promise<Response> =>
    fetch(`${server.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${client["token"]}`,
        ...((path.endsWith("none") || path.includes("query=")) && method === "GET" && { accept: "text/event-stream" }),
      },
    });
  /** When the budget is full again: it moves with what is paid alone, however long anything takes. */
  const fullAtOf = async (client: OrreryClient): Promise<number> =>
    Date.parse((await client.ask("rate-limit")).rateLimit.resetAt);

  /** What it took from the budget. */
  async function priceOf(client: OrreryClient, act: () => Promise<unknown>): Promise<number> {
    for (let round = 0; round < 4; round++) await client.send("{apps(first:100){nodes{id}}}");
    const before = await fullAtOf(client);
    await act();
    return (((await fullAtOf(client)) - before) * perMinute) / 60_000;
  }

  test.each(charged)("is paid for: %s", async (_what, price, method, path) => {
    const member = await server.member(admin);
    const three = async (): Promise<void> => {
      for (let round = 0; round < 3; round++) await send(member, method, path);
    };
    const paid = await priceOf(member, three);
    expect(paid).toBeGreaterThan(3 * price - 1);
    expect(paid).toBeLessThan(3 * price + 6);
  });

  test("is refused with 429, and when to come again, once the budget of the member is spent", async () => {
    const member = await server.member(admin);
    await member.send(unaffordable);
    for (const [, , method, path] of charged) {
      const response = await send(member, method, path);
      expect([path, response.status, response.headers.get("retry-after")]).toEqual([
        path,
        429,
        expect.stringMatching(/^\d+$/),
      ]);
      if (method !== "HEAD")
        expect(((await response.json()) as Untyped).errors[0].extensions).toMatchObject({
          code: "RATE_LIMITED",
          retryAfterMs: expect.any(Number),
        });
    }
    // Health is asked by those who restart us.
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  });

  test("is free where health is asked, and is one look at the database for all who ask at the same time", async () => {
    const database = jest.fn(() => new Promise<void>(() => undefined));
    const health = await serveHealth("127.0.0.1", 0, { database, upstreams: {}, accepting: () => true });
    try {
      const url = `http://127.0.0.1:${health.port}/health/ready`;
      const asked = 60;
      const answers = await Promise.all(Array.from({ length: asked }, () => fetch(url)));
      expect(answers.map(({ status }) => status)).toEqual(Array(asked).fill(503));
      expect(database).toHaveBeenCalledTimes(1);
    } finally {
      await health.stop();
    }
  });

  /** A socket that says who it is; resolves when it is acknowledged or closed. */
  async function connect(token: string, address?: string): Promise<{ socket: WebSocket; closed: Promise<number> }> {
    const headers = address === undefined ? {} : { "x-forwarded-for": address };
    const socket = new WebSocket(`${server.url.replace(/^http/, "ws")}/graphql`, "graphql-transport-ws", { headers });
    const closed = new Promise<number>((resolve) => socket.once("close", resolve));
    await new Promise((resolve) => socket.once("open", resolve));
    socket.send(JSON.stringify({ type: "connection_init", payload: { authorization: `Bearer ${token}` } }));
    await Promise.race([closed, new Promise((resolve) => socket.once("message", resolve))]);
    return { socket, closed };
  }
  const ping = (token: string): string =>
    JSON.stringify({ type: "ping", payload: { authorization: `Bearer ${token}` } });

  test("is paid for: a login on a socket, and a new token in a ping, which is not sent back", async () => {
    const member = await server.member(admin);
    const token = member["token"]!;
    const pings = 20;
    const price = await priceOf(member, async () => {
      const { socket } = await connect(token);
      const pongs = new Promise<string[]>((resolve) => {
        const texts: string[] = [];
        socket.on("message", (data: Buffer) => texts.push(data.toString()) === pings && resolve(texts));
      });
      for (let round = 0; round < pings; round++) socket.send(ping(token));
      expect(new Set(await pongs)).toEqual(new Set(['{"type":"pong"}']));
      socket.close();
    });
    expect(price).toBeGreaterThanOrEqual(pings);
  });

  test("closes a socket with 4429, once the budget is spent", async () => {
    const member = await server.member(admin);
    const token = member["token"]!;
    const { socket, closed } = await connect(token);
    // A full bucket holds what it is paid from.
    for (let answer: Untyped = { errors: [] }; answer.errors;) answer = await member.send(unaffordable);
    socket.send(ping(token));
    expect(await closed).toBe(4429);
    expect(await (await connect(token)).closed).toBe(4429);
  });

  test("is paid for by their network, if the token is not valid", async () => {
    const address = "192.0.2.10";
    expect(await (await connect("nonsense", address)).closed).toBe(4401);
    const introspection = JSON.stringify({ query: "{__schema{types{name}}}" });
    for (let round = 0; round < 11; round++)
      await fetch(`${server.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-for": address },
        body: introspection,
      });
    for (let round = 0; round < 200; round++) {
      const code = await (await connect("nonsense", address)).closed;
      if (code === 4429) return;
      expect(code).toBe(4401);
    }
    throw new Error("It was never refused.");
  });

  test("costs more the more it sends", async () => {
    const { id } = await createNamespace(admin, "pay");
    const app = await approvedApp(admin, id, "api");
    const ref = { kind: "TAG" as const, name: "v1.0.0" };
    const build = (await admin.ask("start-build", { input: { appId: app.id, ref } })).startBuild.build.id;
    await all(admin.follow("build-changed", { build }));
    const path = `/logs/builds/${build}`;
    const chunk = Buffer.alloc(1_000_000, "x");
    const { host, port, user, password, database } = readDatabaseUrl(server.database.url);
    const client = new pg.Client({ host, port, user, password, database });
    await client.connect();
    try {
      const { rows } = await client.query(`select log_bytes from build where id = $1`, [build]);
      const offset = Number(rows[0].log_bytes);
      for (let number = 0; number < 4; number++)
        await client.query(`insert into build_log_chunk (build_id, byte_offset, bytes) values ($1, $2, $3)`, [
          build,
          offset + number * chunk.length,
          chunk,
        ]);
      await client.query(`update build set log_bytes = $2 where id = $1`, [build, offset + 4 * chunk.length]);
    } finally {
      await client.end();
    }
    const reader = await server.member(admin, "VIEWER");
    const price = await priceOf(reader, async () => {
      const response = await send(reader, "GET", path);
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(4_000_000);
    });
    expect(price).toBeGreaterThan(5 + 4_000_000 / 65_536 - 1);
    expect(price).toBeLessThan(80);
  });
});

test("a member has 50 event streams reserved, in all sessions together, and the next one is refused without a token", async () => {
  await using server = await TestServer.open();
  const tokens = [await server.token(), await server.token()];
  const reserve = (token: string): Promise<Response> =>
    fetch(`${server.url}/graphql/stream`, { method: "PUT", headers: { authorization: `Bearer ${token}` } });
  const reserved = await Promise.all(Array.from({ length: 60 }, (_, number) => reserve(tokens[number % 2]!)));
  const taken = reserved.filter(({ status }) => status === 201);
  expect(taken).toHaveLength(50);
  expect(new Set(await Promise.all(taken.map((response) => response.text()))).size).toBe(50);
  for (const refused of reserved.filter(({ status }) => status !== 201)) {
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "30"]);
    expect(refused.headers.get("content-type")).toContain("application/json");
    expect(((await refused.json()) as Untyped).errors[0]).toMatchObject({
      message: "You have 50 event streams reserved or open, and may have no more. Try again in 30 s.",
      extensions: { code: "RATE_LIMITED" },
    });
  }
});
