import "reflect-metadata";
import http from "node:http";
import { useServer } from "graphql-ws/use/ws";
import { pino } from "pino";
import { WebSocketServer } from "ws";
import { buildDependencies } from "../dist/compose/dependencies.js";
import { composeOperations } from "../dist/compose/operations.js";
import { readConfig } from "../dist/config/config.js";
import { assist } from "./assistant.mjs";

/**
 * Two servers to compare with, for the same clients: graphql-ws as it comes over our schema, resolvers and sources, executing
 * for each subscriber; and ws alone, sending a string that is ready.
 */
let publish;

async function listen(server) {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server.address().port;
}

assist({
  /** Gives back to the system whatever is not in use. */
  collect() {
    globalThis.gc({ type: "major", execution: "sync", flavor: "last-resort" });
  },
  async startGraphql({ environment }) {
    const dependencies = await buildDependencies(readConfig(environment), pino({ level: "error" }));
    const { schema, contexts } = await composeOperations(dependencies);
    const context = async ({ connectionParams }) =>
      (await contexts.ofHttp(connectionParams.authorization, { network: "" })).context;
    const server = http.createServer();
    useServer({ schema, context }, new WebSocketServer({ server, path: "/graphql", perMessageDeflate: false }));
    return listen(server);
  },
  /** Answers the protocol just so far that the same clients can connect. */
  async startRaw({ field, first }) {
    const server = http.createServer();
    const sockets = new WebSocketServer({ server, path: "/graphql", perMessageDeflate: false });
    const message = (event) => JSON.stringify({ id: "1", type: "next", payload: { data: { [field]: event } } });
    sockets.on("connection", (socket) =>
      socket.on("message", (data) =>
        socket.send(data.includes("connection_init") ? '{"type":"connection_ack"}' : message(first)),
      ),
    );
    publish = (event) => {
      const ready = message(event);
      for (const socket of sockets.clients) socket.send(ready);
    };
    return listen(server);
  },
  publishRaw({ event }) {
    const condition = { ...event.rollout.condition, message: String(performance.timeOrigin + performance.now()) };
    publish({ ...event, rollout: { ...event.rollout, condition } });
  },
});
