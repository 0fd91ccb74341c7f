import { expect, test } from "@jest/globals";
import { buildSchema, parse, type ExecutionArgs } from "graphql";
import { makeServer } from "graphql-ws";
import { installedVersion } from "../../../test/support/installed-version.js";
import { asMessage, forget } from "./graphql-ws-objects.js";

async function* events(): AsyncGenerator<object> {
  yield { data: { number: 1 } };
  yield { data: { number: 2 } };
}

test("graphql-ws takes parsed messages, hands out the same objects, and needs nothing of them any more", async () => {
  expect(installedVersion("graphql-ws")).toBe("6.4.2");
  const init = { type: "connection_init", payload: { authorization: "Bearer token" } };
  const query = "subscription { number }";
  const subscribe = { type: "subscribe", id: "a", payload: { query, variables: {}, extensions: {} } };
  const schema = buildSchema("type Query { number: Int } type Subscription { number: Int }");
  const handed: unknown[] = [];
  const server = makeServer({
    connectionInitWaitTimeout: 0,
    onConnect: (context) => {
      handed.push(context.connectionParams);
      forget(context, "connectionParams");
    },
    onSubscribe: (_context, _id, payload) => {
      handed.push(payload);
      for (const part of ["query", "variables", "extensions"] as const) forget(payload, part);
      return { schema, document: parse(query), contextValue: {} };
    },
    subscribe: (args: ExecutionArgs) => {
      forget(args, "contextValue");
      return events();
    },
  });
  const sent: unknown[] = [];
  let take: (message: string) => Promise<void> = () => Promise.resolve();
  server.opened(
    {
      protocol: "graphql-transport-ws",
      send: (data) => void sent.push(JSON.parse(data)),
      close: (code, reason) => void sent.push({ code, reason }),
      onMessage: (next) => (take = next),
    },
    {},
  );
  await take(asMessage(init));
  await take(asMessage(subscribe));
  expect(handed[0]).toBe(init.payload);
  expect(handed[1]).toBe(subscribe.payload);
  expect(sent).toEqual([
    { type: "connection_ack" },
    { type: "next", id: "a", payload: { data: { number: 1 } } },
    { type: "next", id: "a", payload: { data: { number: 2 } } },
    { type: "complete", id: "a" },
  ]);
});
