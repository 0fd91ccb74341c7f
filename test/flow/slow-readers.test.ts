import { expect, jest, test } from "@jest/globals";
import WebSocket from "ws";
import { operation } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { approvedApp, createNamespace, TestServer } from "../support/test-server.js";
import { transports } from "../support/stream-client.js";

jest.setTimeout(120_000);

/** More than the network between two sockets of one machine holds. */
const pieces = Array.from({ length: 400 }, (_, n) => Buffer.from(`${n} ${"0123456789abcdef".repeat(4_000)}\n`));
const log = Buffer.concat(pieces).toString();

test("who reads nothing is told to come back, goes on where it was, and slows nobody", async () => {
  await using server = await TestServer.open({ environment: { STALLED_CLIENT_SECONDS: "1" } });
  const admin = await server.login();
  const namespace = await createNamespace(admin, "pay");
  const app = await approvedApp(admin, namespace.id, "api");
  server.sandbox.jenkins.script({ job: "pay.api", pieces, everyMs: 0, result: "SUCCESS" });
  const { startBuild } = await admin.ask("start-build", {
    input: { appId: app.id, ref: { kind: "TAG", name: "v1.0.0" } },
  });
  const build = startBuild.build.id;
  const token = admin.token!;

  /** A reader that stops behind the first piece. */
  const stop = async () => {
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
    await new Promise((resolve) => socket.once("open", resolve));
    const texts: string[] = [];
    const last = { cursor: "" };
    const closed = new Promise<{ code: number; reason: string }>((resolve) =>
      socket.once("close", (code, reason) => resolve({ code, reason: String(reason) })),
    );
    socket.on("message", (data: Buffer) => {
      const { type, payload } = JSON.parse(data.toString()) as { type: string; payload: { data: never } };
      const asked = { query: operation("build-log"), variables: { build } };
      if (type === "connection_ack") socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: asked }));
      if (type !== "next") return;
      const { buildLog } = payload.data as { buildLog: { text: string; cursor: string } };
      texts.push(buildLog.text);
      last.cursor = buildLog.cursor;
      if (texts.length === 1) socket.pause();
    });
    socket.send(JSON.stringify({ type: "connection_init", payload: { authorization: `Bearer ${token}` } }));
    await eventually(async () => expect(socket.isPaused).toBe(true));
    return { socket, texts, last, closed };
  };
  const read = async (name: string, from?: string): Promise<string> => {
    const otherTenant: string[] = [];
    const isOver = await transports[name]!({
      url: server.url,
      token,
      query: operation("build-log"),
      variables: { build },
      after: from,
      take: ({ text }) => (otherTenant.push(text), false),
    });
    expect(isOver).toBe(true);
    return otherTenant.join("");
  };
  const one = await stop();
  // It is given up by itself, and hears of it when it reads again.
  await eventually(async () => expect(server.open.subscriptions).toBe(0));
  one.socket.resume();
  expect(await one.closed).toEqual({
    code: 1013,
    reason: "Too slow: connect again and go on from your last cursor.",
  });
  expect(one.texts.join("").length).toBeLessThan(log.length);
  expect(one.texts.join("") + (await read("graphql-ws", one.last.cursor)) === log).toBe(true);

  const other = await stop();
  const otherTenants = await Promise.all(Object.keys(transports).map((name) => read(name)));
  // The lengths first: a difference of megabytes helps nobody.
  expect(otherTenants.map(({ length }) => length)).toEqual(otherTenants.map(() => log.length));
  expect(otherTenants.every((text) => text === log)).toBe(true);
  other.socket.terminate();
});
