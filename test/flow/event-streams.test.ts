import { expect, jest, test } from "@jest/globals";
import { EventSource } from "eventsource";
import { createClient } from "graphql-sse";
import pg from "pg";
import { operation, type Untyped } from "../../src/demo/orrery-client.js";
import { eventText, idIn, until } from "../support/event-text.js";
import { eventually } from "../support/eventually.js";
import { approvedApp, createNamespace, helloSpec, TestServer } from "../support/test-server.js";
import { FlakyProxy } from "../support/flaky-proxy.js";

jest.setTimeout(60_000);

const lines = Array.from({ length: 400 }, (_, number) => `line ${number} 🏁\n`);
const log = lines.join("");
const pieces = lines.map((line) => Buffer.from(line));

/** A server with a build whose console comes line by line, and somebody who is logged in. */
async function withBuild(server: TestServer, everyMs: number): Promise<{ build: string; token: string }> {
  const admin = await server.login();
  const namespace = await createNamespace(admin, "pay");
  const app = await approvedApp(admin, namespace.id, "api");
  server.sandbox.jenkins.script({ job: "pay.api", pieces, everyMs, result: "SUCCESS" });
  const { startBuild } = await admin.ask("start-build", {
    input: { appId: app.id, ref: { kind: "TAG", name: "v1.0.0" } },
  });
  return { build: startBuild.build.id, token: await server.token() };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const address = (url: string, token: string, variables: object, query = operation("build-log")): string =>
  `${url}/graphql/stream?${new URLSearchParams({ query, variables: JSON.stringify(variables), access_token: token }).toString()}`;

test("a stream of its own for each operation, as graphql-sse reads it", async () => {
  await using server = await TestServer.open();
  const { build, token } = await withBuild(server, 1);
  const client = createClient({ url: `${server.url}/graphql/stream`, headers: bearer(token), retryAttempts: 0 });
  const texts: string[] = [];
  for await (const { data } of client.iterate<Untyped>({ query: operation("build-log"), variables: { build } }))
    texts.push(data.buildLog.text);
  expect(texts.join("")).toBe(log);
  const answers = client.iterate<Untyped>({ query: operation("build"), variables: { id: build } });
  expect((await answers.next()).value.data.build).toMatchObject({ id: build });
  expect((await answers.next()).done).toBe(true);
  const wrong = client.iterate<Untyped>({ query: "subscription { nothing }" });
  expect((await wrong.next()).value.errors[0]).toMatchObject({ extensions: { code: "INVALID_INPUT" } });
  client.dispose();
  await eventually(async () => expect(server.open).toMatchObject({ eventStreams: 0, topics: 0 }));
});

test("one stream that carries several operations, as graphql-sse reads it", async () => {
  await using server = await TestServer.open();
  const { build, token } = await withBuild(server, 1);
  const url = `${server.url}/graphql/stream`;
  const client = createClient({ singleConnection: true, url, headers: bearer(token), retryAttempts: 0 });
  const read = async (): Promise<string> => {
    const texts: string[] = [];
    for await (const { data } of client.iterate<Untyped>({ query: operation("build-log"), variables: { build } }))
      texts.push(data.buildLog.text);
    return texts.join("");
  };
  const journal = client.iterate<Untyped>({ query: operation("journal-events") });
  const first = journal.next();
  expect(await Promise.all([read(), read()])).toEqual([log, log]);
  expect((await first).value.data.journalEvents.entry.event).toBeTruthy();
  expect(server.open.eventStreams).toBe(1);
  await journal.return?.();
  // The others are over; what was taken back is left behind.
  await eventually(async () => expect(server.open.topics).toBe(0));
  client.dispose();
  await eventually(async () => expect(server.open.eventStreams).toBe(0));
});

test("a reserved stream is for the session that reserved it, and opened once", async () => {
  await using server = await TestServer.open();
  const { build, token } = await withBuild(server, 1);
  const admin = await server.login();
  const other = await server.member(admin, "VIEWER");
  const url = `${server.url}/graphql/stream`;
  const reserved = await fetch(url, { method: "PUT", headers: bearer(token) });
  expect(reserved.status).toBe(201);
  const named = { ...bearer(token), "x-graphql-event-stream-token": await reserved.text() };
  const ask = (headers: object, operationId?: string, query = operation("build-log")): Promise<Response> =>
    fetch(url, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ query, variables: { build }, extensions: { operationId } }),
    });
  expect((await ask(named, "a")).status).toBe(409);
  const streams = { accept: "text/event-stream" };
  expect((await fetch(url, { headers: { ...named, ...streams, ...bearer(other.token!) } })).status).toBe(404);
  const open = await fetch(url, { headers: { ...named, ...streams } });
  expect(open.status).toBe(200);
  expect((await fetch(url, { headers: { ...named, ...streams } })).status).toBe(409);
  for (const name of [undefined, "", "x".repeat(201), "a\0"]) expect((await ask(named, name)).status).toBe(400);
  expect((await fetch(url, { method: "DELETE", headers: named })).status).toBe(400);
  expect((await ask(named, "a")).status).toBe(202);
  expect((await ask(named, "a")).status).toBe(409);
  const events = open.body!.pipeThrough(new TextDecoderStream()).getReader();
  // A name is free again as soon as its operation is said to be over.
  for (let i = 0; i < 10; i++) {
    expect((await ask(named, "b", "{ viewer { email } }")).status).toBe(202);
    await until(events, /^event: complete\ndata: \{"id":"b"\}\n/m);
  }
  await events.cancel();
  await eventually(async () => expect((await ask(named, "b")).status).toBe(404));
});

