import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { approvedApp, createNamespace, helloSpec, TestServer } from "../support/test-server.js";
import { ServerProcess } from "../support/server-process.js";
import { RequestCosts } from "../support/request-costs.js";
import { storeApps } from "../support/stored-apps.js";

const page = `query ($first: Int) { apps(first: $first) { nodes { id name displayName version pods { name } } } }`;

describe("an answer that is given again", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let costs: RequestCosts;

  beforeAll(async () => {
    server = await TestServer.open({ environment: { ROLE: "api" } });
    admin = await server.login();
    await storeApps(server.database.url);
    costs = new RequestCosts(Number(new URL(server.url).port));
    // The sequencer gives the journal its positions, and then nothing happens in the database by itself.
    await eventually(async () => expect((await admin.ask("journal")).journal.totalCount).toBeGreaterThan(6));
  });
  afterAll(async () => {
    costs[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
  });

  /** What a request cost in statements. */
  async function statements(ask: () => Promise<unknown>): Promise<number> {
    await ask();
    return costs.last.statements.length;
  }
  /** Two requests, the second of which was given the answer of the first: unless another database of the same PostgreSQL commits in between. */
  const twice = <T>(ask: () => Promise<T>): Promise<[T, T]> =>
    eventually(async () => {
      const both: [T, T] = [await ask(), await ask()];
      expect(costs.last.statements).toHaveLength(1);
      return both;
    });
  const post = async (client: OrreryClient, body: object, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${client.token!}`, ...headers },
      body: JSON.stringify(body),
    });

  test("costs one statement: who asks, and what has committed", async () => {
    expect(await statements(() => admin.send(page, { first: 3 }))).toBeGreaterThan(1);
    await twice(() => admin.send(page, { first: 3 }));
    expect(await statements(() => admin.send(page, { first: 4 }))).toBeGreaterThan(1);
    // The same variables in another order are the same question.
    const two = `query ($a: Int, $b: ID) { apps(first: $a, filter: { namespaceId: $b }) { totalCount } }`;
    let turn = 0;
    await twice(() => admin.send(two, turn++ % 2 ? { a: 1, b: "nsp_x" } : { b: "nsp_x", a: 1 }));
  });

  test("is the same bytes under the same headers, with the price of this request", async () => {
    const body = { query: page, variables: { first: 5 } };
    const [first, again] = await twice(() => post(admin, body));
    const [one, two] = [await first.text(), await again.text()];
    expect(Object.fromEntries(again.headers)).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "content-length": String(Buffer.byteLength(two)),
    });
    expect([...again.headers.keys()]).toEqual([...first.headers.keys()]);
    const [a, b]: Untyped[] = [JSON.parse(one), JSON.parse(two)];
    expect(b.data).toEqual(a.data);
    expect(a.extensions.cost.requested).toBeGreaterThan(5);
    expect(b.extensions.cost.requested).toBe(a.extensions.cost.requested);
  });

  test("has the type that each client accepts", async () => {
    const types = ["application/json", "application/graphql-response+json", "*/*", "text/html", "application/json"];
    const got: string[] = [];
    for (const accept of types) {
      const answer = await post(admin, { query: page }, { accept });
      got.push(`${answer.status} ${answer.headers.get("content-type")}`);
    }
    expect(got).toEqual([
      "200 application/json; charset=utf-8",
      "200 application/graphql-response+json; charset=utf-8",
      "200 application/json; charset=utf-8",
      expect.stringContaining("406"),
      "200 application/json; charset=utf-8",
    ]);
  });

  test("is asked for once by many who ask at the same time", async () => {
    let turn = 0;
    // The first of them make the server open connections, and what was kept does not outlive that.
    await eventually(async () => {
      const query = `query Turn${turn++} { apps { nodes { id } } }`;
      const before = costs.all.length;
      const answers = await Promise.all(Array.from({ length: 20 }, () => admin.sendUntyped(query)));
      expect(answers.map(({ data }) => data.apps.nodes.length)).toEqual(Array.from({ length: 20 }, () => 6));
      const texts = costs.all.slice(before).flatMap(({ statements: each }) => each);
      expect(texts.filter((text) => text.includes('from "app"'))).toHaveLength(1);
    });
  });

  test("is new after every change that was answered", async () => {
    const { id } = (await admin.send(page)).data!.apps.nodes[0]!;
    for (let turn = 0; turn < 10; turn++) {
      await admin.send(page);
      await admin.ask("update-app", { input: { id, displayName: `turn ${turn}` } });
      const { nodes } = (await admin.send(page)).data!.apps;
      expect(nodes.find((app) => app.id === id)!.displayName).toBe(`turn ${turn}`);
    }
  });

  test("is new when the cluster shows something else, although nothing was stored", async () => {
    const { id, namespace } = (await admin.send(`{ apps { nodes { id namespace { name } } } }`)).data!.apps.nodes[0]!;
    const names = async (): Promise<string[]> =>
      (await admin.send(page)).data!.apps.nodes[0]!.pods.map((pod) => pod.name);
    expect(await names()).toEqual([]);
    server.sandbox.kubernetes.create({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace.name },
    } as never);
    for (const name of ["p1", "p2"]) {
      server.sandbox.kubernetes.create({
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
          name,
          namespace: namespace.name,
          labels: { "app.kubernetes.io/managed-by": "orrery", "orrery.dev/app": id },
        },
        spec: { containers: [{ name: "c", image: "i" }] },
      } as never);
      await eventually(async () => expect(await names()).toContain(name));
    }
  });

  test("is never given to another member, nor after a role has changed", async () => {
    const query = `{ viewer { email permissions } apps { totalCount } journal { nodes { event actorName } } }`;
    const [here] = (await admin.send(`{ namespaces { nodes { id } } }`)).data!.namespaces.nodes;
    const people = [
      await server.member(admin, "VIEWER", here!.id),
      await server.member(admin, "VIEWER", here!.id),
      await server.member(admin, "VIEWER"),
      await server.member(admin),
    ];
    const emails = new Set<string>();
    for (const person of people) {
      const [one, two] = [(await person.send(query)).data, (await person.send(query)).data];
      expect(two).toEqual(one);
      emails.add(one!.viewer.email);
    }
    expect(emails.size).toBe(people.length);
    const count = async (person: OrreryClient): Promise<number> => (await person.send(query)).data!.apps.totalCount;
    const [first, second, everywhere, nobody] = people;
    expect([await count(first!), await count(everywhere!), await count(nobody!)]).toEqual([1, 6, 0]);
    await admin.ask("revoke-role", { input: { memberId: first!.memberId, role: "VIEWER", namespaceId: here!.id } });
    expect([await count(first!), await count(second!)]).toEqual([0, 1]);
    await admin.ask("close-member", { input: { id: second!.memberId } });
    expect((await second!.send(query)).errors).toMatchObject([{ extensions: { code: "UNAUTHENTICATED" } }]);
  });

  test("is never one that tells of the request, the clock or an upstream, or that failed", async () => {
    for (const query of [
      `{ rateLimit { remaining } apps { totalCount } }`,
      `{ viewer { sessions { id } } }`,
      `{ members { nodes { roles { role } } } app(id: "app_00000000000000000000000000000000") { id } node(id: "x") { id } builds(after: "wrong") { totalCount } }`,
    ]) {
      await admin.sendUntyped(query);
      expect(await statements(() => admin.sendUntyped(query))).toBeGreaterThan(1);
    }
    const [one, two] = [
      await admin.send(`{ rateLimit { remaining } }`),
      await admin.send(`{ rateLimit { remaining } }`),
    ];
    expect(two.data!.rateLimit.remaining).toBeGreaterThanOrEqual(one.data!.rateLimit.remaining);
  });

  test("can be switched off", async () => {
    await using other = await TestServer.open({ environment: { ROLE: "api", SHARED_ANSWERS_MB: "0" } });
    const client = await other.login();
    using counted = new RequestCosts(Number(new URL(other.url).port));
    for (const _ of [1, 2]) {
      await client.send(page);
      expect(counted.last.statements.length).toBeGreaterThan(1);
    }
  });
});

describe("two servers on one database", () => {
  test("neither gives an answer that is older than what the other has changed", async () => {
    await using server = await TestServer.prepare();
    await using one = new ServerProcess(server);
    await using two = new ServerProcess(server, { ROLE: "api" });
    await one.start();
    await two.start();
    const [writer, reader] = [await one.connect(), await two.connect()];
    const namespace = await createNamespace(writer, "pay");
    const apps = await Promise.all(
      ["a", "b", "c"].map((name) => approvedApp(writer, namespace.id, name, { ...helloSpec, replicas: 1 })),
    );
    const shown = async (client: OrreryClient, id: string): Promise<number> => {
      const { nodes } = (await client.send(page, { first: 100 })).data!.apps;
      return Number(nodes.find((app) => app.id === id)!.displayName);
    };
    let over = false;
    // Others keep both servers' answers warm, so that there always is an old one that could be given.
    const crowd = [writer, reader, writer, reader].map(async (client) => {
      const newest = new Map<string, number>();
      while (!over) {
        for (const { id, displayName } of (await client.send(page, { first: 100 })).data!.apps.nodes) {
          const number = Number(displayName) || 0;
          expect(number).toBeGreaterThanOrEqual(newest.get(id) ?? 0);
          newest.set(id, number);
        }
      }
    });
    await Promise.all(
      apps.map(async ({ id }) => {
        for (let number = 1; number <= 16; number++) {
          const by = number % 2 ? writer : reader;
          await by.ask("update-app", { input: { id, displayName: String(number) } });
          expect(await Promise.all([shown(writer, id), shown(reader, id)])).toEqual([number, number]);
        }
      }),
    ).finally(() => (over = true));
    await Promise.all(crowd);
  }, 120_000);
});
