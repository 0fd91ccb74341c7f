import http from "node:http";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { createClient } from "graphql-ws";
import pg from "pg";
import { WebSocket } from "ws";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { hostileRequests } from "../support/hostile-documents.js";
import { wrongVariables } from "../support/hostile-variables.js";
import { TestServer } from "../support/test-server.js";

/** What nobody may do, however politely they ask. */
describe("over HTTP", () => {
  let server: TestServer;
  let admin: OrreryClient;

  beforeAll(async () => {
    server = await TestServer.open();
    admin = await server.login();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const post = (body: string | Buffer, headers: Record<string, string> = {}, path = "/graphql"): Promise<Response> =>
    fetch(`${server.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${admin["token"]}`, ...headers },
      body: new Uint8Array(Buffer.from(body)),
    });
  const errorsOf = async (response: Response) => ((await response.json()) as Untyped).errors;

  test.each([...hostileRequests, ...wrongVariables])("$what is refused, three times", async ({ body, code, limit }) => {
    let errors: Untyped[] = [];
    for (const authorization of [
      `Bearer ${admin["token"]}`,
      `Bearer ${admin["token"]}`,
      `Bearer ${admin["token"]}`,
      "",
    ]) {
      const text = await (await post(body, { authorization })).text();
      expect(text.length).toBeLessThan(20_000);
      ({ errors } = JSON.parse(text) as { errors: Untyped[] });
      expect(errors[0].extensions.code).toBe(code);
    }
    if (limit !== undefined)
      expect(errors[0].extensions.limits).toContainEqual({
        limit,
        allowed: expect.any(Number),
        found: expect.any(Number),
        remedy: expect.any(String),
      });
  });

  const viaSocket = async (request: object) => {
    const client = createClient({
      url: `${server.url.replace(/^http/, "ws")}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${admin["token"]}` },
      retryAttempts: 0,
    });
    try {
      return await new Promise((resolve, reject) => {
        client.subscribe(request as never, {
          next: (result) => reject(new Error(`It was answered: ${JSON.stringify(result)}`)),
          error: (errors) => (Array.isArray(errors) ? resolve(errors) : reject(errors as Error)),
          complete: () => undefined,
        });
      });
    } finally {
      await client.dispose();
    }
  };
  const viaEvents = async (body: string) => {
    const stream = await (await post(body, { accept: "text/event-stream" })).text();
    const answer = JSON.parse(/^data: ?(\{.*)$/m.exec(stream)![1]!);
    return answer.errors;
  };

  test.each(hostileRequests.filter(({ body, limit }) => limit !== undefined && body.length < 20_000))(
    "$what is refused as a subscription and as a stream of events too",
    async ({ body, code, limit }) => {
      for (const errors of [await viaSocket(JSON.parse(body) as object), await viaEvents(body)])
        expect(errors[0].extensions).toMatchObject({
          code,
          limits: expect.arrayContaining([expect.objectContaining({ limit })]),
        });
    },
  );

  test("what is too large is refused before the database is asked who sends it", async () => {
    const spy = jest.spyOn(pg.Client.prototype, "query");
    try {
      await post(JSON.stringify({ query: "{viewer{email}}" }));
      const asked = () => spy.mock.calls.filter(([first]) => /from session/.test(JSON.stringify(first))).length;
      expect(asked()).toBe(1);
      await post(JSON.stringify({ query: `{viewer{${"a:email ".repeat(100)}}}` }));
      expect(asked()).toBe(1);
    } finally {
      spy.mockRestore();
    }
  });

  test("who reads the status of an answer is told there, and who reads JSON alone in the answer", async () => {
    const query = `{viewer{${"a:email ".repeat(100)}}}`;
    const status = async (accept: string): Promise<unknown[]> => {
      const response = await post(JSON.stringify({ query }), { accept });
      return [response.status, response.headers.get("content-type"), (await errorsOf(response))[0].extensions.code];
    };
    expect(await status("application/graphql-response+json")).toEqual([
      400,
      "application/graphql-response+json; charset=utf-8",
      "TOO_COMPLEX",
    ]);
    expect(await status("application/json")).toEqual([200, "application/json; charset=utf-8", "TOO_COMPLEX"]);
    const address = new URL(`${server.url}/graphql?query=${encodeURIComponent(query)}`);
    const got = await fetch(address, { headers: { "apollo-require-preflight": "1" } });
    expect((await errorsOf(got))[0].extensions).toMatchObject({
      code: "TOO_COMPLEX",
      limits: [{ limit: "aliases", found: 100 }],
    });
  });

  test("a body of more than a megabyte is refused, also when it comes packed or in pieces of unknown number", async () => {
    const body = JSON.stringify({ query: "{viewer{email}}", variables: { text: "x".repeat(1_100_000) } });
    const inPieces: RequestInit = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: new Response(body).body,
      duplex: "half",
    };
    const answers = [
      await post(body),
      await post(gzipSync(body), { "content-encoding": "gzip" }),
      await fetch(`${server.url}/graphql`, inPieces),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(413);
      const [{ message, extensions }] = (await errorsOf(answer)) as [Untyped];
      expect(extensions).toMatchObject({ code: "TOO_COMPLEX", limits: [{ limit: "body", allowed: 1_000_000 }] });
      expect(message).toMatch(/^body: \d+ of at most 1000000\. Send less at once\.$/);
    }
  });

  test("of many wrong variables a few are told, and the others counted", async () => {
    const query = "query($phases:[AppPhase!]){apps(filter:{phases:$phases})@include(if:false){totalCount}}";
    const phases = Array.from({ length: 9_000 }, (_, i) => `REVIEV${i}`);
    const [error] = await errorsOf(await post(JSON.stringify({ query, variables: { phases } })));
    expect(error.extensions.fields).toHaveLength(20);
    expect(error.extensions.fields[0]).toEqual({ path: "phases[0]", message: expect.not.stringContaining("Did you") });
    expect(error.extensions.moreFields).toBe(80);
    expect(error.message).toMatch(/^At least 100 fields are wrong: phases\[0\], .* and 80 more\.$/);
    const [few] = await errorsOf(await post(JSON.stringify({ query, variables: { phases: ["REVIEV"] } })));
    expect(few.message).toMatch(/^phases\[0\]: .* Did you mean the enum value "[A-Z_]+"/);
  });

  test.each([
    "/graphql//",
    "//",
    "//graphql",
    "/%zz",
    "/logs/builds/%E0%A4%A",
    "/graphql//?query={viewer{email}}",
    "http://",
    "https://",
    "http://[",
    "*",
  ])("GET %s is a bad request, and no fault of ours", async (path) => {
    const { hostname, port } = new URL(server.url);
    const status = await new Promise<[number | undefined, string]>((resolve, reject) => {
      http
        .get({ hostname, port, path, headers: { "apollo-require-preflight": "1" } }, (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (part) => (text += part));
          response.on("end", () => resolve([response.statusCode, text]));
        })
        .on("error", reject);
    });
    expect([status[0], JSON.parse(status[1])]).toEqual([
      400,
      { errors: [expect.objectContaining({ extensions: expect.objectContaining({ code: "INVALID_INPUT" }) })] },
    ]);
  });

  test.each(["/graphql", "/graphql/stream"])("no part of a request to %s can be what it may not be", async (path) => {
    const query = "{__typename}";
    const wrong: Readonly<Record<string, readonly unknown[]>> = {
      query: [0, 1, false, true, "", [], {}],
      variables: [0, 1, false, true, "", "x", [], [1]],
      operationName: [0, 1, false, true, "", "x", [], {}],
    };
    // A stream of events that is asked for by POST tells of it in its first one.
    const [accept, status] = path.endsWith("stream") ? ["text/event-stream", 200] : ["application/json", 400];
    const codesOf = async (response: Response): Promise<unknown> => {
      const codes = [...(await response.text()).matchAll(/"code":"(\w+)"/g)].map(([, code]) => code);
      return [response.status, ...codes];
    };
    for (const [field, values] of Object.entries(wrong))
      for (const value of values) {
        const sent = await post(JSON.stringify({ query, [field]: value }), { accept }, path);
        expect([field, value, await codesOf(sent)]).toEqual([field, value, [status, "INVALID_INPUT"]]);
      }
    for (const variables of ["0", "false", "[]", '"x"']) {
      const address = `${server.url}${path}?${new URLSearchParams({ query, variables }).toString()}`;
      const asked = await fetch(address, { headers: { accept, "apollo-require-preflight": "1" } });
      expect([variables, await codesOf(asked)]).toEqual([variables, [400, "INVALID_INPUT"]]);
    }
    expect(await codesOf(await post(JSON.stringify({ query, variables: null, operationName: null })))).toEqual([200]);
  });

  test("a list of operations is refused, and says what to send", async () => {
    const answer = await post(JSON.stringify([{ query: "{viewer{email}}" }, { query: "{__typename}" }]));
    expect(answer.status).toBe(400);
    expect(await errorsOf(answer)).toEqual([
      {
        message: "body: Send an object with one operation, and no list of them.",
        extensions: { code: "INVALID_INPUT", fields: [expect.objectContaining({ path: "body" })] },
      },
    ]);
  });

  test("a document that was refused once is refused again, and a good one answered again", async () => {
    const bad = JSON.stringify({ query: "{viewer{emial}}" });
    const good = JSON.stringify({ query: "{viewer{email}}" });
    for (let round = 0; round < 3; round++) {
      expect((await errorsOf(await post(bad)))[0].message).toContain('Did you mean "email"');
      expect(await (await post(good)).json()).toMatchObject({ data: { viewer: { email: "admin@example.com" } } });
    }
  });
});
