import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { highWaterMarkBytes, drained } from "../subscriptions/backpressure.js";
import type { Send } from "../subscriptions/subscriptions.js";
import { longLength } from "../subscriptions/payload.js";

/** Closed because it takes too little of what it asked for. Its client connects again and resumes. */
const tooSlow = 1013;

/** Writes the payloads of one socket, with backpressure. */
export class SocketWriter {
  /** `stream` is what the socket itself writes to. */
  constructor(
    private readonly socket: WebSocket,
    private readonly stream: Duplex,
    private readonly patienceMs: number,
  ) {}

  /** Sends the payloads of one operation. */
  next(operationId: string): Send {
    // Kept as text, which takes a third of the memory of a buffer.
    const prefix = `{"id":${JSON.stringify(operationId)},"type":"next","payload":`;
    return ({ jsonAndBrace }) => {
      const { socket } = this;
      if (socket.readyState !== socket.OPEN) return false;
      if (socket.bufferedAmount + jsonAndBrace.length <= highWaterMarkBytes) {
        this.write(prefix, jsonAndBrace);
        return true;
      }
      return drained((taken) => this.write(prefix, jsonAndBrace, taken), {
        patienceMs: this.patienceMs,
        giveUp: () => socket.close(tooSlow, "Too slow: connect again and go on from your last cursor."),
      });
    };
  }

  private write(prefix: string, jsonAndBrace: Buffer, taken?: () => void): void {
    // The prefix holds an id that the client chose.
    const prefixLength = Buffer.byteLength(prefix);
    if (jsonAndBrace.length < longLength && prefixLength < longLength) {
      this.stream.write(textFrame(prefix, prefixLength, jsonAndBrace), taken);
      // The system has not taken it yet.
      if (this.stream.writableLength > 0) frameRoom = Buffer.allocUnsafeSlow(frameRoom.length);
    } else {
      this.socket.send(Buffer.from(prefix), { binary: false, fin: false });
      this.socket.send(jsonAndBrace, { binary: false, fin: true }, taken);
    }
  }
}

/** Where frames are put together: used again for the next one, except by a connection that is behind. */
let frameRoom = Buffer.allocUnsafeSlow(4 + 2 * longLength);

/**
 * A whole text message in one piece of memory (RFC 6455 §5.2: from a server, without a mask), written at once: `ws` sends
 * head and text apart, which costs a third of what 5,000 deliveries do.
 */
function textFrame(prefix: string, prefixLength: number, rest: Buffer): Buffer {
  const length = prefixLength + rest.length;
  const head = length < 126 ? 2 : 4;
  frameRoom[0] = 0x81;
  if (head === 2) frameRoom[1] = length;
  else {
    frameRoom[1] = 126;
    frameRoom.writeUInt16BE(length, 2);
  }
  frameRoom.write(prefix, head);
  rest.copy(frameRoom, head + prefixLength);
  return frameRoom.subarray(0, head + length);
}
