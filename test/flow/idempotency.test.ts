import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { idempotentMutations, type IdempotentMutation } from "../support/idempotent-mutations.js";
import { EntityFactory } from "../support/entity-factory.js";
import { approvedApp, createNamespace, helloSpec, TestServer, type App } from "../support/test-server.js";
import { refusal } from "../support/refusal.js";

describe("a mutation with an idempotency key", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let entities: EntityFactory;
  let namespaceId: string;
  /** A namespace whose name alone is changed, to see how far the journal is. */
  let markerId: string;
  /** An app that was built and is live. */
  let live: App;
  let built: Untyped;

  beforeAll(async () => {
    server = await TestServer.open({ pace: 40 });
    admin = await server.login();
    namespaceId = (await createNamespace(admin, "pay")).id;
    markerId = (await createNamespace(admin, "marker")).id;
    entities = new EntityFactory({ server, admin, namespaceId });
    live = await approvedApp(admin, namespaceId, "live");
    built = await entities.deliver(live.id, "v1.0.0");
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const cursorIn = (answer: Untyped): string => (Object.values(answer)[0] as { cursor: string }).cursor;

  interface Repeated {
    readonly input: object;
    readonly other: object;
    readonly answers: readonly Untyped[];
    /** The subjects of the journal's events, newest first. */
    readonly subjects: readonly string[];
  }
  const repeated = new Map<string, Promise<Repeated>>();
  /** The mutation was sent four times with one key: three times at once, and then with its fields in another order. */
  const repeatedly = (each: IdempotentMutation): Promise<Repeated> => {
    const known = repeated.get(each.operation) ?? repeat(each);
    repeated.set(each.operation, known);
    return known;
  };
  async function repeat({ operation, given, event }: IdempotentMutation): Promise<Repeated> {
    const [what, different] = await given({ server, admin, entities, namespaceId, markerId, live, built });
    const idempotencyKey = `once ${operation}`;
    const [input, other] = [
      { ...what, idempotencyKey },
      { ...different, idempotencyKey },
    ];
    const ask = (variables: object) => admin.askUntyped(operation, { input: variables });
    const answers = await Promise.all([ask(input), ask(input), ask(input)]);
    answers.push(await ask(Object.fromEntries(Object.entries(input).reverse())));
    const subjects = event === "" ? [] : (await journalSince(event)).map(({ subjectId }) => subjectId);
    return { input, other, answers, subjects };
  }

  test.each(idempotentMutations)("$operation happens once, and gives the same node and cursor again", async (each) => {
    const { other, answers, subjects } = await repeatedly(each);
    expect(answers).toHaveLength(4);
    expect(new Set(answers.map(idIn)).size).toBe(1);
    expect(new Set(answers.map(cursorIn)).size).toBe(1);
    expect(await refusal(admin.askUntyped(each.operation, { input: other }))).toMatchObject({
      code: "CONFLICT",
      fields: [{ path: "input.idempotencyKey" }],
    });
    if (each.event === "") return;
    // A journal entry's subject is the node, or the member or app that it belongs to; the events of this mutation come last.
    expect(subjects.filter((subject) => subject === subjects[0])).toHaveLength(1);
  });

  test("a server that starts later gives the same answers again", async () => {
    for (const each of idempotentMutations) await repeatedly(each);
    const later = await server.login(undefined, await server.replica());
    for (const each of idempotentMutations) {
      const { input, answers } = await repeatedly(each);
      const answer = await later.askUntyped(each.operation, { input });
      expect([each.operation, idIn(answer), cursorIn(answer)]).toEqual([
        each.operation,
        idIn(answers[0]),
        cursorIn(answers[0]),
      ]);
    }
  }, 120_000);

  test("a key that was used by another mutation is taken", async () => {
    const idempotencyKey = "taken";
    await admin.ask("create-namespace", { input: { name: "taken", idempotencyKey } });
    const asked = admin.ask("submit-app", { input: { id: live.id, idempotencyKey } });
    expect(await refusal(asked)).toMatchObject({ code: "CONFLICT" });
    // But it is only the member's own.
    const another = await server.member(admin, "ADMINISTRATOR");
    await another.ask("create-namespace", { input: { name: "another", idempotencyKey } });
  });

  test("an answer is given again only to who has the rights still, or to whose own account it is about", async () => {
    const { id: namespaceId } = await createNamespace(admin, "lost-rights");
    const ann = await server.member(admin, "DEVELOPER", namespaceId);
    const { createApp } = await ann.ask("create-app", { input: { namespaceId, name: "api", spec: helloSpec } });
    const input = { id: createApp.app.id, idempotencyKey: "once" };
    await ann.ask("submit-app", { input });
    const own = { input: { idempotencyKey: "twice" } };
    await ann.ask("mark-notifications-read", own);
    const role = { memberId: ann.memberId, role: "DEVELOPER" as const };
    await admin.ask("grant-role", { input: role });
    await admin.ask("revoke-role", { input: { ...role, namespaceId } });
    // Held in another way, it counts.
    expect((await ann.ask("submit-app", { input })).submitApp.app.id).toBe(createApp.app.id);
    await admin.ask("grant-role", { input: { ...role, role: "VIEWER" } });
    await admin.ask("revoke-role", { input: role });
    expect(await refusal(ann.ask("submit-app", { input }))).toMatchObject({ code: "FORBIDDEN" });
    await ann.ask("mark-notifications-read", own);
  });

  test("a key of no letters or too many is refused", async () => {
    for (const idempotencyKey of ["", "x".repeat(201)]) {
      const asked = admin.ask("create-namespace", { input: { name: "nokey", idempotencyKey } });
      expect(await refusal(asked)).toMatchObject({
        code: "INVALID_INPUT",
        fields: [{ path: "input.idempotencyKey" }],
      });
    }
  });

  /** The ids in a payload, whatever it holds. */
  function idIn(answer: Untyped): string {
    if (answer.markNotificationsRead) return "the inbox";
    const payload = Object.values(Object.values(answer)[0] as object)[0];
    return Array.isArray(payload) ? payload.map(({ id }) => id).join() : (payload.id ?? String(payload));
  }

  /** The entries of this event, newest first, once everything that was done before has its position. */
  async function journalSince(event: string) {
    const marker = `marker ${Math.random()}`;
    await admin.ask("update-namespace", { input: { id: markerId, displayName: marker } });
    return eventually(async () => {
      const { journal } = await admin.ask("journal", { first: 1, filter: { events: ["namespace.updated"] } });
      expect(journal.nodes[0]!.data.displayName).toBe(marker);
      const { nodes } = (await admin.ask("journal", { first: 100, filter: { events: [event] } })).journal;
      return nodes.filter(({ subjectId }) => subjectId !== markerId);
    });
  }
});
