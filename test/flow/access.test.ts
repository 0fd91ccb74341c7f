import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { OrreryClient, type Untyped } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { createNamespace, helloSpec, TestServer } from "../support/test-server.js";
import { refusal } from "../support/refusal.js";

const password = "a password of theirs";

describe("who may come in", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let count = 0;

  beforeAll(async () => {
    server = await TestServer.open();
    admin = await server.login();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const newMember = async (): Promise<{ id: string; email: string; password: string }> => {
    const login = { email: `Person.${++count}@example.com`, password };
    const { createMember } = await admin.ask("create-member", { input: { ...login, name: `Person ${count}` } });
    return { id: createMember.member.id, ...login };
  };
  const tokens = async ({ email, password: given }: { email: string; password: string }): Promise<Untyped> =>
    (await server.anonymous().ask("login", { input: { email, password: given } })).login;
  const holder = (accessToken: string): OrreryClient => new OrreryClient(server.url, accessToken);
  const refresh = async (refreshToken: string) =>
    (await server.anonymous().ask("refresh-session", { input: { refreshToken } })).refreshSession;

  /** Opens a socket with this token; resolves with the code that it is closed with. */
  function socket(accessToken: string | undefined): { opened: Promise<void>; closed: Promise<number> } {
    const client = createClient({
      url: `${server.url.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      lazy: false,
      retryAttempts: 0,
      ...(accessToken !== undefined && { connectionParams: { authorization: `Bearer ${accessToken}` } }),
      onNonLazyError: () => undefined,
    });
    return {
      opened: new Promise((resolve) => client.on("connected", () => resolve())),
      closed: new Promise((resolve) => client.on("closed", (event) => resolve((event as { code: number }).code))),
    };
  }

  test("the first administrator is made once, with every permission", async () => {
    await using fresh = await TestServer.open();
    const { viewer } = await (await fresh.login()).ask("viewer");
    expect(viewer).toMatchObject({ email: "admin@example.com", roles: [{ role: "ADMINISTRATOR", namespace: null }] });
    await fresh.stop();
    await fresh.start();
    const { members } = await (await fresh.login()).ask("members");
    expect(members).toMatchObject({ totalCount: 1, nodes: [{ id: viewer.member.id }] });
  });

  test("a login opens a session; a wrong one does not tell what was wrong", async () => {
    const person = await newMember();
    const given = await tokens({ ...person, email: ` ${person.email.toUpperCase()} ` });
    expect(Date.parse(given.accessTokenExpiresAt) - Date.now()).toBeGreaterThan(14 * 60_000);
    const { viewer } = await holder(given.accessToken).ask("viewer");
    expect(viewer).toMatchObject({ email: person.email, permissions: [], roles: [], sessions: [expect.anything()] });
    const wrong = await refusal(tokens({ ...person, password: "not the password" }));
    const unknown = await refusal(tokens({ ...person, email: "nobody@example.com" }));
    expect(wrong).toEqual(unknown);
    expect(wrong).toMatchObject({ code: "UNAUTHENTICATED" });
    const pattern = await refusal(tokens({ ...person, email: "%@example.com" }));
    expect(pattern).toMatchObject({ code: "UNAUTHENTICATED" });
  });

  test("forged, foreign and missing tokens open nothing", async () => {
    const { accessToken } = await tokens(await newMember());
    const [header, payload, signature] = accessToken.split(".");
    const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.`;
    const changed = `${header}.${Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(payload, "base64url").toString()), sub: "mem_0" })).toString("base64url")}.${signature}`;
    for (const token of [unsigned, changed, "x", `${accessToken}x`]) {
      expect(await refusal(holder(token).ask("viewer"))).toMatchObject({ code: "UNAUTHENTICATED" });
    }
    expect(await refusal(server.anonymous().ask("viewer"))).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(await refusal(server.anonymous().ask('query { node(id: "x") { id } }'))).toMatchObject({
      code: "UNAUTHENTICATED",
    });
  });

  test("guessing a password becomes slow, also with the right one, and does not lock out others", async () => {
    const person = await newMember();
    const guess = () => refusal(tokens({ ...person, password: "wrong password" }));
    const codes: string[] = [];
    while (codes.length < 12 && codes.at(-1) !== "RATE_LIMITED") codes.push((await guess()).code);
    expect(codes.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => "UNAUTHENTICATED"));
    expect(codes.at(-1)).toBe("RATE_LIMITED");
    const limited = (await server.anonymous().send("login", { input: { email: person.email, password } })).errors?.[0]
      ?.extensions;
    expect(limited).toMatchObject({ code: "RATE_LIMITED", retryable: true, retryAfterMs: expect.any(Number) });
    await tokens(await newMember());
    await eventually(() => tokens(person));
    expect((await guess()).code).toBe("UNAUTHENTICATED");
  });

  test("a refresh token works once and gives the next pair", async () => {
    const first = await tokens(await newMember());
    const second = await refresh(first.refreshToken);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    await holder(second.accessToken).ask("viewer");
    const third = await refresh(second.refreshToken);
    expect((await holder(third.accessToken).ask("viewer")).viewer.sessions).toHaveLength(1);
    expect(await refusal(refresh("ort_forged"))).toMatchObject({ code: "UNAUTHENTICATED" });
  });

  test.each([
    ["once", 1],
    ["twice", 2],
    ["many times", 7],
  ])(
    "one that a thief used %s is noticed when its owner comes: the session ends for both, live streams included",
    async (_times, times) => {
      const person = await newMember();
      const owners = await tokens(person);
      // The owner went on with it before it was stolen, or the thief was first: nobody can tell.
      let thiefs = owners;
      for (let use = 0; use < times; use++) thiefs = await refresh(thiefs.refreshToken);
      const [stream, other] = [socket(thiefs.accessToken), await tokens(person)];
      await stream.opened;
      // The one that was replaced last may be repeated for a while; its pair and the thief's cannot both go on.
      const comes =
        times > 1 ? owners : (await refresh(owners.refreshToken), await refresh(thiefs.refreshToken), owners);
      const since = Date.now();
      expect(await refusal(refresh(comes.refreshToken))).toMatchObject({ code: "UNAUTHENTICATED" });
      expect(await stream.closed).toBe(4403);
      expect(Date.now() - since).toBeLessThan(1_000);
      for (const { accessToken } of [owners, thiefs])
        expect(await refusal(holder(accessToken).ask("viewer"))).toMatchObject({ code: "UNAUTHENTICATED" });
      expect(await refusal(refresh(thiefs.refreshToken))).toMatchObject({ code: "UNAUTHENTICATED" });
      const { viewer } = await holder(other.accessToken).ask("viewer");
      const sessionId = JSON.parse(Buffer.from(owners.accessToken.split(".")[1], "base64url").toString()).sid;
      expect(viewer.sessions).toMatchObject([{ id: expect.not.stringMatching(sessionId) }]);
      await eventually(async () => {
        const { nodes } = (await admin.ask("journal", { filter: { events: ["session.stolen"] } })).journal;
        expect(nodes).toContainEqual(expect.objectContaining({ actorKind: "PLATFORM", subjectId: sessionId }));
      });
    },
  );

  test("a text that was never a refresh token ends nothing, whatever session it names", async () => {
    const { accessToken, refreshToken } = await tokens(await newMember());
    const [head, claims, signature] = refreshToken.slice(4).split(".");
    const { sid } = JSON.parse(Buffer.from(claims, "base64url").toString());
    const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const forged = [
      `ort_${accessToken}`,
      accessToken,
      sid,
      `ort_${head}.${encoded({ sid, gen: 0 })}.${signature}`,
      `ort_${head}.${claims}.${signature.slice(1)}`,
      `ort_${encoded({ alg: "none" })}.${encoded({ sid, gen: 0 })}.`,
    ];
    for (const each of forged) expect(await refusal(refresh(each))).toMatchObject({ code: "UNAUTHENTICATED" });
    await holder(accessToken).ask("viewer");
    await refresh(refreshToken);
  });

  test("two windows that refresh at once both go on with what they share, and only one pair of them lasts", async () => {
    const { refreshToken } = await tokens(await newMember());
    const [one, other] = await Promise.all([refresh(refreshToken), refresh(refreshToken)]);
    for (const { accessToken } of [one, other]) await holder(accessToken).ask("viewer");
    const next = await refresh(other.refreshToken);
    await holder(next.accessToken).ask("viewer");
    expect(await refusal(refresh(one.refreshToken))).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(await refusal(refresh(next.refreshToken))).toMatchObject({ code: "UNAUTHENTICATED" });
  });

  test("a logout ends the session that asks, and no other", async () => {
    const person = await newMember();
    const [one, other] = [await tokens(person), await tokens(person)];
    await holder(one.accessToken).ask("logout");
    expect(await refusal(holder(one.accessToken).ask("viewer"))).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(await refusal(refresh(one.refreshToken))).toMatchObject({ code: "UNAUTHENTICATED" });
    expect((await holder(other.accessToken).ask("viewer")).viewer.sessions).toHaveLength(1);
  });

  test("a revoked session closes its socket within a second; nobody revokes another's", async () => {
    const person = await newMember();
    const [laptop, phone] = [await tokens(person), await tokens(person)];
    const sessions = (await holder(laptop.accessToken).ask("viewer")).viewer.sessions;
    expect(sessions).toHaveLength(2);
    const [newest] = sessions;
    expect(await refusal(admin.ask("revoke-session", { input: { id: newest!.id } }))).toMatchObject({
      code: "NOT_FOUND",
    });
    const [open, lost] = [socket(laptop.accessToken), socket(phone.accessToken)];
    await Promise.all([open.opened, lost.opened]);
    const asked = Date.now();
    await holder(laptop.accessToken).ask("revoke-session", { input: { id: newest!.id } });
    expect(await lost.closed).toBe(4403);
    expect(Date.now() - asked).toBeLessThan(1_000);
    expect(await refusal(holder(phone.accessToken).ask("viewer"))).toMatchObject({ code: "UNAUTHENTICATED" });
    await holder(laptop.accessToken).ask("logout");
    expect(await open.closed).toBe(4403);
  });

  test("a socket without a valid token is closed at once", async () => {
    expect(await socket(undefined).closed).toBe(4401);
    expect(await socket("forged").closed).toBe(4401);
    await eventually(async () => expect(server.open.sockets).toBe(0));
  });

  test("a closed member is out, and stays out", async () => {
    const person = await newMember();
    const given = await tokens(person);
    const stream = socket(given.accessToken);
    await stream.opened;
    expect(await refusal(holder(given.accessToken).ask("close-member", { input: { id: person.id } }))).toMatchObject({
      code: "FORBIDDEN",
      requiredPermission: "member:manage",
    });
    expect((await admin.ask("close-member", { input: { id: person.id } })).closeMember.member.state).toBe("CLOSED");
    expect(await stream.closed).toBe(4403);
    expect(await refusal(holder(given.accessToken).ask("viewer"))).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(await refusal(refresh(given.refreshToken))).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(await refusal(tokens(person))).toMatchObject({ code: "UNAUTHENTICATED" });
    // Their address is free, and what the one before them did stays theirs.
    const { createMember } = await admin.ask("create-member", {
      input: { email: person.email.toLowerCase(), name: "Successor", password: "another password" },
    });
    expect(createMember.member.id).not.toBe(person.id);
    const successor = holder((await tokens({ ...person, password: "another password" })).accessToken);
    expect((await successor.ask("viewer")).viewer).toMatchObject({ member: { id: createMember.member.id }, roles: [] });
    expect(await refusal(tokens(person))).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(await refusal(holder(given.accessToken).ask("viewer"))).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(await refusal(newMemberAgain(person))).toMatchObject({
      code: "CONFLICT",
      fields: [{ path: "input.email" }],
    });
    await eventually(async () => {
      const { nodes } = (await admin.ask("journal", { filter: { events: ["member.created"] }, first: 100 })).journal;
      const created = nodes.filter(({ data }) => data.email.toLowerCase() === person.email.toLowerCase());
      expect(created).toMatchObject([
        { subjectId: createMember.member.id, data: { name: "Successor" } },
        { subjectId: person.id, data: { email: person.email } },
      ]);
    });

    const { viewer } = await admin.ask("viewer");
    expect(await refusal(admin.ask("close-member", { input: { id: viewer.member.id } }))).toMatchObject({
      code: "CONFLICT",
    });
    const last = { memberId: viewer.member.id, role: "ADMINISTRATOR" as const };
    expect(await refusal(admin.ask("revoke-role", { input: last }))).toMatchObject({ code: "CONFLICT" });
  });

  test("roles count where they are granted, at once, and no longer than they are held", async () => {
    const [here, there] = [await createNamespace(admin, "here"), await createNamespace(admin, "there")];
    const person = await newMember();
    const { accessToken } = await tokens(person);
    const client = holder(accessToken);
    const permissions = async (namespace?: string): Promise<string[]> =>
      (await client.ask("viewer", { namespace })).viewer.permissionsHere;
    const input = { namespaceId: here.id, name: "mine", spec: helloSpec };
    expect(await permissions(here.id)).toEqual([]);
    expect(await refusal(client.ask("create-app", { input }))).toMatchObject({ code: "NOT_FOUND" });
    expect((await client.ask("namespaces")).namespaces.totalCount).toBe(0);

    const grant = { memberId: person.id, role: "DEVELOPER" as const, namespaceId: here.id };
    expect(await refusal(client.ask("grant-role", { input: grant }))).toMatchObject({
      code: "FORBIDDEN",
      requiredPermission: "member:manage",
    });
    await admin.ask("grant-role", { input: grant });
    expect(await permissions(here.id)).toEqual(expect.arrayContaining(["app:create", "build:start", "namespace:read"]));
    expect(await permissions(here.id)).not.toEqual(expect.arrayContaining(["app:review"]));
    expect(await permissions(there.id)).toEqual([]);
    expect(await permissions()).toEqual([]);
    expect((await client.ask("namespaces")).namespaces.nodes).toMatchObject([{ name: "here" }]);
    await client.ask("create-app", { input });

    // A platform's right is not held by who administers a namespace.
    await admin.ask("grant-role", { input: { ...grant, role: "ADMINISTRATOR" } });
    expect(await permissions(here.id)).toEqual(expect.arrayContaining(["app:review"]));
    expect(await permissions()).toEqual([]);
    expect(await refusal(client.ask("members"))).toMatchObject({
      code: "FORBIDDEN",
      requiredPermission: "member:manage",
    });
    expect(await refusal(client.ask("create-namespace", { input: { name: "third" } }))).toMatchObject({
      code: "FORBIDDEN",
      requiredPermission: "namespace:create",
    });

    const stream = socket(accessToken);
    await stream.opened;
    for (const role of ["DEVELOPER", "ADMINISTRATOR"] as const)
      await admin.ask("revoke-role", { input: { ...grant, role } });
    expect(await stream.closed).toBe(4403);
    expect(await permissions(here.id)).toEqual([]);
    expect(await refusal(client.ask("create-app", { input }))).toMatchObject({ code: "NOT_FOUND" });
    expect((await client.ask("apps")).apps.nodes).toEqual([]);
    // What one did stays on record, and opens no door to the app.
    const { nodes } = (await client.send(`{ journal { nodes { event app { name } } } }`)).data!.journal;
    expect(nodes).toContainEqual({ event: "app.created", app: null });
  });

  test("a member's roles are shown to themselves and to who manages members", async () => {
    const [one, other] = [await newMember(), await newMember()];
    const client = holder((await tokens(one)).accessToken);
    const rolesOf = `query ($id: ID!) { node(id: $id) { ... on Member { name roles { role } } } }`;
    expect((await client.ask(rolesOf, { id: one.id })).node!.roles).toEqual([]);
    expect(await refusal(client.ask(rolesOf, { id: other.id }))).toMatchObject({
      code: "FORBIDDEN",
      requiredPermission: "member:manage",
    });
    expect((await admin.ask(rolesOf, { id: other.id })).node!.roles).toEqual([]);
    expect(await refusal(newMemberAgain(one))).toMatchObject({ code: "CONFLICT", fields: [{ path: "input.email" }] });
  });

  const newMemberAgain = ({ email }: { email: string }) =>
    admin.ask("create-member", { input: { email: email.toLowerCase(), name: "Again", password } });
});
