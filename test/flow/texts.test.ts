import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import pg from "pg";
import { WebSocket } from "ws";
import { readDatabaseUrl } from "../../src/compose/database.js";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { createNamespace, helloSpec, TestServer } from "../support/test-server.js";
import { refusal } from "../support/refusal.js";

/** What clients may write, on every transport, and how much of it. */
describe("texts of clients", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let authorization: string;

  beforeAll(async () => {
    server = await TestServer.open();
    admin = await server.login();
    authorization = `Bearer ${admin["token"]}`;
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const long = "a".repeat(900_000);
  const search = `query($search:String){apps(filter:{search:$search}){totalCount}}`;
  const url = (path: string): string => `${server.url}${path}`;
  const post = (path: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(url(path), {
      method: "POST",
      headers: { "content-type": "application/json", authorization, ...headers },
      body: JSON.stringify(body),
    });

  /** A socket that has logged in, and how it is closed. */
  async function openSocket(): Promise<{
    send: (message: object) => void;
    closed: Promise<[number, string]>;
    received: Untyped[];
  }> {
    const socket = new WebSocket(url("/graphql").replace(/^http/, "ws"), "graphql-transport-ws");
    const received: Untyped[] = [];
    socket.on("message", (data: Buffer) => received.push(JSON.parse(data.toString())));
    const closed = new Promise<[number, string]>((resolve) =>
      socket.on("close", (code, reason) => resolve([code, reason.toString()])),
    );
    await new Promise((resolve) => socket.once("open", resolve));
    const send = (message: object): void => socket.send(JSON.stringify(message));
    send({ type: "connection_init", payload: { authorization } });
    await eventually(async () => expect(received).toMatchObject([{ type: "connection_ack" }]));
    return { send, closed, received };
  }

  const journal = { query: "subscription{journalEvents{cursor}}" };

  test.each<[string, object, string]>([
    [
      "a subscription's id",
      { type: "subscribe", id: long, payload: journal },
      "The id of an operation has at most 200",
    ],
    ["the id of what is left", { type: "complete", id: "a".repeat(201) }, "The id of an operation has at most 200"],
    ["a ping", { type: "ping", payload: { text: long } }, "A message that is no operation has at most 16384 bytes."],
    ["a pong", { type: "pong", payload: { text: long } }, "A message that is no operation has at most 16384 bytes."],
    ["what only servers say", { type: "next", id: "1", payload: {} }, "Clients send no message of this type."],
    ["an unknown word", { type: long }, "Clients send no message of this type."],
  ])("a socket is closed for %s that is too long", async (_what, message, reason) => {
    const { send, closed, received } = await openSocket();
    send(message);
    expect(await closed).toEqual([4400, expect.stringContaining(reason)]);
    expect(received).toHaveLength(1);
  });

  test("an id of 200 characters is one, and what is told of it fits into a reason", async () => {
    const { send, closed, received } = await openSocket();
    const id = "é".repeat(200);
    send({ type: "subscribe", id, payload: { query: search, variables: { search: "x" } } });
    await eventually(async () => expect(received.at(-1)).toMatchObject({ type: "complete", id }));
    send({ type: "subscribe", id, payload: journal });
    send({ type: "subscribe", id, payload: journal });
    expect(await closed).toEqual([4409, expect.stringMatching(/^Subscriber for é+…$/)]);
  });

  test("one that is too long is refused in the same words on every transport, and not repeated", async () => {
    const body = { query: search, variables: { search: "a".repeat(800_000) } };
    const wanted = {
      code: "INVALID_INPUT",
      fields: [{ path: "filter.search", message: "At most 1000 characters; these are 800000." }],
    };
    const answers = [
      await post("/graphql", body),
      await post("/graphql", body, { accept: "text/event-stream" }),
      await post("/graphql/stream", body, { accept: "text/event-stream" }),
    ];
    for (const answer of answers) {
      const text = await answer.text();
      expect(text.length).toBeLessThan(1_000);
      const { errors } = JSON.parse(/\{.*\}/.exec(text)![0]);
      expect(errors[0].extensions).toEqual(wanted);
    }
    const stream = await (await fetch(url("/graphql/stream"), { method: "PUT", headers: { authorization } })).text();
    const events = await fetch(url("/graphql/stream"), {
      headers: { authorization, accept: "text/event-stream", "x-graphql-event-stream-token": stream },
    });
    const added = await post(
      "/graphql/stream",
      { ...body, extensions: { operationId: "1" } },
      { "x-graphql-event-stream-token": stream },
    );
    expect([added.status, ((await added.json()) as Untyped).errors[0].extensions]).toEqual([400, wanted]);
    await events.body!.cancel();
    const { send, received } = await openSocket();
    send({ type: "subscribe", id: "1", payload: body });
    await eventually(async () =>
      expect(received.at(-1)).toMatchObject({ type: "error", id: "1", payload: [{ extensions: wanted }] }),
    );
    const asked = new URLSearchParams({ query: search, variables: JSON.stringify({ search: "a".repeat(2_000) }) });
    const got = await fetch(url(`/graphql?${asked.toString()}`), {
      headers: { authorization, "x-apollo-operation-name": "x" },
    });
    expect(((await got.json()) as Untyped).errors[0].extensions).toMatchObject({ fields: [{ path: "filter.search" }] });
  });

  test.each<[string, object]>([
    ["the name of an operation", { query: "query a{viewer{email}}", operationName: long }],
    ["a variable of another type", { query: "query($n:Int){apps(first:$n){totalCount}}", variables: { n: long } }],
    [
      "an unknown field of an input",
      { query: search.replace("String", "String"), variables: { search: { [long]: 1 } } },
    ],
    ["a word of the document", { query: `{${"a".repeat(5_000)}}` }],
  ])("no answer repeats %s", async (_what, body) => {
    const text = await (await post("/graphql", body)).text();
    expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: "INVALID_INPUT" } }] });
    expect(text.length).toBeLessThan(2_500);
  });

  test("no answer repeats an address", async () => {
    const token = `x${"a".repeat(8_000)}`;
    for (const path of [
      `/${token}`,
      `/logs/builds/${token}`,
      `/logs/pods/${token}/b/c`,
      `/exports/namespaces/${token}.tar.gz`,
    ]) {
      const answer = await fetch(url(path), { headers: { authorization } });
      expect(answer.status).toBe(404);
      const text = await answer.text();
      expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: "NOT_FOUND" } }] });
      expect(text.length).toBeLessThan(500);
    }
    const events = await fetch(url(`/graphql/stream?query=${encodeURIComponent(journal.query)}`), {
      headers: { authorization, accept: "text/event-stream", "last-event-id": token },
    });
    expect((await events.text()).length).toBeLessThan(1_000);
  });

  test("a password of a megabyte is not tried", async () => {
    const startedAt = performance.now();
    const refused = await refusal(admin.ask("login", { input: { email: "somebody@example.com", password: long } }));
    expect(refused).toMatchObject({ code: "INVALID_INPUT", fields: [{ path: "input.password" }] });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  test("names and reasons hold nothing that hides, and say what is wrong", async () => {
    const namespace = await createNamespace(admin, "shop");
    const create = (more: object) =>
      admin.ask("create-app", { input: { namespaceId: namespace.id, name: "web", spec: helloSpec, ...more } });
    const misleading = "shop\u202egpj.exe";
    expect(await refusal(create({ displayName: misleading }))).toMatchObject({
      code: "INVALID_INPUT",
      fields: [{ path: "input.displayName", message: expect.stringContaining("there is U+202E at index 4.") }],
    });
    for (const [operation, input, path] of [
      ["create-namespace", { name: "misleading", displayName: "a\u001b[2Kb" }, "input.displayName"],
      ["create-member", { email: "x@example.com", name: "a\nb", password: "a password of theirs" }, "input.name"],
      ["submit-app", { id: "app_1", idempotencyKey: "a\u200bb" }, "input.idempotencyKey"],
      ["reject-app", { id: "app_1", reason: "one\rtwo" }, "input.reason"],
    ] as const)
      expect(await refusal(admin.askUntyped(operation, { input }))).toMatchObject({
        code: "INVALID_INPUT",
        fields: [{ path }],
      });
    const { app } = (await create({ displayName: "Café 漢字 👩\u200d🚀", description: "one\n\ttwo" })).createApp;
    await admin.ask("submit-app", { input: { id: app.id } });
    await admin.ask("reject-app", { input: { id: app.id, reason: "first\n\tsecond" } });
    await eventually(async () => {
      const { nodes } = (await admin.ask("journal", { first: 5 })).journal;
      const rejected = nodes.find(({ event }) => event === "app.rejected");
      expect(rejected?.data).toMatchObject({ reason: "first\n\tsecond" });
    });
  });

  test("what was written before is shown with what it hides escaped, where terminals and chats read it", async () => {
    const namespace = await createNamespace(admin, "old");
    const input = { namespaceId: namespace.id, name: "web", spec: helloSpec };
    const { app } = (await admin.ask("create-app", { input })).createApp;
    const author = await server.member(admin, "ADMINISTRATOR");
    const client = new pg.Client(readDatabaseUrl(server.database.url));
    await client.connect();
    await client.query("update app set display_name = $1 where id = $2", ["web\u202egpj\r\u001b[2K", app.id]);
    await client.query("update member set name = $1 where id = $2", ["Ann\u202enoitcudorp", author.memberId]);
    await author.ask("submit-app", { input: { id: app.id } });
    const newest = async () => (await admin.ask("notifications", { first: 1 })).notifications.nodes[0];
    await eventually(async () =>
      expect(await newest()).toMatchObject({
        title: "web\\u202egpj\\u000d\\u001b[2K waits for a review",
        body: "Ann\\u202enoitcudorp submitted revision 1.",
      }),
    );
    const { nodes } = (await admin.ask("journal", { first: 1 })).journal;
    expect(nodes).toMatchObject([{ event: "app.submitted", actorName: "Ann\\u202enoitcudorp" }]);
    await client.query("update notification set title = $1", ["done\u2066\u009b"]);
    await client.end();
    expect(await newest()).toMatchObject({ title: "done\\u2066\\u009b" });
  });
});
