import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { auditServer } from "graphql-http";
import { TestServer } from "../support/test-server.js";

describe("GraphQL over HTTP", () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.open();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("GraphQL over HTTP is spoken as its specification wants it", async () => {
    const results = await auditServer({
      url: `${server.url}/graphql`,
      // What a browser cannot be tricked into sending; without it plain GETs are refused.
      fetchFn: (url: string, init: RequestInit = {}) =>
        fetch(url, {
          ...init,
          headers: { ...(init.headers as Record<string, string>), "apollo-require-preflight": "1" },
        }),
    });
    expect(results).toHaveLength(61);
    expect(results.filter(({ status }) => status !== "ok").map(({ id, name }) => `${id} ${name}`)).toEqual([]);
  });

  test("the schema that is served is the one that is published", async () => {
    const { data } = await server.anonymous().send("query { __schema { queryType { name } types { name } } }");
    const published = readFileSync(join(import.meta.dirname, "../../schema/schema.graphql"), "utf8");
    for (const name of data!.__schema.types.map((type) => type.name!)) {
      if (!/^(?:__|String$|Int$|Float$|Boolean$|ID$)/.test(name))
        expect(published).toMatch(new RegExp(`^(?:type|enum|input|interface|scalar|union) ${name}\\b`, "m"));
    }
  });
});
