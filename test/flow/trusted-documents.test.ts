import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { ConfigError } from "../../src/config/config.js";
import { operation, type Untyped, type OrreryClient } from "../../src/demo/orrery-client.js";
import { projectFolder } from "../../src/kernel/project-folder.js";
import { sha256 } from "../../src/api/documents/trusted-documents.js";
import { TestServer } from "../support/test-server.js";

const viewer = operation("viewer");
const added = operation("notification-added");

interface Asked {
  readonly query?: string;
  readonly documentId?: string;
  readonly variables?: object;
  readonly operationName?: string;
  readonly extensions?: object;
}

/** Every way to ask the server something; each gives the first answer, with data or errors. */
const transports = {
  POST: async (url: string, token: string, asked: Asked) =>
    answerOf(await fetch(`${url}/graphql`, { method: "POST", headers: headers(token), body: JSON.stringify(asked) })),
  GET: async (url: string, token: string, asked: Asked) => {
    const address = new URL(`${url}/graphql`);
    for (const [name, value] of Object.entries(asked))
      address.searchParams.set(name, typeof value === "string" ? value : JSON.stringify(value));
    return answerOf(await fetch(address, { headers: { ...headers(token), "apollo-require-preflight": "1" } }));
  },
  "server-sent events": async (url: string, token: string, asked: Asked) => {
    const response = await fetch(`${url}/graphql/stream`, {
      method: "POST",
      headers: { ...headers(token), accept: "text/event-stream" },
      body: JSON.stringify(asked),
    });
    return JSON.parse(/^data: ?(\{.*)$/m.exec(await response.text())![1]!);
  },
  WebSocket: async (url: string, token: string, asked: Asked) => {
    const client = createClient({
      url: `${url.replace(/^http/, "ws")}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
    });
    try {
      return await new Promise<Untyped>((resolve, reject) => {
        client.subscribe({ query: "", ...asked } as never, {
          next: resolve,
          error: (errors) => (Array.isArray(errors) ? resolve({ errors }) : reject(errors as Error)),
          complete: () => undefined,
        });
      });
    } finally {
      await client.dispose();
    }
  },
};
const headers = (token: string): Record<string, string> => ({
  "content-type": "application/json",
  authorization: `Bearer ${token}`,
});
const answerOf = async (response: Response) => (await response.json()) as Untyped;
const names = Object.keys(transports) as (keyof typeof transports)[];
const apollos = (text: string): Asked => ({ extensions: { persistedQuery: { version: 1, sha256Hash: sha256(text) } } });

describe.each([false, true])("trusted documents (and nothing else: %s)", (only) => {
  let server: TestServer;
  let admin: OrreryClient;
  let ask: (transport: keyof typeof transports, asked: Asked) => Promise<Untyped>;

  beforeAll(async () => {
    server = await TestServer.open({
      environment: {
        TRUSTED_DOCUMENTS: join(projectFolder, "schema/trusted-documents.json"),
        TRUSTED_DOCUMENTS_ONLY: String(only),
      },
    });
    admin = await server.login();
    ask = (transport, asked) => transports[transport](server.url, admin["token"]!, asked);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test.each(names)("are asked for by their names, over %s", async (transport) => {
    const email = { data: { viewer: { email: "admin@example.com" } } };
    expect(await ask(transport, { documentId: sha256(viewer) })).toMatchObject(email);
    expect(await ask(transport, { documentId: `sha256:${sha256(viewer)}`, operationName: "Viewer" })).toMatchObject(
      email,
    );
    expect(await ask(transport, apollos(viewer))).toMatchObject(email);
    expect(await ask(transport, { ...apollos(viewer), query: viewer })).toMatchObject(email);
    // The whole text is as good as its name.
    expect(await ask(transport, { query: viewer })).toMatchObject(email);
  });

  test.each(names)("are told to be unknown, and what to do, over %s", async (transport) => {
    for (const [asked, path] of [
      [{ documentId: "strange" }, "documentId"],
      [apollos("{strange}"), "extensions.persistedQuery.sha256Hash"],
    ] as const) {
      const { errors } = await ask(transport, asked);
      expect(errors).toEqual([
        {
          message: expect.stringMatching(/This server trusts no document of that name; .*TRUSTED_DOCUMENTS/),
          extensions: { code: "INVALID_INPUT", fields: [{ path, message: expect.any(String) }] },
        },
      ]);
      expect(errors[0].message.includes("send the document itself")).toBe(!only);
    }
    const { errors } = await ask(transport, { documentId: sha256(added), query: viewer });
    expect(errors[0].message).toContain("Send one of the two.");
  });

  test.each(names)("are the only ones, if it is wanted, over %s", async (transport) => {
    const { data, errors } = await ask(transport, { query: "{viewer{email}}" });
    if (only) {
      expect([data ?? null, errors]).toEqual([
        null,
        [
          {
            message: expect.stringContaining("This server takes trusted documents alone"),
            extensions: { code: "INVALID_INPUT", fields: [expect.objectContaining({ path: "query" })] },
          },
        ],
      ]);
    } else {
      expect(data.viewer.email).toBe("admin@example.com");
    }
  });

  test("serve subscriptions too", async () => {
    const { data } = await answerOf(
      await fetch(`${server.url}/graphql`, {
        method: "POST",
        headers: headers(admin["token"]!),
        body: JSON.stringify({
          documentId: sha256(operation("create-namespace")),
          variables: { input: { name: "pay" } },
        }),
      }),
    );
    const after = data.createNamespace.cursor as string;
    const asked = { documentId: sha256(operation("journal-events")), variables: { after } };
    const entry = { data: { journalEvents: { entry: { event: "namespace.created" } } } };
    expect(await ask("WebSocket", asked)).toMatchObject(entry);
    expect((await admin.follow("journal-events", { after }).next()).value).toMatchObject(entry.data.journalEvents);
  });
});

describe("a server", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "orrery-trusted-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("does not start with documents that do not fit its schema, and names each of them", async () => {
    const file = join(folder, "wrong.json");
    writeFileSync(file, JSON.stringify({ good: "{viewer{email}}", old: "{viewer{nick}}", odd: "{" }));
    await using server = await TestServer.prepare();
    Object.assign(server.environment, { TRUSTED_DOCUMENTS: file });
    const failure: unknown = await server.start().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    expect((failure as ConfigError).problems).toEqual([
      'TRUSTED_DOCUMENTS: old: Cannot query field "nick" on type "Viewer".',
      "TRUSTED_DOCUMENTS: odd: Syntax Error: Expected Name, found <EOF>.",
    ]);
  });

  test("does not start with trust in nothing", async () => {
    await using server = await TestServer.prepare();
    Object.assign(server.environment, { TRUSTED_DOCUMENTS_ONLY: "true" });
    await expect(server.start()).rejects.toThrow("TRUSTED_DOCUMENTS_ONLY: Give TRUSTED_DOCUMENTS too");
  });
});
