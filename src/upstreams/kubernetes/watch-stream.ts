import type { KubernetesConnection, WireRequest } from "./kubernetes-connection.js";
import { readResponse, statusError } from "./kubernetes-response.js";
import type { WireObject } from "./wire.js";

/** One line of a watch. */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: WireObject;
}

export interface WatchTiming {
  /** The timeout for the server to accept the watch. */
  readonly openMs: number;
  /** A watch without a line for this long is dead: the server sends a bookmark each minute. */
  readonly idleMs: number;
}

/** The server accepted the watch and then sent nothing, not even a bookmark. */
export class WatchSilent extends Error {
  constructor(idleMs: number) {
    super(`The watch was silent for ${idleMs} ms.`);
  }
}

/** Longer than any stored object (1.5 MiB): a longer line is not from an API server. */
const maxLineLength = 16 * 1024 * 1024;

/**
 * Opens one watch and delivers its events until the server ends it. Rejects when the server refuses, when the stream
 * breaks, sends something else than watch events, or is silent, and at once when the signal aborts. In any case nothing
 * stays open.
 */
export async function readWatch(
  connection: KubernetesConnection,
  request: WireRequest,
  { openMs, idleMs }: WatchTiming,
  take: (event: WatchEvent) => void,
  { opened, signal }: { readonly opened: () => void; readonly signal: AbortSignal },
): Promise<void> {
  signal.throwIfAborted();
  const ending = new AbortController();
  const leave = () => ending.abort(signal.reason);
  signal.addEventListener("abort", leave, { once: true });
  const late = () => ending.abort(new Error(`The API server said nothing for ${openMs} ms.`));
  let silence = setTimeout(late, openMs);
  try {
    const response = await connection.send(request, ending.signal);
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    if (!response.ok || !response.body || !isJson) {
      await readResponse(response, `the watch of ${request.path}`);
      throw new Error("The API server answered a watch with something else.");
    }
    opened();
    clearTimeout(silence);
    silence = setTimeout(() => ending.abort(new WatchSilent(idleMs)), idleMs);
    const lines = new LineReader();
    for await (const chunk of response.body) {
      silence.refresh();
      for (const line of lines.push(chunk as Uint8Array)) take(toWatchEvent(line));
    }
    // The text after the last line end was cut off; the next watch sends it again.
  } finally {
    clearTimeout(silence);
    signal.removeEventListener("abort", leave);
    ending.abort();
  }
}

function toWatchEvent(line: string): WatchEvent {
  const event = JSON.parse(line) as WatchEvent;
  if (event.type === "ERROR") throw statusError(event.object, "the watch");
  return event;
}

/** Splits a byte stream into lines; a chunk may end anywhere, also inside a UTF-8 sequence. */
export class LineReader {
  private readonly decoder = new TextDecoder();
  private rest = "";

  push(chunk: Uint8Array): readonly string[] {
    const text = this.decoder.decode(chunk, { stream: true });
    const lines = text.split("\n");
    lines[0] = this.rest + lines[0]!;
    this.rest = lines.pop()!;
    if (this.rest.length > maxLineLength) throw new Error("The API server sent a line without an end.");
    return lines.filter((line) => line !== "");
  }
}
