import type { ServerResponse } from "node:http";
import type { ApiPath } from "./api-path.js";
import { apiVersionOf } from "./kinds.js";
import type { Fields, KubeObject } from "./kube-object.js";
import { revisionIn, selection } from "./lists.js";
import type { Change, ObjectStore } from "./object-store.js";
import type { Matches } from "./selector.js";
import { StatusError, expired } from "./status-error.js";

interface OpenWatch {
  readonly response: ServerResponse;
  send(unit: Change): void;
  event(type: string, object: unknown): void;
  isStalled: boolean;
}

/** The open watches, and their faults. */
export class WatchStreams {
  private readonly open = new Set<OpenWatch>();

  constructor(
    private readonly store: ObjectStore,
    private readonly bookmarkEveryMs: number,
  ) {
    store.onChange((unit) => {
      for (const watch of this.open) watch.send(unit);
    });
  }

  get count(): number {
    return this.open.size;
  }

  /** Answers with the changes of the selected objects, one JSON event a line, until the client leaves or the time is up. */
  start(path: ApiPath, query: URLSearchParams, response: ServerResponse): void {
    const wanted = selection(path, query);
    const revision = revisionIn(query);
    const missed = revision === 0 ? [] : this.store.since(revision);
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    const watch = openWatch(response, wanted, revision);
    if (missed === undefined) {
      watch.event("ERROR", expired(`too old resource version: ${revision} (${this.store.forgotten})`).body());
      response.end();
      return;
    }
    if (revision === 0)
      for (const object of this.store.list(path.kind.kind, path.namespace).filter(wanted)) watch.event("ADDED", object);
    for (const unit of missed) watch.send(unit);
    this.open.add(watch);

    const bookmark = (): void => watch.event("BOOKMARK", this.bookmarkOf(path));
    const wantsBookmarks = query.get("allowWatchBookmarks") === "true" || query.get("allowWatchBookmarks") === "1";
    const ticking = wantsBookmarks ? setInterval(bookmark, this.bookmarkEveryMs) : undefined;
    const seconds = Number(query.get("timeoutSeconds") ?? 0) || 1800;
    const ending = setTimeout(() => {
      if (wantsBookmarks) bookmark();
      if (!watch.isStalled) response.end();
    }, seconds * 1000);
    response.on("close", () => {
      clearInterval(ticking);
      clearTimeout(ending);
      this.open.delete(watch);
    });
  }

  /** Ends every watch with 410, because its version is gone. */
  expire(): void {
    const { code, reason, message } = expired(
      `too old resource version: ${this.store.forgotten - 1} (${this.store.forgotten})`,
    );
    for (const watch of this.take()) {
      watch.event("ERROR", new StatusError(code, reason, message).body());
      if (!watch.isStalled) watch.response.end();
    }
  }

  /** Ends every watch properly, as a server does when its time is up. */
  close(): void {
    for (const { response } of this.take()) response.end();
  }

  /** Tears every watch's socket down. */
  reset(): void {
    for (const { response } of this.take()) response.socket?.resetAndDestroy();
  }

  /** Leaves every watch open and silent. */
  stall(): void {
    for (const watch of this.open) watch.isStalled = true;
  }

  private take(): OpenWatch[] {
    const taken = [...this.open];
    this.open.clear();
    return taken;
  }

  private bookmarkOf({ kind }: ApiPath): Fields {
    return {
      kind: kind.kind,
      apiVersion: apiVersionOf(kind),
      metadata: { resourceVersion: String(this.store.revision), creationTimestamp: null },
    };
  }
}

function openWatch(response: ServerResponse, wanted: Matches, after: number): OpenWatch {
  return {
    response,
    isStalled: false,
    event(type: string, object: unknown): void {
      if (!this.isStalled && !response.destroyed) response.write(`${JSON.stringify({ type, object })}\n`);
    },
    send(unit: Change): void {
      if (unit.revision <= after) return;
      const seen = seenAs(unit, wanted);
      if (seen) this.event(seen.type, seen.object);
    },
  };
}

/** A change as one watch sees it: an object that begins to match is added, one that no longer does is deleted. */
function seenAs(
  { type, object, previous }: Change,
  wanted: Matches,
): { readonly type: string; readonly object: KubeObject } | undefined {
  const matched = previous !== undefined && wanted(previous);
  const matches = type !== "DELETED" && wanted(object);
  if (matches) return { type: matched ? "MODIFIED" : "ADDED", object };
  return matched
    ? {
        type: "DELETED",
        object:
          type === "DELETED"
            ? object
            : { ...previous, metadata: { ...previous.metadata, resourceVersion: object.metadata.resourceVersion } },
      }
    : undefined;
}