test("a reserved stream is asked for operations at any replica, each of which runs once", async () => {
  await using server = await TestServer.open();
  const { build, token } = await withBuild(server, 1);
  const urls = [server.url, await server.replica(), await server.replica()];
  let turn = 0;
  /** As behind a load balancer that remembers nobody. */
  const anywhere = (url: string, init: RequestInit): Promise<Response> =>
    fetch(
      url.replace(/^http:..[^/]+/, () => urls[turn++ % urls.length]!),
      init,
    );
  const client = createClient({
    singleConnection: true,
    url: `${server.url}/graphql/stream`,
    headers: bearer(token),
    retryAttempts: 0,
    fetchFn: anywhere,
  });
  const read = async (): Promise<string> => {
    const texts: string[] = [];
    for await (const { data } of client.iterate<Untyped>({ query: operation("build-log"), variables: { build } }))
      texts.push(data.buildLog.text);
    return texts.join("");
  };
  const journal = client.iterate<Untyped>({ query: operation("journal-events"), variables: { after: null } });
  const first = journal.next();
  expect(await Promise.all([read(), read(), read()])).toEqual([log, log, log]);
  expect((await first).value.data.journalEvents.entry.event).toBeTruthy();
  const names = ["one", "two", "three"];
  const query = "mutation($name: String!) { createNamespace(input: {name: $name}) { namespace { name } } }";
  const answers = await Promise.all(
    names.map(async (name) => (await client.iterate<Untyped>({ query, variables: { name } }).next()).value),
  );
  expect(answers.map(({ data }) => data.createNamespace.namespace.name)).toEqual(names);
  expect(turn).toBeGreaterThan(8);
  await journal.return?.();
  client.dispose();
  await eventually(async () => expect(server.open).toMatchObject({ eventStreams: 0, topics: 0 }));
  const database = new pg.Client({ connectionString: server.database.url });
  await database.connect();
  await eventually(async () => expect((await database.query("select id from reserved_stream")).rows).toEqual([]));
  await database.end();
});

