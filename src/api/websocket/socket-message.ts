import { asMessage } from "./graphql-ws-objects.js";

/** Of the id of an operation, in characters: it is kept as long as the operation runs and sent with each of its events. */
const longestId = 200;
/** Of a message that is no operation, in bytes: a token is the longest thing in one. */
const longestOther = 16_384;

/** What clients say in graphql-transport-ws; only an operation may be long. */
const types: ReadonlySet<unknown> = new Set(["connection_init", "ping", "pong", "subscribe", "complete"]);

/** A message for graphql-ws, or why the socket is to be closed. */
export type SocketMessage = { readonly message: string } | { readonly refusal: string };

/**
 * Reads a message. graphql-ws holds on to what it is given for as long as the operation runs: so it is given what was read and
 * not its text as well, and nothing is kept of a message that is longer than its kind may be. What is no JSON, it refuses.
 */
export function readMessage(data: Buffer): SocketMessage {
  const text = data.toString();
  const read = parsed(text);
  // A text in a text would be read once more, however deep it is.
  if (typeof read !== "object" || read === null) return { message: text };
  const { type, id } = read as Readonly<Record<string, unknown>>;
  if (!types.has(type)) return { refusal: "Clients send no message of this type." };
  if (typeof id === "string" && id.length > longestId)
    return { refusal: `The id of an operation has at most ${longestId} characters.` };
  if (type !== "subscribe" && data.length > longestOther)
    return { refusal: `A message that is no operation has at most ${longestOther} bytes.` };
  return { message: asMessage(read) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A reason for closing a socket, cut to what a WebSocket can say. */
export function closeReason(reason = ""): string {
  const bytes = Buffer.from(reason);
  return bytes.length <= 123
    ? reason
    : `${bytes
        .subarray(0, 117)
        .toString()
        .replace(/\ufffd+$/, "")}…`;
}
