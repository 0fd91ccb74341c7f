import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { OrreryClient } from "../../src/demo/orrery-client.js";
import { expiringToken } from "../support/dead-tokens.js";
import { holds } from "../support/held-subscriptions.js";
import { eventually } from "../support/eventually.js";
import { all, type RoleName } from "../support/test-server.js";
import type { Level, Tenant } from "../support/rights-actors.js";
import { fieldOf, RightsDocuments } from "../support/rights-documents.js";
import { reopen } from "../support/reopen.js";
import { RightsServer } from "../support/rights-server.js";
import { subscriptionRows } from "../support/rights-rows.js";
import type { Fixture } from "../support/rights-tenant.js";

jest.setTimeout(180_000);

const tenant: Tenant = "alpha-team";
/** `live-rights.test.ts` measures the promised second; here all subscriptions are closed at once, on a busy machine. */
const mostMs = 5_000;

interface Person {
  readonly client: OrreryClient & { readonly memberId: string };
  readonly role: RoleName;
  readonly namespaceId?: string | undefined;
}

interface Loss {
  /** Ends the person's rights. */
  readonly lose: (person: Person, admin: OrreryClient) => Promise<unknown>;
  readonly code: string;
  readonly reason: string;
  /** The access token expires after this many milliseconds. */
  readonly expiresAfterMs?: number;
}

const ended = { code: "UNAUTHENTICATED", reason: "The session has ended." };
const losses: Readonly<Record<string, Loss>> = {
  "the role is revoked": {
    lose: ({ client, role, namespaceId }, admin) =>
      admin.ask("revoke-role", { input: { memberId: client.memberId, role, namespaceId } }),
    code: "FORBIDDEN",
    reason: "Your roles have changed: connect again.",
  },
  "the session is revoked": { lose: ({ client }) => client.ask("logout"), ...ended },
  "the member is closed": {
    lose: ({ client }, admin) => admin.ask("close-member", { input: { id: client.memberId } }),
    ...ended,
  },
  "the access token expires": {
    lose: () => Promise.resolve(),
    code: "UNAUTHENTICATED",
    reason: "The access token has expired: connect again with a new one.",
    expiresAfterMs: 6_000,
  },
};

/** Ends when every app was examined, which takes milliseconds. */
const endsByItself = ["templateImpact"];

/** Every subscription of the schema over every transport, in the moment in which the right to it is lost. */
describe("a subscription is closed when", () => {
  let rights: RightsServer;
  let documents: RightsDocuments;
  let fixture: Fixture;

  beforeAll(async () => {
    [rights, documents] = await Promise.all([RightsServer.open(), RightsDocuments.read()]);
    fixture = rights.fixture(tenant);
    await reopen(rights.server, "rollout", "PROGRESSING", fixture["formerRollout"]!);
    await reopen(rights.server, "publication", "STOPPED", fixture["publication"]!);
  });
  afterAll(() => rights?.[Symbol.asyncDispose]());

  /** The rows whose stream stays open, for the levels of one person. */
  const openRows = (levels: readonly Level[]): [row: string, args: string][] =>
    Object.entries(subscriptionRows)
      .filter(([, [level, , stream]]) => stream === "OPEN" && levels.includes(level))
      .map(([row, [, args]]) => [row, args]);

  const subscriptions = (levels: readonly Level[]): string[] =>
    openRows(levels).map(([row, args]) => documents.operation("Subscription", fieldOf(row), args, fixture));

  test("(every subscription has a row that stays open, or ends by itself)", async () => {
    const held = new Set(openRows(["member", "viewer", "platform"]).map(([row]) => fieldOf(row)));
    const others = documents.rootFields("Subscription").filter(({ name }) => !held.has(name));
    expect(others.map(({ name }) => name)).toEqual(endsByItself);
    await all(rights.admin.follow("template-impact", { template: fixture["template"]! }));
  });

  async function person(role: RoleName, namespaceId?: string): Promise<Person> {
    return { client: await rights.server.member(rights.admin, role, namespaceId), role, namespaceId };
  }

  describe.each(Object.entries(losses))("%s:", (_loss, { lose, code, reason, expiresAfterMs }) => {
    test.each(Object.entries(holds))("over %s", async (transport, { hold, reasons }) => {
      const { server, admin } = rights;
      const viewer = { person: await person("VIEWER", fixture["namespace"]), of: subscriptions(["member", "viewer"]) };
      const platform = { person: await person("ADMINISTRATOR"), of: subscriptions(["platform"]) };
      const before = server.open.subscriptions;
      const held = await Promise.all(
        [viewer, platform].map(async ({ person: { client }, of }) => {
          const token = expiresAfterMs ? await expiringToken(server, client.token!, expiresAfterMs) : client.token!;
          return hold(server.url, token, of);
        }),
      );
      const count = viewer.of.length + platform.of.length;
      await eventually(async () => expect(server.open.subscriptions).toBe(before + count));
      for (const [index, each] of [viewer, platform].entries()) {
        await lose(each.person, admin);
        const since = Date.now();
        const expected = transport === "a WebSocket" ? `4403 ${reason}` : code;
        const stillOpen = new Promise<string>((resolve) => setTimeout(() => resolve("still open"), 15_000).unref());
        const closed = await Promise.race([held[index]!.closed, stillOpen]);
        expect(closed).toEqual(Array.from({ length: reasons(each.of.length) }, () => expected));
        if (!expiresAfterMs) expect(Date.now() - since).toBeLessThan(mostMs);
      }
      await eventually(async () => expect(server.open.subscriptions).toBe(before));
    });
  });
});