test("a plain EventSource goes on where it was cut, and stops when told that it is over", async () => {
  await using server = await TestServer.open();
  const { build, token } = await withBuild(server, 10);
  await using link = await FlakyProxy.open(() => Number(new URL(server.url).port));
  const source = new EventSource(address(link.url, token, { build }));
  const seen: { id: string; text: string }[] = [];
  let cuts = 0;
  source.addEventListener("next", ({ data, lastEventId }) => {
    seen.push({ id: lastEventId, text: JSON.parse(data).data.buildLog.text });
    if (cuts < 2 && seen.length > 1 + cuts) {
      cuts++;
      link.cut();
    }
  });
  await eventually(async () => expect(source.readyState).toBe(EventSource.CLOSED), 40_000);
  expect(cuts).toBe(2);
  expect(seen.map(({ text }) => text).join("")).toBe(log);
  expect(Number(seen.at(-1)!.id)).toBe(Buffer.byteLength(log));
});

test("curl goes on at the id that it names, whatever the document says", async () => {
  await using server = await TestServer.open();
  const { build, token } = await withBuild(server, 0);
  const read = async (query: string, headers: object): Promise<Response> =>
    fetch(address(server.url, token, query.includes("$build") ? { build } : {}, query), {
      headers: { accept: "text/event-stream", ...headers },
    });
  const behind = String(Buffer.byteLength(lines.slice(0, 399).join("")));
  for (const query of [
    operation("build-log"),
    `subscription { buildLog(build: "${build}", after: "3") { text } }`,
    `subscription { buildLog(build: "${build}") { text } }`,
  ]) {
    const answer = await (await read(query, { "last-event-id": behind })).text();
    expect(answer).toContain(JSON.stringify(lines[399]).slice(1, -1));
    expect(answer).not.toContain(JSON.stringify(lines[398]).slice(1, -1));
    expect(answer).toContain(`id: ${Buffer.byteLength(log)}\n`);
    expect(answer).toMatch(/event: complete\nid: complete\n/);
  }
  expect((await read(operation("build-log"), { "last-event-id": "complete" })).status).toBe(204);
});

test("who is cut before the first event goes on where the stream began", async () => {
  await using server = await TestServer.open();
  const admin = await server.login();
  const token = await server.token();
  const { id: namespaceId } = await createNamespace(admin, "pay");
  const ann = await server.member(admin, "DEVELOPER", namespaceId);
  const { createApp } = await ann.ask("create-app", { input: { namespaceId, name: "api", spec: helloSpec } });
  const queries = [
    'subscription { journalEvents(filter: { events: ["app.submitted"] }) { entry { subjectId } } }',
    "subscription { notificationAdded { notification { title } } }",
  ];
  const urls = queries.map((query) => address(server.url, token, {}, query));
  const begun = await Promise.all(urls.map((url) => eventText(url, {}, /^id: .+\n\n/m)));
  await ann.ask("submit-app", { input: { id: createApp.app.id } });
  const [event, title] = await Promise.all(
    urls.map((url, index) => eventText(url, { "last-event-id": idIn(begun[index]!) }, /^event: next\n.*\n.*\n/m)),
  );
  expect(event).toContain(createApp.app.id);
  expect(title).toContain("api waits for a review");
});

test("nobody reads events without a token, and nobody changes anything by GET", async () => {
  await using server = await TestServer.open();
  const token = await server.token();
  const accept = { accept: "text/event-stream" };
  const nobody = await fetch(address(server.url, "nonsense", {}, "subscription { journalEvents { cursor } }"), {
    headers: accept,
  });
  expect([nobody.status, ((await nobody.json()) as Untyped).errors[0].extensions.code]).toEqual([
    401,
    "UNAUTHENTICATED",
  ]);
  const get = await fetch(address(server.url, token, {}, "mutation { logout { session { id } } }"), {
    headers: accept,
  });
  expect(get.status).toBe(405);
  const json = await fetch(address(server.url, token, {}, "{ viewer { member { id } } }"));
  expect(json.status).toBe(406);
  const both = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: {
      ...bearer(token),
      "content-type": "application/json",
      accept: "application/graphql-response+json, application/json, text/event-stream",
    },
    body: JSON.stringify({ query: "{ viewer { member { id } } }" }),
  });
  expect(both.headers.get("content-type")).toContain("application/graphql-response+json");
});
