import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { EntityFactory } from "../support/entity-factory.js";
import { approvedApp, createNamespace, helloSpec, TestServer } from "../support/test-server.js";
import { refusal } from "../support/refusal.js";

describe("a connection", () => {
  let server: TestServer;
  let admin: OrreryClient;
  /** An app that was built several times and is live. */
  let live: Untyped;

  beforeAll(async () => {
    server = await TestServer.open({ pace: 40 });
    admin = await server.login();
    const namespaceId = (await createNamespace(admin, "pay")).id;
    const entities = new EntityFactory({ server, admin, namespaceId });
    live = await entities.submitted("live");
    await admin.ask("reject-app", { input: { id: live.id, reason: "One more replica, please." } });
    await admin.ask("update-app", { input: { id: live.id, spec: { ...helloSpec, replicas: 1 } } });
    await admin.ask("submit-app", { input: { id: live.id } });
    await admin.ask("approve-app", { input: { id: live.id } });
    for (const tag of ["v1.0.0", "v1.1.0", "v1.0.0"]) await entities.deliver(live.id, tag);
    for (const name of ["one", "two", "three"]) await approvedApp(admin, namespaceId, name);
    for (let count = 0; count < 3; count++) await server.member(admin);
  }, 60_000);
  afterAll(() => server[Symbol.asyncDispose]());

  const ofApp = (field: string) =>
    `query ($id: ID!, $first: Int, $after: Cursor) { app(id: $id) { ${field}(first: $first, after: $after) { nodes { id } edges { cursor node { id } } totalCount pageInfo { hasNextPage startCursor endCursor } } } }`;
  const ofRoot = (field: string) =>
    `query ($first: Int, $after: Cursor) { ${field}(first: $first, after: $after) { nodes { id } edges { cursor node { id } } totalCount pageInfo { hasNextPage startCursor endCursor } } }`;
  const roots = ["apps", "namespaces", "members", "journal", "builds", "rollouts", "notifications"];
  const appFields = ["revisions", "reviews", "builds", "releases", "rollouts"];
  const documents = [
    ...roots.map((field) => [field, ofRoot(field)]),
    ...appFields.map((field) => [`app.${field}`, ofApp(field)]),
  ] as [string, string][];
  const read = async (document: string, variables: object): Promise<Untyped> => {
    const data = await admin.askUntyped(document, { id: live.id, ...variables });
    const whole = data.app ?? data;
    return Object.values(whole)[0];
  };

  test.each(documents)("%s is read whole, page by page", async (_field, document) => {
    const pages = async (size: number) => {
      const found = [await read(document, { first: size })];
      while (found.at(-1).pageInfo.hasNextPage)
        found.push(await read(document, { first: size, after: found.at(-1).pageInfo.endCursor }));
      return found;
    };
    const whole = await pages(100);
    const nodes = whole.flatMap((page) => page.nodes);
    for (const { edges, nodes: bare, totalCount, pageInfo } of whole) {
      expect(edges.map(({ node }: Untyped) => node)).toEqual(bare);
      expect(pageInfo).toMatchObject({ startCursor: edges[0].cursor, endCursor: edges.at(-1).cursor });
      expect(totalCount).toBe(nodes.length);
    }
    const small = await pages(Math.max(1, Math.floor(nodes.length / 3)));
    expect(small.flatMap((page) => page.nodes)).toEqual(nodes);
  });

  test.each([
    ...documents,
    [
      "repositoryRefs",
      `query ($id: ID!, $first: Int, $after: Cursor) { repositoryRefs(app: $id, first: $first, after: $after) { nodes { name } } }`,
    ],
  ])("%s refuses sizes out of bounds and forged cursors", async (field, document) => {
    for (const first of [0, -1, 101]) {
      expect(await refusal(read(document, { first }))).toMatchObject({
        code: "INVALID_INPUT",
        fields: [{ path: "first" }],
      });
    }
    const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    for (const after of [
      // GitHub's own cursors are handed through, and it takes these for none.
      ...(field === "repositoryRefs" ? [] : ["", "x", "🦄"]),
      encoded(null),
      encoded([1]),
      encoded([]),
      encoded({ length: 1 }),
      encoded(["a", "b", "c"]),
    ]) {
      expect([after, await refusal(read(document, { after }))]).toMatchObject([
        after,
        { code: "INVALID_INPUT", fields: [{ path: "after" }] },
      ]);
    }
    // Well-formed, but never given out: harmless.
    for (const position of [["\0"], ["\0", "\0"], ["'; drop table app; --"], ["\ud800"]]) {
      const { errors } = await admin.sendUntyped(document, { id: live.id, after: encoded(position) });
      for (const { extensions } of errors ?? [])
        expect([position, extensions?.["code"]]).toEqual([position, "INVALID_INPUT"]);
    }
  });

  test("loses and repeats nothing while things are added", async () => {
    const namespace = await createNamespace(admin, "growing");
    const create = (name: string) =>
      admin.ask("create-app", { input: { namespaceId: namespace.id, name, spec: helloSpec } });
    const names = Array.from({ length: 25 }, (_, index) => `app-${String.fromCharCode(97 + index)}`);
    for (const name of names) await create(name);
    const page = async (after?: string): Promise<Untyped> =>
      (await admin.ask("apps", { filter: { namespaceId: namespace.id }, first: 10, after })).apps;
    const first = await page();
    await Promise.all(["app-0", "app-aa", "app-k0", "app-z"].map(create));
    const second = await page(first.pageInfo.endCursor);
    await create("app-00");
    const third = await page(second.pageInfo.endCursor);
    const seen = [first, second, third].flatMap(({ nodes }) => nodes.map(({ name }: Untyped) => name));
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((name) => names.includes(name))).toEqual(names);
    expect(seen.filter((name) => !names.includes(name))).toEqual(["app-k0", "app-z"]);
    expect(third).toMatchObject({ totalCount: 30, pageInfo: { hasNextPage: false } });
    const newest = (await admin.ask("journal", { first: 5 })).journal;
    await create("app-000");
    await eventually(async () =>
      expect((await admin.ask("journal", { first: 1 })).journal.nodes[0]!.data.name).toBe("app-000"),
    );
    const older = (await admin.ask("journal", { first: 5, after: newest.pageInfo.endCursor })).journal;
    const positions = [...newest.nodes, ...older.nodes].map(({ position }: Untyped) => position);
    expect(positions).toEqual(Array.from({ length: 10 }, (_, index) => positions[0] - index));
  });
});
