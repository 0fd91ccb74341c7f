import { once } from "node:events";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { createHttpServer, type Timeouts } from "../../src/api/http/http-server.js";
import { listen } from "../../src/api/http/listen.js";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { TestServer } from "../support/test-server.js";
import { refusal } from "../support/refusal.js";

/** A client that minds no protocol. */
class RawClient {
  private received = Buffer.alloc(0);
  private constructor(readonly socket: Socket) {
    socket.on("data", (data: Buffer) => (this.received = Buffer.concat([this.received, data])));
    socket.on("error", () => undefined);
  }

  static async connect(port: number): Promise<RawClient> {
    const client = new RawClient(connect(port, "127.0.0.1"));
    await once(client.socket, "connect");
    return client;
  }

  write(text: string | Buffer): this {
    this.socket.write(text);
    return this;
  }

  /** Sends a text byte by byte, and never its end. */
  dribble(text: string, everyMs = 20): this {
    let at = 0;
    const timer = setInterval(() => this.socket.write(text[at++ % text.length]!), everyMs);
    this.socket.once("close", () => clearInterval(timer));
    return this;
  }

  get text(): string {
    return this.received.toString("latin1");
  }

  /** What came until the server hung up. Who is writing just then may be reset before it has read why. */
  async untilClosed(): Promise<string> {
    if (!this.socket.closed) await new Promise((resolve) => this.socket.once("close", resolve));
    return this.text;
  }
}

describe("a server that has little timeouts", () => {
  const timeouts: Timeouts = { headMs: 300, requestMs: 600, silenceMs: 400, checkMs: 50 };
  let server: Server;
  let port: number;
  let handled: string[];

  async function serve(app: RequestListener, connections = 100): Promise<void> {
    handled = [];
    server = createHttpServer(
      (request, response) => {
        handled.push(request.url!);
        app(request, response);
      },
      { connections, timeouts },
    );
    server.on("upgrade", (request: IncomingMessage, socket: Socket) => {
      handled.push(`upgrade ${request.url}`);
      socket.end();
    });
    port = await listen(server, "127.0.0.1", 0);
  }
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const echo = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume().once("end", () => response.end("whole"));
  };

  test.each([
    ["who says nothing", (client: RawClient) => client],
    ["who dribbles a head", (client: RawClient) => client.write("GET /slow HTTP/1.1\r\n").dribble("x-a: b\r\n")],
    [
      "who dribbles the head of an upgrade",
      (client: RawClient) =>
        client
          .write("GET /slow HTTP/1.1\r\nconnection: upgrade\r\nupgrade: websocket\r\n")
          .dribble("sec-websocket-key: "),
    ],
    [
      "who begins a second request and leaves it there",
      (client: RawClient) => client.write("GET /quick HTTP/1.1\r\nhost: x\r\n\r\nGET /slow HTTP/1.1\r\n"),
    ],
  ])("hangs up on one %s", async (_who, behave) => {
    await serve(echo);
    const text = await behave(await RawClient.connect(port)).untilClosed();
    expect(text).toMatch(/^$|HTTP\/1\.1 408 Request Timeout\r\n[^]*$/);
    expect(handled.filter((url) => url.includes("slow"))).toEqual([]);
  });

  test("hangs up on one who dribbles a body", async () => {
    await serve(echo);
    const client = await RawClient.connect(port);
    client.write("POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n").dribble("x");
    expect(await client.untilClosed()).toMatch(/^$|408 Request Timeout/);
  });

  test("hangs up on one who does not read", async () => {
    const gone = Promise.withResolvers<void>();
    await serve((_request, response) => {
      response.once("close", gone.resolve);
      response.end(Buffer.alloc(50_000_000));
    });
    const client = await RawClient.connect(port);
    client.socket.pause();
    client.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await gone.promise;
    client.socket.destroy();
  });

  test("refuses a head that is too large", async () => {
    await serve(echo);
    const client = await RawClient.connect(port);
    client.write(`GET / HTTP/1.1\r\nhost: x\r\nx-large: ${"x".repeat(20_000)}\r\n\r\n`);
    expect(await client.untilClosed()).toContain("431 Request Header Fields Too Large");
  });

  test("holds so many connections, and others when those are gone", async () => {
    await serve(echo, 2);
    const request = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    const first = await RawClient.connect(port);
    await RawClient.connect(port);
    expect(await (await RawClient.connect(port)).write(request).untilClosed()).toBe("");
    first.socket.destroy();
    await eventually(async () => {
      const next = await RawClient.connect(port);
      expect(await next.write(request).untilClosed()).toContain("200 OK");
    });
  });

  test("lets others have their time", async () => {
    await serve((_request, response) => {
      response.write("so ");
      setTimeout(() => response.end("good"), 300);
    });
    const client = await RawClient.connect(port);
    client.write("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    expect(await client.untilClosed()).toMatch(/so[^]*good/);
  });
});

