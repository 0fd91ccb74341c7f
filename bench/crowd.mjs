import { randomBytes } from "node:crypto";
import net from "node:net";
import { assist } from "./assistant.mjs";

/** Thousands of clients of one stream, each a bare socket that does as little as it can: what is measured is the server. */
let clients = [];
let latencies = [];
let received = 0;
let wanted = Infinity;
let wake = () => undefined;

const stamp = Buffer.from('"waitingFor":"');
const atOnce = 100;

function masked(text) {
  const payload = Buffer.from(text);
  const { length } = payload;
  const head = length < 126 ? [0x81, 0x80 | length] : [0x81, 0x80 | 126, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload]);
}

/** Opens one socket; resolves when its first event is there. */
function open({ port, authorization, query, variables }) {
  const init = masked(JSON.stringify({ type: "connection_init", payload: { authorization } }));
  const subscribe = masked(JSON.stringify({ id: "1", type: "subscribe", payload: { query, variables } }));
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.setNoDelay(true);
    let stage = "HANDSHAKE";
    let rest;
    const text = (data, from, to) => {
      if (stage === "INIT") {
        stage = "SUBSCRIBED";
        socket.write(subscribe);
      } else if (stage === "SUBSCRIBED") {
        stage = "OPEN";
        if (data.indexOf('"errors"', from) >= 0) reject(new Error(data.toString("utf8", from, to)));
        resolve(socket);
      } else {
        if ((received & 15) === 0) {
          const at = data.indexOf(stamp, from) + stamp.length;
          latencies.push(now() - Number(data.latin1Slice(at, data.indexOf(34, at))));
        }
        if (++received >= wanted) wake();
      }
    };
    socket.on("data", (chunk) => {
      let data = rest ? Buffer.concat([rest, chunk]) : chunk;
      rest = undefined;
      if (stage === "HANDSHAKE") {
        const end = data.indexOf("\r\n\r\n");
        if (end < 0) return void (rest = data);
        stage = "INIT";
        socket.write(init);
        data = data.subarray(end + 4);
      }
      let at = 0;
      while (data.length - at >= 2) {
        let length = data[at + 1] & 127;
        let head = 2;
        if (length === 126) {
          if (data.length - at < 4) break;
          length = data.readUInt16BE(at + 2);
          head = 4;
        }
        if (data.length - at < head + length) break;
        const opcode = data[at] & 15;
        if (opcode === 9) socket.write(Buffer.from([0x8a, 0x80, 0, 0, 0, 0]));
        if (opcode === 8) reject(new Error(`closed: ${data.toString("utf8", at + head + 2, at + head + length)}`));
        if (opcode === 1) text(data, at + head, at + head + length);
        at += head + length;
      }
      if (at < data.length) rest = data.subarray(at);
    });
    socket.on("error", reject);
    socket.on("connect", () =>
      socket.write(
        `GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`,
      ),
    );
  });
}

const now = () => performance.timeOrigin + performance.now();
const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];

assist({
  async open({ count, ...how }) {
    for (let left = count; left > 0; left -= atOnce)
      clients.push(...(await Promise.all(Array.from({ length: Math.min(atOnce, left) }, () => open(how)))));
  },
  /** Resolves when so many more events were received. */
  async receive({ events }) {
    wanted = received + events;
    if (received < wanted) await new Promise((resolve) => (wake = resolve));
    wanted = Infinity;
  },
  reset() {
    latencies = [];
    received = 0;
  },
  figures() {
    const sorted = latencies.sort((a, b) => a - b);
    return { received, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
  },
  close() {
    for (const socket of clients) socket.destroy();
    clients = [];
  },
});
