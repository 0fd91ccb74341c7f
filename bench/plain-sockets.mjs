import { readFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { buildSchema } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { assist } from "./assistant.mjs";

/**
 * Two servers to compare with, which publish the same events to the same clients: graphql-ws as it comes, executing for each
 * subscriber; and ws alone, sending a string that is ready.
 */
let publish;

/** The readers of one topic, in memory. */
class Topic {
  #readers = new Set();
  #latest;

  put(event) {
    this.#latest = event;
    for (const put of this.#readers) put(event);
  }

  async *[Symbol.asyncIterator]() {
    const held = [this.#latest];
    let wake = () => undefined;
    const put = (event) => {
      held.push(event);
      wake();
    };
    this.#readers.add(put);
    try {
      for (;;) {
        while (held.length > 0) yield held.shift();
        await new Promise((resolve) => (wake = resolve));
      }
    } finally {
      this.#readers.delete(put);
    }
  }
}

async function listen(server) {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server.address().port;
}

assist({
  async startGraphql({ field, first }) {
    const schema = buildSchema(readFileSync(join(import.meta.dirname, "../schema/schema.graphql"), "utf8"));
    const topic = new Topic();
    topic.put({ [field]: first });
    schema.getSubscriptionType().getFields()[field].subscribe = () => topic[Symbol.asyncIterator]();
    const server = http.createServer();
    useServer({ schema }, new WebSocketServer({ server, path: "/graphql", perMessageDeflate: false }));
    publish = (event) => topic.put({ [field]: event });
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
  publish({ event }) {
    publish({ ...event, build: { ...event.build, waitingFor: String(performance.timeOrigin + performance.now()) } });
  },
});