describe("open sockets and subscriptions", () => {
  let testServer: TestServer;
  let admin: OrreryClient;
  let port: number;

  beforeAll(async () => {
    testServer = await TestServer.open({
      environment: {
        MAX_SOCKETS_BEFORE_LOGIN: "4",
        MAX_SUBSCRIPTIONS_PER_MEMBER: "3",
        MAX_SUBSCRIPTIONS: "5",
      },
    });
    admin = await testServer.login();
    port = Number(new URL(testServer.url).port);
  });
  afterAll(() => testServer[Symbol.asyncDispose]());

  const upgrade =
    "GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n" +
    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n";
  const frame = (text: string): Buffer => {
    const payload = Buffer.from(text);
    const { length } = payload;
    const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 255];
    return Buffer.concat([Buffer.from([0x81, ...size, 0, 0, 0, 0]), payload]);
  };
  const shakeHands = async (): Promise<RawClient> => {
    const client = (await RawClient.connect(port)).write(upgrade);
    await eventually(async () => expect(client.text).toMatch(/^HTTP\/1\.1 (?:101|503) /));
    return client;
  };
  const init = (client: RawClient): RawClient =>
    client.write(
      frame(JSON.stringify({ type: "connection_init", payload: { authorization: `Bearer ${admin["token"]}` } })),
    );

  test("a socket that does not say who it is is closed, and does not linger", async () => {
    const startedAt = Date.now();
    const silent = await shakeHands();
    const dribbling = (await shakeHands()).write(Buffer.from([0x81, 0xfe, 0x03, 0xe8])).dribble("x");
    for (const client of [silent, dribbling])
      expect(await client.untilClosed()).toContain("Connection initialisation timeout");
    // 3 s to log in, and 2 s to answer the close.
    expect(Date.now() - startedAt).toBeLessThan(8_000);
  }, 20_000);

  test("only so many sockets wait for their login, and one that has logged in waits no more", async () => {
    const [first, second] = [await shakeHands(), await shakeHands()];
    const third = await shakeHands();
    expect(await third.untilClosed()).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\nretry-after: 5\r\n/);
    init(first);
    await eventually(async () => expect(first.text).toContain("connection_ack"));
    expect((await shakeHands()).text).toContain("101 Switching Protocols");
    second.socket.destroy();
    await eventually(async () => {
      const next = await shakeHands();
      next.socket.destroy();
      expect(next.text).toContain("101 Switching Protocols");
    });
    first.socket.destroy();
  });

  test("a message that is too deep or has too many values is not even parsed", async () => {
    for (const text of ["[".repeat(10_000), `{"type":"ping","payload":${JSON.stringify(Array(11_000).fill(1))}}`]) {
      const client = init(await shakeHands());
      await eventually(async () => expect(client.text).toContain("connection_ack"));
      client.write(frame(text));
      expect(await client.untilClosed()).toContain("Too many or too deep values.");
    }
  });

  test("what is no message is refused, even if it is one inside a text", async () => {
    const message = JSON.stringify({ type: "ping", payload: { deep: "[".repeat(9_000) } });
    for (const text of ["{", JSON.stringify(message)]) {
      const client = init(await shakeHands());
      await eventually(async () => expect(client.text).toContain("connection_ack"));
      client.write(frame(text));
      expect(await client.untilClosed()).toContain("Invalid message received");
    }
  });

  test("a member has so many subscriptions in all sessions, on all sockets and streams, and gets one back for each that ends", async () => {
    const { data } = await admin.send('mutation{createNamespace(input:{name:"pay"}){cursor}}');
    const { cursor: after } = data!.createNamespace;
    /** The first event is there at once. */
    const follow = async (client: OrreryClient): Promise<AsyncGenerator<Untyped>> => {
      const stream = client.follow("journal-events", { after });
      expect((await stream.next()).value).toMatchObject({ entry: { event: "namespace.created" } });
      return stream;
    };
    const streams = [await follow(admin), await follow(admin), await follow(admin)];
    expect(await refusal(admin.follow("journal-events"))).toMatchObject({
      code: "RATE_LIMITED",
      message: "You have 3 subscriptions open, and may have 3. Try again in 5 s.",
    });
    const events = await fetch(`${testServer.url}/graphql`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "text/event-stream",
        authorization: `Bearer ${admin["token"]}`,
      },
      body: JSON.stringify({ query: "subscription{journalEvents{cursor}}" }),
    });
    expect(await events.text()).toContain('"code":"RATE_LIMITED"');

    // Another session of the same member has none of its own.
    expect(await refusal((await testServer.login()).follow("journal-events"))).toMatchObject({ code: "RATE_LIMITED" });

    const other = await testServer.member(admin, "ADMINISTRATOR");
    const others = [await follow(other), await follow(other)];
    expect(await refusal((await testServer.member(admin, "ADMINISTRATOR")).follow("journal-events"))).toMatchObject({
      message: expect.stringContaining("This server cannot hold more subscriptions now."),
    });

    await streams[0]!.return(undefined);
    const again = await eventually(() => follow(admin));
    for (const stream of [...streams, ...others, again]) await stream.return(undefined);
  });
});
