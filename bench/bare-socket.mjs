import { randomBytes } from "node:crypto";
import net from "node:net";

/** One buffer for incoming data of all sockets, which is processed before the next socket is read. */
const arrived = Buffer.allocUnsafe(256 * 1024);

/**
 * Subscribes over a socket that does as little as possible, so that the server is measured. `part` receives the
 * payloads of messages in pieces, as they arrive: the bytes from `from` to `to`, valid until it returns, and whether
 * the message ends there. The first message says that the socket is accepted. `failed` is called when the socket is
 * closed or breaks.
 */
export function subscribe({ port, authorization, query, variables }, { part, failed }) {
  const init = masked(JSON.stringify({ type: "connection_init", payload: { authorization } }));
  const request = masked(JSON.stringify({ id: "1", type: "subscribe", payload: { query, variables } }));
  let handshake = "";
  let isAccepted = false;
  const frames = new Frames({
    part(data, from, to, isEnd) {
      if (!isAccepted && isEnd) {
        isAccepted = true;
        socket.write(request);
      }
      part(data, from, to, isEnd);
    },
    ping: () => socket.write(pong),
    closed: (reason) => failed(new Error(`closed: ${reason}`)),
  });
  const read = (length, data) => {
    if (handshake === undefined) return frames.read(data, 0, length);
    const before = handshake.length;
    handshake += data.latin1Slice(0, length);
    const end = handshake.indexOf("\r\n\r\n");
    if (end < 0) return;
    handshake = undefined;
    socket.write(init);
    frames.read(data, end + 4 - before, length);
  };
  const socket = net.connect({
    port,
    host: "127.0.0.1",
    noDelay: true,
    onread: { buffer: arrived, callback: (length, data) => (read(length, data), true) },
  });
  socket.on("error", failed);
  socket.on("close", () => failed(new Error("the connection is gone")));
  socket.on("connect", () =>
    socket.write(
      `GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`,
    ),
  );
  return socket;
}

/** Passes whole messages to `take`: the bytes from `from` to `to` of a buffer, valid until it returns. */
export function wholeMessages(take) {
  let begun;
  return (data, from, to, isEnd) => {
    if (begun) begun = Buffer.concat([begun, data.subarray(from, to)]);
    else if (!isEnd) begun = Buffer.from(data.subarray(from, to));
    if (!isEnd) return;
    const whole = begun;
    begun = undefined;
    if (whole) take(whole, 0, whole.length);
    else take(data, from, to);
  };
}

const pong = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

function masked(text) {
  const payload = Buffer.from(text);
  const { length } = payload;
  const head = length < 126 ? [0x81, 0x80 | length] : [0x81, 0x80 | 126, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload]);
}

/** Parses the frames of a server, however they are split. */
class Frames {
  #head = Buffer.alloc(10);
  #headLength = 0;
  /** The remaining bytes of the frame's payload. */
  #left = 0;
  #control = "";
  #take;

  constructor(take) {
    this.#take = take;
  }

  read(data, from, end) {
    for (let at = from; at < end;) {
      if (this.#left === 0) {
        this.#head[this.#headLength++] = data[at++];
        if (this.#headLength < 2 || this.#headLength < (headLengths[this.#head[1]] ?? 2)) continue;
        this.#left = this.#payloadLength();
        this.#headLength = 0;
        if (this.#left === 0) this.#frame(data, at, at);
      } else {
        const to = Math.min(end, at + this.#left);
        this.#left -= to - at;
        this.#frame(data, at, to);
        at = to;
      }
    }
  }

  #payloadLength() {
    const length = this.#head[1];
    if (length === 126) return this.#head.readUInt16BE(2);
    return length === 127 ? Number(this.#head.readBigUInt64BE(2)) : length;
  }

  #frame(data, from, to) {
    const opcode = this.#head[0] & 15;
    const isEnd = this.#left === 0;
    if (opcode < 8) return this.#take.part(data, from, to, isEnd && this.#head[0] > 127);
    this.#control += data.toString("latin1", from, to);
    if (!isEnd) return;
    if (opcode === 9) this.#take.ping();
    if (opcode === 8) this.#take.closed(this.#control.slice(2));
    this.#control = "";
  }
}

/** The length of a frame's header by its second byte, if it is not 2. */
const headLengths = { 126: 4, 127: 10 };
