import type { WebSocket } from "ws";
import { roomBytes, whenTaken } from "./room.js";
import type { Payload } from "./topic.js";

/** A payload from this size on goes out as it is, in a frame of its own, instead of being copied for every socket. */
const sharedFrom = 4 * 1024;

/** Closed because it takes too little of what it asked for. Its client connects again and resumes. */
const tooSlow = 1013;

/** Where the payloads of one socket go out. */
export class SocketOutlet {
  constructor(
    private readonly socket: WebSocket,
    private readonly patienceMs: number,
  ) {}

  /** Sends the payloads of one operation; each call's promise, if there is one, asks to wait for room. */
  next(operationId: string): (payload: Payload) => Promise<void> | undefined {
    const prefix = Buffer.from(`{"id":${JSON.stringify(operationId)},"type":"next","payload":`);
    return (payload) => {
      const { socket } = this;
      if (socket.readyState !== socket.OPEN) return undefined;
      if (socket.bufferedAmount + payload.json.length <= roomBytes) {
        this.write(prefix, payload);
        return undefined;
      }
      return whenTaken((taken) => this.write(prefix, payload, taken), {
        patienceMs: this.patienceMs,
        giveUp: () => socket.close(tooSlow, "Too slow: connect again and go on from your last cursor."),
      });
    };
  }

  private write(prefix: Buffer, { jsonAndBrace }: Payload, taken?: () => void): void {
    if (jsonAndBrace.length < sharedFrom) {
      this.socket.send(Buffer.concat([prefix, jsonAndBrace]), { binary: false }, taken);
    } else {
      this.socket.send(prefix, { binary: false, fin: false });
      this.socket.send(jsonAndBrace, { binary: false, fin: true }, taken);
    }
  }
}
