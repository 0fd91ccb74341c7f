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
 * Two baselines for the same clients: plain graphql-ws with our schema, resolvers and sources, which executes for each
 * subscriber; and ws alone, which sends a prepared string.
 */
let publish;

async function listen(server) {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server.address().port;
}

assist({
  /** Releases unused memory to the system. */
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
  /** Implements just enough of the protocol for the same clients. */
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
