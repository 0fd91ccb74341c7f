import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { ServerProcess } from "../support/server-process.js";
import type { Tenant } from "../support/rights-actors.js";
import { fieldOf, RightsDocuments } from "../support/rights-documents.js";
import { RightsServer } from "../support/rights-server.js";
import { subscriptionRows } from "../support/rights-rows.js";
import { reopen } from "../support/reopen.js";
import { transports, type Attempt } from "../support/stream-client.js";

jest.setTimeout(240_000);

const tenant: Tenant = "alpha-team";
/** A stream that is resumed and has nothing new is silent for this long. */
const silenceMs = 1_500;

/** One stream that stays open, of each subscription of the schema. */
const openRows = Object.entries(subscriptionRows).filter(
  ([, [level, args, stream]]) => stream === "OPEN" && level !== "owner" && !args.includes("after"),
);

/** Every subscription of the schema over every transport, when the server is killed under it. */
describe("after a kill, a stream goes on from its cursor:", () => {
  let rights: RightsServer;
  let documents: RightsDocuments;
  let server: ServerProcess;

  beforeAll(async () => {
    [rights, documents] = await Promise.all([RightsServer.open(), RightsDocuments.read()]);
    const fixture = rights.fixture(tenant);
    await reopen(rights.server, "rollout", "PROGRESSING", fixture["formerRollout"]!);
    await reopen(rights.server, "publication", "STOPPED", fixture["publication"]!);
    await rights.server.stop();
    server = new ServerProcess(rights.server);
    await server.start();
  });
  afterAll(async () => {
    await server?.kill();
    await rights?.[Symbol.asyncDispose]();
  });

  /** The subscription with its cursor as a variable. */
  function subscription(row: string, args: string): string {
    const field = fieldOf(row);
    const document = documents.operation("Subscription", field, args, rights.fixture(tenant));
    const given = args === "" ? `${field}(after: $after)` : `${field}(after: $after, `;
    return document.replace(
      `subscription { ${args === "" ? field : `${field}(`}`,
      `subscription ($after: Cursor) { ${given}`,
    );
  }

  const attempt = (query: string, after: string | undefined, take: Attempt["take"]): Attempt => {
    return { url: `http://127.0.0.1:${server.port}`, token: rights.admin.token!, query, variables: {}, after, take };
  };

  test.each(Object.keys(transports))("%s", async (name) => {
    const transport = transports[name]!;
    const { firstCursor } = rights.fixture(tenant);
    const streams = openRows.map(([row, [level, args]]) => ({
      row,
      query: subscription(row, args),
      begin: level === "member" ? firstCursor : undefined,
    }));
    const cursors = new Map<string, string>();
    const first = ({ row, query, begin }: (typeof streams)[number]): Promise<unknown> =>
      transport(attempt(query, begin, (_event, cursor) => (cursors.set(row, cursor), true)));
    await Promise.all(streams.map(first));
    expect([...cursors.keys()].toSorted()).toEqual(streams.map(({ row }) => row).toSorted());

    // The streams are open again when the server dies.
    const cut = streams.map(({ row, query }) => transport(attempt(query, cursors.get(row), () => false)));
    const ends = Promise.allSettled(cut);
    await new Promise((resolve) => setTimeout(resolve, silenceMs));
    await server.kill();
    await ends;
    await server.start();

    const resumed = await Promise.all(
      streams.map(async ({ row, query }) => {
        const again = transport(attempt(query, cursors.get(row), () => true));
        const silence = new Promise<boolean>((resolve) => setTimeout(() => resolve(true), silenceMs));
        // Errors of a stream that is left open come after the test.
        again.catch(() => undefined);
        return [row, await Promise.race([again, silence])] as const;
      }),
    );
    expect(resumed.filter(([, isWhole]) => !isWhole)).toEqual([]);
  });

  test("(every subscription has a row that stays open, or ends by itself)", () => {
    const held = new Set(openRows.map(([row]) => fieldOf(row)));
    const others = documents.rootFields("Subscription").filter(({ name }) => !held.has(name));
    expect(others.map(({ name }) => name)).toEqual(["templateImpact"]);
  });
});
