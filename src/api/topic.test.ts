import { describe, expect, test } from "@jest/globals";
import { buildSchema, getOperationAST, parse } from "graphql";
import type { MemberActor } from "../kernel/actor.js";
import type { Context } from "../features/context.js";
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
function topic(of: typeof document): Topic {
  executions = 0;
  return new Topic({
    schema,
    operation: { key: "k", document: of, node: getOperationAST(of)!, cost: () => 0, check: () => undefined },
    variables: {},
    actor: member("ann"),
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
  new Promise((resolve, reject) => shared.show(of, { reader, show: resolve, fail: reject }));

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

test("rights are the same in any order, and differ by role and by place", () => {
  const key = (...grants: MemberActor["grants"]): string => rightsKey({ grants });
  const viewer = { role: "VIEWER", namespaceId: "ns_a" } as const;
  const developer = { role: "DEVELOPER", namespaceId: "ns_b" } as const;
  expect(key(viewer, developer)).toBe(key(developer, viewer));
  expect(key(viewer)).not.toBe(key({ ...viewer, namespaceId: "ns_b" }));
  expect(key(viewer)).not.toBe(key({ ...viewer, namespaceId: null }));
  expect(key(viewer)).not.toBe(key({ ...viewer, role: "DEVELOPER" }));
});
