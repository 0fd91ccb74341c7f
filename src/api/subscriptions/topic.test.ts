import { describe, expect, test } from "@jest/globals";
import { buildSchema, getOperationAST, parse } from "graphql";
import type { MemberActor } from "../../kernel/actor.js";
import type { Context } from "../../features/foundation/context.js";
import { RateLimiter } from "../pricing/rate-limiter.js";
import { EventExecutions } from "./event-executions.js";
import { ConflatingQueue } from "../../streams/conflating-queue.js";
import type { StreamEvent } from "../../streams/stream-event.js";
import type { Payload } from "./payload.js";
import { rightsKey, Topic } from "./topic.js";

const schema = buildSchema(`
  type Query { none: Int }
  type Subscription { told: Told }
  type Told { what: String mayRead: Boolean reader: String }
`);
const document = parse("subscription { told { what mayRead } }");
const personal = parse("subscription { told { what reader } }");

const member = (name: string, sessionId = name): MemberActor => ({
  kind: "MEMBER",
  memberId: name,
  sessionId,
  name,
  grants: [{ role: "VIEWER", namespaceId: "ns_a" }],
});

let executions = 0;
let nowMs: number;
let rateLimiter: RateLimiter;
/** A topic whose events cost 10; members have 1,000. */
function topic(of: typeof document): Topic {
  executions = 0;
  nowMs = Date.now();
  const clock = { now: () => new Date(nowMs) };
  rateLimiter = new RateLimiter({ refusal: "You have spent it.", perMinute: { member: 1_000, anonymous: 1 }, clock });
  return new Topic({
    schema,
    operation: {
      key: "k",
      document: of,
      node: getOperationAST(of)!,
      cost: () => 0,
      check: () => undefined,
      problems: () => [],
    },
    variables: {},
    actor: member("ann"),
    price: 10,
    executions: new EventExecutions({ rateLimiter, clock }),
    contextOf: (actor) => ({ actor }) as Context,
    present: (errors) => errors,
  });
}

const resultOf = ({ jsonAndBrace }: Payload) =>
  JSON.parse(jsonAndBrace.subarray(0, -1).toString()) as { data: { told: Record<string, unknown> } };

const event = (what: string) => ({
  cursor: what,
  told: {
    what: () => (executions++, what),
    mayRead: (_args: unknown, { actor }: Context) => actor.grants.length > 0,
    reader: (_args: unknown, { actor }: Context) => actor.name,
  },
});

const show = (shared: Topic, of: ReturnType<typeof event>, reader: MemberActor): Promise<Payload> =>
  new Promise((resolve, reject) =>
    shared.show(of, { reader, isHere: true, newest: (shown) => shown, show: resolve, error: reject }),
  );

describe("a topic", () => {
  test("executes an event once for all who have the same rights", async () => {
    const shared = topic(document);
    const one = event("one");
    const payloads = await Promise.all([show(shared, one, member("ann")), show(shared, one, member("bob"))]);
    expect(payloads[0]).toBe(payloads[1]);
    expect(await show(shared, one, member("cid"))).toBe(payloads[0]);
    expect(executions).toBe(1);
    expect(resultOf(payloads[0])).toEqual({ data: { told: { what: "one", mayRead: true } } });
  });

  test("shows to nobody else what is about its reader", async () => {
    const shared = topic(personal);
    const one = event("one");
    const read = async (actor: MemberActor) => resultOf(await show(shared, one, actor)).data.told.reader;
    expect(await Promise.all([read(member("ann")), read(member("bob"))])).toEqual(["ann", "bob"]);
    expect(await read(member("cid"))).toBe("cid");
  });
});

const spentBy = (memberId: string): number => 1_000 - rateLimiter.charge({ memberId }, 0).remaining;
const spendAll = (memberId: string): unknown => rateLimiter.charge({ memberId }, 1_000);

describe("the price of an event", () => {
  test("is paid once by all who share it, by turns", async () => {
    const shared = topic(document);
    const readers = Array.from({ length: 4 }, (_, number) => `reader ${number}`);
    for (let round = 1; round <= 8; round++) {
      const one = event(`${round}`);
      await Promise.all(readers.map((name) => show(shared, one, member(name))));
    }
    expect(readers.map(spentBy)).toEqual([20, 20, 20, 20]);
  });

  test("is taken from no budget that does not hold it, as long as another one does", async () => {
    const shared = topic(document);
    spendAll("ann");
    for (let round = 1; round <= 4; round++) {
      const one = event(`${round}`);
      const [first, second] = await Promise.all([show(shared, one, member("ann")), show(shared, one, member("bob"))]);
      expect(first).toBe(second);
    }
    expect([spentBy("ann"), spentBy("bob")]).toEqual([1_000, 40]);
  });

  test("is paid by a reader of old events alone, who shares a topic with others", async () => {
    const shared = topic(document);
    await Promise.all([show(shared, event("new"), member("ann")), show(shared, event("old"), member("bob"))]);
    for (let round = 1; round <= 5; round++) await show(shared, event(`old ${round}`), member("bob"));
    expect([spentBy("ann"), spentBy("bob")]).toEqual([10, 60]);
  });

  test("is paid by each reader whom it is about", async () => {
    const shared = topic(personal);
    const one = event("one");
    await Promise.all(["ann", "bob", "cid"].map((name) => show(shared, one, member(name))));
    expect(["bob", "cid"].map(spentBy)).toEqual([10, 10]);
  });

  test("that cannot be paid lets a state wait, and the newest one is shown", async () => {
    const shared = topic(document);
    spendAll("ann");
    const states = ["one", "two", "three"].map(event);
    const queue = new ConflatingQueue<StreamEvent>();
    const shown = new Promise<Payload>((resolve, reject) =>
      shared.show(states[0]!, {
        reader: member("ann"),
        isHere: true,
        newest: (taken) => queue.newest(taken),
        show: resolve,
        error: reject,
      }),
    );
    for (const state of states.slice(1)) queue.put(state);
    expect(executions).toBe(0);
    nowMs += 60_000;
    // Somebody who comes to wait for the first one, and can pay.
    const other = show(shared, states[0]!, member("bob"));
    expect(resultOf(await shown).data.told.what).toBe("three");
    expect(resultOf(await other).data.told.what).toBe("one");
    expect([spentBy("ann"), spentBy("bob")]).toEqual([10, 10]);
  });
});

test("rights are the same in any order, and differ by role and by place", () => {
  const key = (...grants: MemberActor["grants"]): string => rightsKey({ grants });
  const viewer = { role: "VIEWER", namespaceId: "ns_a" } as const;
  const developer = { role: "DEVELOPER", namespaceId: "ns_b" } as const;
  expect(key(viewer, developer)).toBe(key(developer, viewer));
  expect(key(viewer)).not.toBe(key({ ...viewer, namespaceId: "ns_b" }));
  expect(key(viewer)).not.toBe(key({ ...viewer, namespaceId: null }));
  expect(key(viewer)).not.toBe(key({ ...viewer, role: "DEVELOPER" }));
});
