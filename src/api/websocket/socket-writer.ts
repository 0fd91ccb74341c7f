import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { highWaterMarkBytes, drained } from "../subscriptions/backpressure.js";
import type { Send } from "../subscriptions/subscriptions.js";
import { maxFrameText, writeTextFrame } from "./text-frames.js";

/** Closed because it takes too little of what it asked for. Its client connects again and resumes. */
const tooSlow = 1013;

/** Writes the payloads of one socket, with backpressure. */
export class SocketWriter {
  /** `stream` is what the socket itself writes to. */
  constructor(
    private readonly socket: WebSocket,
    private readonly stream: Duplex,
    private readonly drainTimeoutMs: number,
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
        drainTimeoutMs: this.drainTimeoutMs,
        giveUp: () => socket.close(tooSlow, "Too slow: connect again and go on from your last cursor."),
      });
    };
  }

  private write(prefix: string, jsonAndBrace: Buffer, taken?: () => void): void {
    // The prefix holds an id that the client chose.
    const startBytes = Buffer.byteLength(prefix);
    if (startBytes + jsonAndBrace.length <= maxFrameText) {
      writeTextFrame(this.stream, { start: prefix, startBytes, rest: jsonAndBrace }, taken);
    } else {
      this.socket.send(Buffer.from(prefix), { binary: false, fin: false });
      this.socket.send(jsonAndBrace, { binary: false, fin: true }, taken);
    }
  }
}
