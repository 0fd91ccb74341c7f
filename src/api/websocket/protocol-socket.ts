import { CloseCode, MessageType, type WebSocket as ProtocolSocket } from "graphql-ws";
import type { WebSocket } from "ws";
import { isWithin } from "../http/json-body.js";
import { highWaterMarkBytes } from "../subscriptions/backpressure.js";
import { closeReason, readMessage } from "./socket-message.js";

export interface ProtocolSocketOptions {
  readonly report: (cause: unknown) => string;
  readonly limits: { readonly document: { readonly variableValues: number } };
}

const pong = JSON.stringify({ type: MessageType.Pong });

/** A socket as graphql-ws uses it. A message beyond the limits closes the socket before graphql-ws reads it. */
export function protocolSocket(socket: WebSocket, { report, limits }: ProtocolSocketOptions): ProtocolSocket {
  return {
    protocol: socket.protocol,
    send: (data) =>
      new Promise((resolve) => {
        if (socket.readyState !== socket.OPEN) resolve();
        else socket.send(data, () => resolve());
      }),
    close: (code, reason) => socket.close(code, closeReason(reason)),
    // Without the payload, which may hold a token; and not to a client that reads nothing.
    onPing: () => {
      if (socket.readyState === socket.OPEN && socket.bufferedAmount <= highWaterMarkBytes) socket.send(pong);
    },
    onMessage: (take) =>
      socket.on("message", (data: Buffer) => {
        if (!isWithin(data, limits.document)) return socket.close(CloseCode.BadRequest, "Too many or too deep values.");
        const read = readMessage(data);
        if ("refusal" in read) return socket.close(CloseCode.BadRequest, read.refusal);
        take(read.message).catch((error: unknown) => {
          report(error);
          socket.close(CloseCode.InternalServerError, "Internal server error");
        });
      }),
  };
}
