import type { KubernetesConnection, WireRequest } from "./kubernetes-connection.js";
import { readAnswer, statusError } from "./kubernetes-answer.js";
import type { WireObject } from "./wire.js";

/** One line of a watch. */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: WireObject;
}

export interface WatchTiming {
  /** How long the server may take to accept the watch. */
  readonly openMs: number;
  /** A watch without a word (bookmarks included: the server sends one a minute) for this long is dead. */
  readonly idleMs: number;
}

/** The server accepted the watch and then said nothing, not even a bookmark. */
export class WatchSilent extends Error {
  constructor(idleMs: number) {
    super(`The watch was silent for ${idleMs} ms.`);
  }
}

/** Longer than any object that a cluster stores (1.5 MiB): whoever sends this without a line end is no API server. */
const maxLineLength = 16 * 1024 * 1024;

/**
 * Opens one watch and hands over its events until the server ends it. Rejects when the server refuses, when the
 * stream breaks, says something that is no watch event or falls silent, and at once when the signal aborts. However
 * it ends, nothing of it stays open.
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
      await readAnswer(response, `the watch of ${request.path}`);
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
    // What follows the last line end was cut off; the next watch starts before it and sends it whole.
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

/** Cuts a byte stream into lines; a chunk may end anywhere, also inside a UTF-8 sequence. */
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
