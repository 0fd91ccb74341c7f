import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import pg from "pg";
import { GraphQLFailure, type Untyped, type OrreryClient } from "../../src/demo/orrery-client.js";
import { approvedApp, createNamespace, helloSpec, TestServer, type App } from "../support/test-server.js";
import { refusal } from "../support/refusal.js";

describe("errors", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let namespaceId: string;
  let live: App;

  beforeAll(async () => {
    server = await TestServer.open({ pace: 40 });
    admin = await server.login();
    namespaceId = (await createNamespace(admin, "pay")).id;
    live = await approvedApp(admin, namespaceId, "live");
  });
  afterAll(() => server[Symbol.asyncDispose]());

  describe("wrong input", () => {
    test("is told all at once, each field with its path", async () => {
      const input = {
        namespaceId,
        name: "Not A Name",
        displayName: " ",
        spec: {
          language: "NODE" as const,
          repository: { provider: "GITHUB" as const, path: "https://github.com/acme/x" },
          buildPath: "../..",
          replicas: 101,
          ports: [
            { name: "HTTP", port: 70_000 },
            { name: "ok", port: 80 },
            { name: "ok", port: 80 },
          ],
          environment: [{ name: "1", value: "x" }],
          resources: { requests: { cpu: "many", memory: "128Mi" }, limits: { cpu: "1", memory: "512Mi" } },
          readinessProbe: { kind: "HTTP" as const, path: "health", port: 0 },
        },
      };
      const refused = await refusal(admin.ask("create-app", { input }));
      expect(refused.code).toBe("INVALID_INPUT");
      const paths = refused.fields!.map(({ path }) => path).sort();
      expect(paths).toEqual([
        "input.displayName",
        "input.name",
        "input.spec.buildPath",
        "input.spec.environment[0].name",
        "input.spec.ports[0].name",
        "input.spec.ports[0].port",
        "input.spec.ports[2].name",
        "input.spec.ports[2].port",
        "input.spec.readinessProbe.path",
        "input.spec.readinessProbe.port",
        "input.spec.replicas",
        "input.spec.repository.path",
        "input.spec.resources.requests.cpu",
      ]);
      expect(refused.fields!.every(({ message }) => message.length > 5)).toBe(true);
      const twice = {
        ...helloSpec,
        ports: [
          { name: "a", port: 80 },
          { name: "a", port: 80 },
        ],
      };
      expect(
        (await refusal(admin.ask("create-app", { input: { namespaceId, name: "twice", spec: twice } }))).fields,
      ).toMatchObject([{ path: "input.spec.ports[1].name" }, { path: "input.spec.ports[1].port" }]);
    });

    test("of the wrong type is INVALID_INPUT too, with the path of the variable", async () => {
      const wrongPort = { namespaceId, name: "typed", spec: { ...helloSpec, ports: [{ name: "http", port: "80" }] } };
      expect(await refusal(admin.askUntyped("create-app", { input: wrongPort }))).toMatchObject({
        code: "INVALID_INPUT",
        fields: [{ path: "input.spec.ports[0].port" }],
      });
      for (const input of [
        undefined,
        null,
        {},
        { namespaceId, name: "x", spec: { ...helloSpec, colour: "red" } },
        { namespaceId, name: "x", spec: { ...helloSpec, language: "COBOL" as const } },
      ]) {
        expect(await refusal(admin.askUntyped("create-app", { input }))).toMatchObject({ code: "INVALID_INPUT" });
      }
      for (const query of [
        "query { colour }",
        "query { viewer }",
        "{ viewer { email }",
        "query ($x: Nothing) { viewer { email } }",
        "query { app(id: 1, colour: 2) { id } }",
        "query A { viewer { email } } query B { viewer { email } }",
      ]) {
        expect(await refusal(admin.askUntyped(query))).toMatchObject({ code: "INVALID_INPUT" });
      }
      expect(await refusal(admin.ask("query { journal(after: 12) { totalCount } }"))).toMatchObject({
        code: "INVALID_INPUT",
      });
      expect(await refusal(admin.ask("subscription { notificationAdded { cursor } }"))).toMatchObject({
        code: "INVALID_INPUT",
      });
    });

    test("that no database stores is INVALID_INPUT, not a fault of ours", async () => {
      const texts = ["zero \0 byte", "lone \ud800 surrogate"];
      for (const text of texts) {
        const spec = { ...helloSpec, environment: [{ name: "X", value: text }] };
        const { fields } = await refusal(admin.ask("create-app", { input: { namespaceId, name: "strange", spec } }));
        expect(fields).toMatchObject([{ path: "input.spec.environment[0].value" }]);
        const asked: [string, object][] = [
          ["create-app", { input: { namespaceId, name: "strange", description: text, spec: helloSpec } }],
          ["update-app", { input: { id: live.id, displayName: text } }],
          ["create-member", { input: { email: "strange@example.com", name: text, password: "a password of theirs" } }],
          ["login", { input: { email: text, password: text } }],
          ["apps", { filter: { search: text } }],
          ["app", { id: text }],
          ["app", { namespace: text, name: text }],
          ["builds", { filter: { appId: text } }],
          ["journal", { filter: { events: [text] } }],
          ["submit-app", { input: { id: text } }],
          ["create-namespace", { input: { name: "strange", displayName: text } }],
          ["create-namespace", { input: { name: "strange-key", idempotencyKey: text } }],
          [
            "start-build",
            {
              input: {
                appId: live.id,
                ref: { kind: "TAG" as const, name: "v1.0.0" },
                parameters: [{ name: "X", value: text }],
              },
            },
          ],
          ["repository-refs", { app: live.id, search: text }],
          ["import-namespaces", { input: { names: [text] } }],
        ];
        for (const [operation, variables] of asked) {
          const { errors } = await admin.sendUntyped(operation, variables);
          for (const { extensions } of errors ?? []) {
            expect([operation, text, extensions]).not.toMatchObject([operation, text, { code: "INTERNAL" }]);
          }
        }
      }
    });

    test("before GraphQL is told in the same words", async () => {
      const post = async (body: string, headers: Record<string, string> = {}): Promise<[number, Untyped]> => {
        const response = await fetch(`${server.url}/graphql`, {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body,
        });
        return [response.status, await response.json()];
      };
      for (const body of [
        "{ broken",
        "",
        "[]",
        "1",
        "{}",
        '{"query": 1}',
        '{"query": "{ viewer { email } }", "variables": "x"}',
        `[${JSON.stringify({ query: "{ __typename }" })}]`,
      ]) {
        const [status, answer] = await post(body);
        expect([body, status, answer]).toMatchObject([
          body,
          400,
          { errors: [{ extensions: { code: "INVALID_INPUT" } }] },
        ]);
      }
      expect(await post(JSON.stringify({ query: "x".repeat(1_100_000) }))).toMatchObject([
        413,
        { errors: [{ extensions: { code: "TOO_COMPLEX" } }] },
      ]);
      expect((await post("{ viewer { email } }", { "content-type": "text/plain" }))[0]).toBeGreaterThanOrEqual(400);
    });
  });

  test("a fault of ours shows an incident, never its message", async () => {
    const database = new pg.Client({ connectionString: server.database.url });
    await database.connect();
    try {
      await database.query("alter table notification rename to notification_hidden");
      for (const refused of [
        await refusal(admin.ask("notifications")),
        await refusal(admin.follow("notification-added")),
      ]) {
        expect(refused).toEqual({
          message: "Something went wrong on our side.",
          code: "INTERNAL",
          incident: expect.stringMatching(/^[0-9a-f]{10}$/),
        });
      }
      const { data, errors } = await admin.send("query { viewer { email } notifications { totalCount } }");
      expect(data).toBeNull();
      expect(JSON.stringify(errors)).not.toMatch(/relation|select|notification_hidden|stack|postgres/i);
    } finally {
      await database.query("alter table notification_hidden rename to notification");
      await database.end();
    }
    await admin.ask("notifications");
  });

  test("a failure names its operation, its message and its code", async () => {
    const failure: unknown = await admin
      .ask("app-reviews", { app: live.id, first: 0 })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(GraphQLFailure);
    expect((failure as GraphQLFailure).message).toBe("app-reviews: first: Ask for 1 to 100. (INVALID_INPUT)");
  });
});
