import type { WebSocket } from "ws";

/** A socket that answers no ping for this long is gone. */
const pingMs = 12_000;
/** Sockets are pinged in so many groups, one after the other: thousands at once would keep everyone waiting. */
const pingGroups = 60;

/** Pings sockets, and cuts off those that do not answer. */
export class SocketHeartbeat {
  private readonly alive = new WeakSet<WebSocket>();
  private readonly groups = Array.from({ length: pingGroups }, () => new Set<WebSocket>());
  private readonly timer = setInterval(() => this.pingGroup(), pingMs / pingGroups).unref();
  private added = 0;
  private pinged = 0;
  /** One function for all sockets: there are thousands. */
  private readonly answered: (this: WebSocket) => void;

  constructor() {
    const { alive } = this;
    this.answered = function () {
      alive.add(this);
    };
  }

  /** Pings this socket from now on, until the returned function is called. */
  add(socket: WebSocket): () => void {
    this.alive.add(socket);
    const group = this.groups[this.added++ % pingGroups]!.add(socket);
    socket.on("pong", this.answered);
    return () => void group.delete(socket);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private pingGroup(): void {
    for (const socket of this.groups[this.pinged++ % pingGroups]!) {
      // A socket that is being closed has its own time for that.
      if (socket.readyState !== socket.OPEN) continue;
      if (!this.alive.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }
}
