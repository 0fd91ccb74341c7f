import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { TestServer } from "../support/test-server.js";
import { refusal } from "../support/refusal.js";

const login = { email: "admin@example.com", password: "correct horse battery" };

describe("a budget", () => {
  let server: TestServer;
  let admin: OrreryClient;

  beforeAll(async () => {
    server = await TestServer.open({
      environment: {
        BUDGET_PER_MINUTE: "2000",
        ANONYMOUS_BUDGET_PER_MINUTE: "400",
        OPERATION_MAX_COST: "1000",
        NEW_DOCUMENTS_PER_MINUTE: "40",
        TRUSTED_PROXIES: "127.0.0.0/8",
      },
    });
    admin = await from("192.0.2.1", login);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** The address that a proxy of ours would name. */
  const post = (
    query: string,
    { token, address, ...headers }: Record<string, string> = {},
    input: object = login,
  ): Promise<Response> =>
    fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(address !== undefined && { "x-forwarded-for": address }),
        ...headers,
      },
      body: JSON.stringify({ query, variables: { input } }),
    });
  const answer = async (response: Response) => (await response.json()) as Untyped;
  const logIn = "mutation($input: LoginInput!) { login(input: $input) { accessToken } }";

  /** Somebody who logs in from this address. */
  async function from(address: string, who: object): Promise<OrreryClient> {
    const { data } = await answer(await post(logIn, { address }, who));
    const client = server.anonymous();
    return Object.assign(client, { token: data.login.accessToken as string });
  }
  /** How a new member logs in who may see everything. */
  async function newMember(): Promise<typeof login> {
    const how = { email: `${randomUUID()}@example.com`, password: "a password of theirs" };
    const { createMember } = await admin.ask("create-member", { input: { ...how, name: "Somebody" } });
    await admin.ask("grant-role", { input: { memberId: createMember.member.id, role: "ADMINISTRATOR" } });
    return how;
  }
  /** 406 points. */
  const expensive = "{apps(first:100){nodes{lastBuild{id} lastRollout{id} namespace{id}}}}";
  const cheap = "{apps(first:4){nodes{id}}}";
  /** Leaves nothing, not even what comes back meanwhile; how the expensive one is refused then. */
  const spendAll = async (token: string) => {
    for (const query of [expensive, cheap]) while (!(await answer(await post(query, { token }))).errors);
    return (await answer(await post(expensive, { token }))).errors[0];
  };

  test("is told with every answer, and is asked for the least that there is", async () => {
    const token = (await from("192.0.2.2", await newMember()))["token"]!;
    const page = "{apps(first:3){totalCount nodes{id}}}";
    const { data, extensions } = await answer(await post(page, { token }));
    expect(data.apps.totalCount).toBe(0);
    expect(extensions.cost).toEqual({ requested: 12, limit: 2_000, remaining: 1_988, resetAt: expect.any(String) });
    expect(Date.parse(extensions.cost.resetAt as string) - Date.now()).toBeLessThanOrEqual(360);
    const { rateLimit } = (await answer(await post("{rateLimit{limit cost remaining resetAt}}", { token }))).data;
    expect(rateLimit).toMatchObject({ limit: 2_000, cost: 1 });
    expect(rateLimit.remaining).toBeGreaterThanOrEqual(1_987);
    const failed = await answer(await post('{repositoryRefs(app:"app_1"){nodes{name}}}', { token }));
    expect(failed).toMatchObject({ errors: [{}], extensions: { cost: { requested: 50 } } });
  });

  test("that is spent refuses what costs, on every transport, until there is enough again", async () => {
    const who = await newMember();
    const spender = await from("192.0.2.3", who);
    const token = spender["token"]!;
    const { message, extensions } = await spendAll(token);
    expect(extensions).toEqual({ code: "RATE_LIMITED", retryable: true, retryAfterMs: expect.any(Number) });
    expect(message).toMatch(/^You have spent your budget\. Try again in \d+ s\.$/);
    // 2,000 points a minute are 406 in 12.2 seconds.
    expect(extensions.retryAfterMs).toBeGreaterThan(11_000);
    expect(extensions.retryAfterMs).toBeLessThan(12_200);

    const response = await post(expensive, { token, accept: "application/graphql-response+json" });
    expect([response.status, response.headers.get("content-type")]).toEqual([
      429,
      "application/graphql-response+json; charset=utf-8",
    ]);
    const { errors } = await answer(response);
    expect(Number(response.headers.get("retry-after"))).toBe(Math.ceil(errors[0].extensions.retryAfterMs / 1_000));
    const plain = await post(expensive, { token, accept: "application/json" });
    expect([plain.status, plain.headers.get("retry-after")]).toEqual([200, expect.stringMatching(/^\d+$/)]);

    await expect(spender.ask("rate-limit")).resolves.toMatchObject({ rateLimit: { limit: 2_000 } });
    // Somebody else is not concerned; the same member is, in every other session.
    await expect(admin.ask("apps", { first: 100 })).resolves.toBeDefined();
    for (const address of ["192.0.2.8", "192.0.2.9"])
      expect(await refusal((await from(address, who)).ask("apps", { first: 100 }))).toMatchObject({
        code: "RATE_LIMITED",
      });
  });

  test("that is spent opens no streams either", async () => {
    const spender = await from("192.0.2.4", await newMember());
    await spendAll(spender["token"]!);
    expect(await refusal(spender.follow("app-log", { app: "app_1" }))).toMatchObject({ code: "RATE_LIMITED" });
    const stream = await post('subscription{appLog(app:"app_1"){cursor}}', {
      token: spender["token"]!,
      accept: "text/event-stream",
    });
    expect(await stream.text()).toContain('"code":"RATE_LIMITED"');
  });

  test("of clients without a login is that of their network", async () => {
    const codes: (string | undefined)[] = [];
    for (let round = 0; round < 9; round++)
      codes.push((await answer(await post(logIn, { address: "192.0.2.5" }))).errors?.[0].extensions.code);
    expect(codes).toEqual([...Array(8).fill(undefined), "RATE_LIMITED"]);
    expect((await answer(await post(logIn, { address: "192.0.2.6" }))).errors).toBeUndefined();
    // A client that has logged in spends its member's budget, whatever it asks.
    const known = { token: admin["token"]!, address: "192.0.2.5" };
    expect((await answer(await post("{viewer{email}}", known))).data.viewer.email).toBe(login.email);
  });

  test("does not help when one operation costs too much", async () => {
    const { errors } = await answer(
      await post("{apps(first:100){nodes{builds(first:100){nodes{id}}}}}", { token: admin["token"]! }),
    );
    expect(errors[0].extensions).toEqual({
      code: "TOO_COMPLEX",
      limits: [{ limit: "cost", allowed: 1_000, found: 10_706, remedy: expect.stringContaining("smaller pages") }],
    });
  });

  test("of new documents is one of its own, and those that are known are answered all the same", async () => {
    const who = await newMember();
    const token = (await from("192.0.2.7", who))["token"]!;
    const send = (round: number): Promise<Response> => post(`{viewer{a${round}:email}}`, { token });
    const answers = await Promise.all(Array.from({ length: 45 }, async (_, round) => answer(await send(round))));
    const refused = answers.filter(({ errors }) => errors);
    expect(refused.length).toBeGreaterThan(0);
    for (const { errors } of refused)
      expect(errors[0]).toMatchObject({
        message: expect.stringContaining("Too many new documents."),
        extensions: { code: "RATE_LIMITED" },
      });
    const known = answers.findIndex(({ errors }) => !errors);
    expect((await answer(await send(known))).data.viewer).toEqual({ [`a${known}`]: who.email });
  });
});
