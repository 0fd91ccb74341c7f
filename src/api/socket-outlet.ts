import type { WebSocket } from "ws";
import { roomBytes, whenTaken } from "./room.js";
import type { Send } from "./subscriptions.js";
import type { Payload } from "./topic.js";

/**
 * A payload of this length and more goes out as it is, in a frame of its own, instead of being copied for every socket.
 * Below that a string is faster: 0.75 of what `ws` can send, where bytes that are put together make 0.6.
 */
const sharedFrom = 4 * 1024;

/** Closed because it takes too little of what it asked for. Its client connects again and resumes. */
const tooSlow = 1013;

/** Where the payloads of one socket go out. */
export class SocketOutlet {
  constructor(
    private readonly socket: WebSocket,
    private readonly patienceMs: number,
  ) {}

  /** Sends the payloads of one operation. */
  next(operationId: string): Send {
    const prefix = `{"id":${JSON.stringify(operationId)},"type":"next","payload":`;
    return (payload) => {
      const { socket } = this;
      if (socket.readyState !== socket.OPEN) return false;
      if (socket.bufferedAmount + payload.length <= roomBytes) {
        this.write(prefix, payload);
        return true;
      }
      return whenTaken((taken) => this.write(prefix, payload, taken), {
        patienceMs: this.patienceMs,
        giveUp: () => socket.close(tooSlow, "Too slow: connect again and go on from your last cursor."),
      });
    };
  }

  private write(prefix: string, payload: Payload, taken?: () => void): void {
    if (payload.length < sharedFrom) {
      this.socket.send(`${prefix}${payload.json}}`, taken);
    } else {
      this.socket.send(prefix, { fin: false });
      this.socket.send(payload.jsonAndBrace, { binary: false, fin: true }, taken);
    }
  }
}
