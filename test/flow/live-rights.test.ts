import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import WebSocket from "ws";
import type { OrreryClient } from "../../src/demo/orrery-client.js";
import { expiringToken } from "../support/dead-tokens.js";
import { eventually } from "../support/eventually.js";
import { createNamespace, TestServer } from "../support/test-server.js";

jest.setTimeout(60_000);

const events = "subscription { journalEvents { cursor entry { event } } }";

describe("rights are those of now", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let namespaceId: string;

  beforeAll(async () => {
    server = await TestServer.open();
    admin = await server.login();
    namespaceId = (await createNamespace(admin, "pay")).id;
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** A socket as a careful client sees it; everything that it is told, and how it is closed. */
  async function socketOf(token: string): Promise<{
    readonly socket: WebSocket;
    readonly messages: { type: string; payload?: unknown }[];
    readonly closed: Promise<{ code: number; reason: string; at: number }>;
  }> {
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
    const messages: { type: string; payload?: unknown }[] = [];
    const closed = new Promise<{ code: number; reason: string; at: number }>((resolve) =>
      socket.once("close", (code, reason) => resolve({ code, reason: String(reason), at: Date.now() })),
    );
    socket.on("message", (data: Buffer) => messages.push(JSON.parse(data.toString())));
    await new Promise((resolve) => socket.once("open", resolve));
    socket.send(JSON.stringify({ type: "connection_init", payload: { authorization: `Bearer ${token}` } }));
    await eventually(async () => expect(messages).toContainEqual({ type: "connection_ack" }));
    socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query: events } }));
    return { socket, messages, closed };
  }

  const streamOf = (token: string): Promise<Response> =>
    fetch(`${server.url}/graphql/stream?query=${encodeURIComponent(events)}`, {
      headers: { accept: "text/event-stream", authorization: `Bearer ${token}` },
    });

  test("a role that is taken away closes sockets and streams of events within a second, and nobody else's", async () => {
    const person = await server.member(admin, "VIEWER", namespaceId);
    const otherTenant = await server.member(admin, "VIEWER", namespaceId);
    const { closed } = await socketOf(person.token!);
    const other = await socketOf(otherTenant.token!);
    const stream = await streamOf(person.token!);
    const since = Date.now();
    await admin.ask("revoke-role", { input: { memberId: person.memberId, role: "VIEWER", namespaceId } });
    const [{ code, reason, at }, text] = await Promise.all([closed, stream.text()]);
    expect([code, reason]).toEqual([4403, "Your roles have changed: connect again."]);
    expect(at - since).toBeLessThan(1_000);
    expect(Date.now() - since).toBeLessThan(1_000);
    expect(text).toContain(`"code":"FORBIDDEN"`);
    expect(text).not.toContain("event: complete");
    expect(other.socket.readyState).toBe(WebSocket.OPEN);
    other.socket.close();
  });

  test("a session that is revoked loses its streams of events too", async () => {
    const person = await server.member(admin, "VIEWER");
    const stream = await streamOf(person.token!);
    await person.ask("logout");
    const text = await stream.text();
    expect(text).toContain(`"code":"UNAUTHENTICATED"`);
    expect((await streamOf(person.token!)).status).toBe(401);
  });

  test("an open socket outlives its token only if it is given a new one", async () => {
    const person = await server.login();
    const short = await expiringToken(server, person.token!, 2_000);
    const [lost, kept, stream] = await Promise.all([socketOf(short), socketOf(short), streamOf(short)]);
    kept.socket.send(JSON.stringify({ type: "ping", payload: { authorization: `Bearer ${person.token}` } }));
    expect(await lost.closed).toMatchObject({
      code: 4403,
      reason: "The access token has expired: connect again with a new one.",
    });
    expect(await stream.text()).toContain(`"code":"UNAUTHENTICATED"`);
    expect(kept.socket.readyState).toBe(WebSocket.OPEN);
    // It still tells what happens.
    await admin.ask("grant-role", { input: { memberId: (await server.member(admin)).memberId, role: "VIEWER" } });
    await eventually(async () => expect(kept.messages.some(({ type }) => type === "next")).toBe(true));
    kept.socket.close();
  });

  test("a token of somebody else, or a forged one, does not renew", async () => {
    const [person, other] = [await server.member(admin, "VIEWER"), await server.member(admin, "VIEWER")];
    for (const token of [other.token!, "forged"]) {
      const { socket, closed } = await socketOf(person.token!);
      socket.send(JSON.stringify({ type: "ping", payload: { authorization: `Bearer ${token}` } }));
      expect(await closed).toMatchObject({ code: 4403 });
    }
  });
});
