import type { Response } from "express";
import { highWaterMarkBytes, drained } from "../subscriptions/backpressure.js";
import type { Send } from "../subscriptions/subscriptions.js";

/** The id of the last event. An `EventSource` that connects again with it is answered that the stream is complete. */
export const completeId = "complete";

/** An `EventSource` that was disconnected connects again after this time. */
const reconnectMs = 1_000;
const lineEnds = Buffer.from("\n\n");

/** A response that is a stream of server-sent events. */
export class EventStream {
  constructor(
    private readonly response: Response,
    private readonly drainTimeoutMs: number,
  ) {
    response.status(200).set({
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      // Else a proxy of nginx's kind keeps events back.
      "x-accel-buffering": "no",
    });
    // A body, because some browsers take a response for begun only then; and how long to wait before coming back.
    this.write(`retry: ${reconnectMs}\n\n`);
  }

  /** Keeps the connection open through proxies that close what is silent. */
  comment(): void {
    this.write(":\n\n");
  }

  /** Says where the events begin, so that a client that is cut before the first one goes on from there. */
  begin(cursor: string): void {
    this.write(`id: ${cursor}\n\n`);
  }

  /** Sends the payloads of one operation; `operationId` when the stream carries several. */
  next(operationId?: string): Send {
    const open = operationId === undefined ? "" : `{"id":${JSON.stringify(operationId)},"payload":`;
    return ({ jsonAndBrace, cursor }) => {
      const { response } = this;
      if (this.isOver) return false;
      const write = (taken?: () => void): void => {
        response.cork();
        response.write(`event: next\nid: ${cursor}\ndata: ${open}`);
        response.write(operationId === undefined ? jsonAndBrace.subarray(0, -1) : jsonAndBrace);
        response.write(lineEnds, taken);
        response.uncork();
      };
      if (response.writableLength + jsonAndBrace.length <= highWaterMarkBytes) {
        write();
        return true;
      }
      return drained(write, { drainTimeoutMs: this.drainTimeoutMs, giveUp: () => response.destroy() });
    };
  }

  /** A result that is no event of a stream: the answer of a query, or why there is no stream. */
  result(result: object, operationId?: string): void {
    const data = operationId === undefined ? result : { id: operationId, payload: result };
    this.write(`event: next\ndata: ${JSON.stringify(data)}\n\n`);
  }

  complete(operationId?: string): void {
    if (operationId === undefined) this.write(`event: complete\nid: ${completeId}\ndata: \n\n`);
    else this.write(`event: complete\ndata: ${JSON.stringify({ id: operationId })}\n\n`);
  }

  end(): void {
    this.response.end();
  }

  private get isOver(): boolean {
    return this.response.writableEnded || this.response.destroyed;
  }

  private write(text: string): void {
    if (!this.isOver) this.response.write(text);
  }
}
