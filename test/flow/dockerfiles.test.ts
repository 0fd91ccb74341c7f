import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Language } from "../../schema/operation-types.js";
import type { Data, OrreryClient, Untyped } from "../../src/demo/orrery-client.js";
import { createNamespace, TestServer } from "../support/test-server.js";
import { refusal } from "../support/refusal.js";

describe("the library of Dockerfiles", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let newcomer: OrreryClient;

  beforeAll(async () => {
    server = await TestServer.open();
    admin = await server.login();
    newcomer = await server.member(admin);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const shelf = async (language: Language) => (await newcomer.ask("dockerfiles", { language })).dockerfiles.nodes;
  const source = async ({ id }: Untyped): Promise<string> =>
    (await newcomer.ask("dockerfile", { id })).dockerfile!.source;
  const change = async (operation: string, input: object) =>
    (Object.values(await admin.askUntyped(operation, { input }))[0] as Untyped).template;

  test("has one for each version of every language, for every member, page by page", async () => {
    for (const language of ["GO", "JAVA", "NODE", "PYTHON", "STATIC"] as const) {
      const found = await shelf(language);
      expect(found.length).toBeGreaterThan(1);
      for (const each of found) {
        expect(each).toMatchObject({ language, name: expect.stringContaining(each.version) });
        expect(await source(each)).toMatch(new RegExp(`^FROM \\S+${each.version}`, "m"));
      }
    }
    const names: string[] = [];
    let after: string | null | undefined;
    for (;;) {
      const page: Data<"dockerfiles"> = await newcomer.ask("dockerfiles", { first: 5, after });
      const { nodes, pageInfo, totalCount } = page.dockerfiles;
      names.push(...nodes.map(({ name }) => name));
      after = pageInfo.endCursor;
      if (pageInfo.hasNextPage) continue;
      expect(new Set(names).size).toBe(totalCount);
      expect(names).toHaveLength(totalCount);
      break;
    }
    expect(await refusal(server.anonymous().ask("dockerfiles"))).toMatchObject({ code: "UNAUTHENTICATED" });
    expect((await newcomer.ask("dockerfile", { id: `dkf_${"0".repeat(32)}` })).dockerfile).toBeNull();
  });

  test("holds the administrator's own while it is published", async () => {
    const [old, now] = await shelf("GO");
    const before = await source(now);
    const own =
      "FROM mirror.example.com/golang:{{version}} AS build\nRUN go build -o /app .\nFROM scratch\nCOPY --from=build /app /\nUSER 1\n";
    const wrong = change("create-template", { kind: "DOCKERFILE_GO" as const, source: "FORM golang:1\n" });
    expect(await refusal(wrong)).toMatchObject({
      code: "INVALID_INPUT",
      line: 1,
      message: expect.stringContaining("there is no instruction FORM"),
    });
    const { id: namespaceId } = await createNamespace(admin, "shop");
    const narrow = change("create-template", { kind: "DOCKERFILE_GO" as const, namespaceId });
    expect(await refusal(narrow)).toMatchObject({ code: "INVALID_INPUT", fields: [{ path: "input.namespaceId" }] });
    const template = await change("create-template", { kind: "DOCKERFILE_GO" as const, source: own });
    expect(await source(now)).toBe(before);
    await change("publish-template", { id: template.id });
    expect(await source(now)).toBe(own.replace("{{version}}", now!.version));
    expect(await source(old)).toBe(own.replace("{{version}}", old!.version));
    await change("archive-template", { id: template.id });
    expect(await source(now)).toBe(before);
  });
});
