import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { operation, type Untyped, type OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { TestServer } from "../support/test-server.js";

jest.setTimeout(120_000);

const password = "a password of theirs";

interface Refused {
  readonly code: string;
  readonly retryAfterMs?: number;
}

describe("guessing at passwords", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let count = 0;

  beforeAll(async () => {
    // The test stands for proxies in front of the server: it says where each client is.
    server = await TestServer.open({
      environment: { TRUSTED_PROXIES: "127.0.0.1,::1", ANONYMOUS_BUDGET_PER_MINUTE: "1000000" },
    });
    admin = await server.login();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const newMember = async (): Promise<{ id: string; email: string }> => {
    const email = `guessed${++count}@example.com`;
    const { createMember } = await admin.ask("create-member", { input: { email, name: "Guessed", password } });
    return { id: createMember.member.id, email };
  };

  /** A network that nobody else in these tests is in. */
  const newNetwork = (): string => `198.51.${100 + Math.floor(++count / 250)}.${count % 250}`;

  /** Logs in from a network; gives the access token, or how it was refused. */
  const login = async (
    email: string,
    given: string,
    network: string,
    url = server.url,
  ): Promise<{ token?: string; refused?: Refused }> => {
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-forwarded-for": network },
      body: JSON.stringify({ query: operation("login"), variables: { input: { email, password: given } } }),
    });
    const { data, errors } = (await response.json()) as Untyped;
    return errors ? { refused: errors[0].extensions } : { token: data.login.accessToken };
  };
  const guess = async (email: string, network: string, url?: string): Promise<Refused> =>
    (await login(email, "not the password", network, url)).refused!;
  const codes = (refused: readonly Refused[]): string[] => refused.map(({ code }) => code);

  test("of guesses that come at once, at any replicas, five are checked and the others wait", async () => {
    const { email } = await newMember();
    const [network, replica] = [newNetwork(), await server.replica()];
    const since = Date.now();
    const given = codes(
      await Promise.all(
        Array.from({ length: 100 }, (_, index) => guess(email, network, index % 2 ? replica : server.url)),
      ),
    );
    // One more after the first second, one after two more, and so on.
    const later = Math.floor(Math.log2(1 + (Date.now() - since) / 1_000));
    const checked = given.filter((code) => code === "UNAUTHENTICATED").length;
    expect(checked).toBeGreaterThanOrEqual(5);
    expect(checked).toBeLessThanOrEqual(5 + later);
    expect(given.filter((code) => code === "RATE_LIMITED")).toHaveLength(100 - checked);
    // Until a delay is long enough for what comes next, on a slow machine too.
    await eventually(async () => expect((await guess(email, network)).retryAfterMs).toBeGreaterThan(2_000));
    expect((await login(email, password, network)).refused).toMatchObject({
      code: "RATE_LIMITED",
      retryable: true,
      retryAfterMs: expect.any(Number),
    });
  });

  test("nobody learns who is a member, by the answers or by the time that they take", async () => {
    const times: Record<"known" | "unknown", number[]> = { known: [], unknown: [] };
    const timed = async (who: keyof typeof times, email: string, network: string): Promise<Refused> => {
      const since = performance.now();
      const refused = await guess(email, network);
      if (refused.code === "UNAUTHENTICATED") times[who].push(performance.now() - since);
      return refused;
    };
    for (let round = 0; round < 3; round++) {
      const [known, unknown] = [(await newMember()).email, `nobody${++count}@example.com`];
      const [here, there] = [newNetwork(), newNetwork()];
      for (let attempt = 1; attempt <= 7; attempt++) {
        const [one, other] = [await timed("known", known, here), await timed("unknown", unknown, there)];
        expect([attempt, other.code]).toEqual([attempt, attempt <= 5 ? "UNAUTHENTICATED" : "RATE_LIMITED"]);
        expect({ ...other, retryAfterMs: 0 }).toEqual({ ...one, retryAfterMs: 0 });
      }
    }
    // The quickest of each: others use the machine too.
    const [known, unknown] = [Math.min(...times.known), Math.min(...times.unknown)];
    expect(Math.max(known, unknown) / Math.min(known, unknown)).toBeLessThan(2);
  });

  test("a burst from everywhere delays nobody who is known where they are; an administrator ends it for the others", async () => {
    const { id, email } = await newMember();
    const nobody = `nobody${++count}@example.com`;
    const [home, cafe] = [newNetwork(), newNetwork()];
    expect((await login(email, password, home)).token).toBeDefined();
    for (const address of [email, nobody]) {
      const refused: Refused[] = [];
      for (let guesses = 0; guesses < 60 && refused.at(-1)?.code !== "RATE_LIMITED"; guesses++)
        refused.push(await guess(address, newNetwork()));
      expect(codes(refused)).toEqual([
        ...Array.from({ length: refused.length - 1 }, () => "UNAUTHENTICATED"),
        "RATE_LIMITED",
      ]);
      expect(refused.length).toBeGreaterThan(50);
    }
    // Wait after wait, until one is longer than what follows.
    await eventually(async () => expect((await guess(email, newNetwork())).retryAfterMs).toBeGreaterThan(7_000));
    const held = await login(email, password, cafe);
    expect(held.refused).toMatchObject({ code: "RATE_LIMITED" });
    // A wrong password from there is answered as from anywhere, so that it does not tell whose network it is.
    expect((await guess(email, home)).code).toBe("RATE_LIMITED");
    expect((await login(email, password, home)).token).toBeDefined();

    const lift = { input: { memberId: id, idempotencyKey: "lift-1" } };
    const person = await server.member(admin);
    expect((await person.send("lift-login-delay", lift)).errors?.[0]?.extensions).toMatchObject({
      code: "FORBIDDEN",
      requiredPermission: "member:manage",
    });
    const lifted = await admin.ask("lift-login-delay", lift);
    expect(await admin.ask("lift-login-delay", lift)).toEqual(lifted);
    expect((await login(email, password, cafe)).token).toBeDefined();
    await eventually(async () => {
      const { nodes } = (await admin.ask("journal", { filter: { events: ["member.loginDelayLifted"] } })).journal;
      expect(nodes).toMatchObject([{ data: { email } }]);
    });
  });

  test("one network that tries many addresses is slowed down, and those who are known there are not", async () => {
    const { email } = await newMember();
    const network = newNetwork();
    expect((await login(email, password, network)).token).toBeDefined();
    const given: string[] = [];
    while (given.length < 130 && given.at(-1) !== "RATE_LIMITED")
      given.push((await guess(`nobody${++count}@example.com`, network)).code);
    expect(given.length).toBeGreaterThan(100);
    expect(given.at(-1)).toBe("RATE_LIMITED");
    expect((await login(email, password, network)).token).toBeDefined();
  });

  test("on a socket or an event stream guesses are counted with those of the same network", async () => {
    const { token } = await server.member(admin);
    const query = operation("login");
    const variables = (email: string): object => ({ input: { email, password: "not the password" } });

    const [onSocket, socketNetwork] = [(await newMember()).email, newNetwork()];
    for (let guesses = 0; guesses < 5; guesses++) await guess(onSocket, socketNetwork);
    class FromNetwork extends WebSocket {
      constructor(url: string, protocols?: string | string[]) {
        super(url, protocols, { headers: { "x-forwarded-for": socketNetwork } });
      }
    }
    const client = createClient({
      url: `${server.url.replace("http", "ws")}/graphql`,
      webSocketImpl: FromNetwork,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
    });
    const results: Untyped[] = [];
    for await (const result of client.iterate({ query, variables: { ...variables(onSocket) } })) results.push(result);
    await client.dispose();
    expect(results[0].errors[0].extensions).toMatchObject({ code: "RATE_LIMITED" });

    const [onStream, streamNetwork] = [(await newMember()).email, newNetwork()];
    for (let guesses = 0; guesses < 5; guesses++) await guess(onStream, streamNetwork);
    const response = await fetch(`${server.url}/graphql/stream`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "text/event-stream",
        authorization: `Bearer ${token}`,
        "x-forwarded-for": streamNetwork,
      },
      body: JSON.stringify({ query, variables: variables(onStream) }),
    });
    expect(await response.text()).toContain(`"code":"RATE_LIMITED"`);
  });
});
