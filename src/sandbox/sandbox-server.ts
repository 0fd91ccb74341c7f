import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request with the data that routes need. `path` is decoded per segment only by the route. */
export interface SandboxRequest {
  readonly raw: IncomingMessage;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
  body(): Promise<Buffer>;
}

/** Answers the request, or returns false when the route is unknown to it. */
export type SandboxRoutes = (request: SandboxRequest, response: ServerResponse) => Promise<boolean> | boolean;

/**
 * A fault. It applies to requests whose `method path?query` matches `match` (a regular expression), `times` times
 * (default: until it is cleared).
 */
export interface Fault {
  readonly match?: string;
  readonly times?: number;
  readonly kind: FaultKind;
  /** For `delay`: how long. For `stall`: how many bytes of the answer are let through first. */
  readonly ms?: number;
  readonly bytes?: number;
  /** For `status`: the status and body to answer with. */
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

/**
 * `delay` answers late; `refuse` closes the socket before answering; `reset` answers and tears the socket down in the middle of it
 * (after `bytes`); `status` answers with a status and body; `html` answers 503 with a page; `stall` sends `bytes` and then nothing, for ever.
 */
export type FaultKind = "delay" | "refuse" | "reset" | "status" | "html" | "stall";

interface LiveFault extends Fault {
  left: number;
}

/**
 * The HTTP half of every sandbox upstream: a loopback server, faults on demand, and a count of the routes
 * that it does not know (answered 501). Control lives under `/_sandbox/`:
 * `POST /_sandbox/faults` (a Fault) · `DELETE /_sandbox/faults` · `GET /_sandbox/requests` → `{ total, unknown: [..], byRoute: { "GET /path": n } }` · `DELETE /_sandbox/requests`.
 * Other `/_sandbox/...` paths are handed to the routes.
 */
export class SandboxServer {
  readonly unknown: string[] = [];
  readonly byRoute = new Map<string, number>();
  private readonly open = new Map<string, { now: number; most: number }>();
  total = 0;
  private faults: LiveFault[] = [];
  private readonly server: http.Server;

  constructor(private readonly routes: SandboxRoutes) {
    this.server = http.createServer(
      { keepAliveTimeout: 30_000 },
      (request, response) => void this.answer(request, response),
    );
    this.server.requestTimeout = 0;
  }

  /** Listens on loopback; port 0 takes a free one. Resolves with the base URL. */
  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(port, "127.0.0.1", () => {
        this.server.off("error", reject);
        resolve();
      });
    });
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Stops at once: open sockets are destroyed. May listen again. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  /** The highest number of concurrent requests to a route, `GET /path`. */
  mostAtOnce(route: string): number {
    return this.open.get(route)?.most ?? 0;
  }

  addFault(fault: Fault): void {
    this.faults.push({ ...fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clearFaults(): void {
    this.faults = [];
  }

  private async answer(raw: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      // Concatenated, not resolved: a request for `//x` names a path, not a host.
      const url = new URL(`http://sandbox${raw.url ?? "/"}`);
      let body: Promise<Buffer> | undefined;
      const request: SandboxRequest = {
        raw,
        method: raw.method ?? "GET",
        path: url.pathname,
        query: url.searchParams,
        headers: raw.headers,
        body: () => (body ??= readBody(raw)),
      };
      if (url.pathname.startsWith("/_sandbox/") && (await this.control(request, response))) return;
      if (!url.pathname.startsWith("/_sandbox/")) {
        this.total++;
        const route = `${request.method} ${request.path}`;
        this.byRoute.set(route, (this.byRoute.get(route) ?? 0) + 1);
        this.countOpen(route, response);
        if (await this.suffer(request, response)) return;
      }
      if (!(await this.routes(request, response))) {
        this.unknown.push(`${raw.method} ${raw.url}`);
        response
          .writeHead(501, { "content-type": "text/plain" })
          .end(`The sandbox does not know ${raw.method} ${raw.url}\n`);
      }
    } catch (error) {
      // Not `raw.destroyed`: that is also true once the body has been read.
      if (response.destroyed) return;
      this.unknown.push(`${raw.method} ${raw.url}: ${String(error)}`);
      if (!response.headersSent) response.writeHead(501, { "content-type": "text/plain" });
      response.end(`The sandbox failed at ${raw.method} ${raw.url}: ${String(error)}\n`);
    }
  }

  private countOpen(route: string, response: ServerResponse): void {
    const count = this.open.get(route) ?? { now: 0, most: 0 };
    this.open.set(route, count);
    count.most = Math.max(count.most, ++count.now);
    response.once("close", () => count.now--);
  }

  private async control(request: SandboxRequest, response: ServerResponse): Promise<boolean> {
    const json = (value: unknown): true => {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
      return true;
    };
    switch (`${request.method} ${request.path}`) {
      case "POST /_sandbox/faults":
        this.addFault(JSON.parse((await request.body()).toString()) as Fault);
        return json({ ok: true });
      case "DELETE /_sandbox/faults":
        this.clearFaults();
        return json({ ok: true });
      case "GET /_sandbox/requests":
        return json({ total: this.total, unknown: this.unknown, byRoute: Object.fromEntries(this.byRoute) });
      case "DELETE /_sandbox/requests":
        this.total = 0;
        this.byRoute.clear();
        this.unknown.length = 0;
        return json({ ok: true });
      default:
        return false;
    }
  }

  /** Applies the first matching fault; true when it has answered (or refused to). */
  private async suffer(request: SandboxRequest, response: ServerResponse): Promise<boolean> {
    const line = `${request.method} ${request.raw.url ?? ""}`;
    const fault = this.faults.find(
      ({ left, match }) => left > 0 && (match === undefined || new RegExp(match).test(line)),
    );
    if (!fault) return false;
    fault.left--;
    switch (fault.kind) {
      case "delay":
        await new Promise((resolve) => setTimeout(resolve, fault.ms ?? 1_000));
        return response.destroyed;
      case "refuse":
        request.raw.socket.destroy();
        return true;
      case "status":
        response
          .writeHead(fault.status ?? 500, { "content-type": "text/plain", ...fault.headers })
          .end(fault.body ?? "");
        return true;
      case "html":
        response
          .writeHead(503, { "content-type": "text/html;charset=UTF-8" })
          .end(
            "<!DOCTYPE html><html><head><title>Starting</title></head><body>Please wait while the server is getting ready to work</body></html>",
          );
        return true;
      case "reset":
      case "stall":
        cutAfter(response, fault.bytes ?? 0, fault.kind);
        return false;
    }
  }
}

/** Sends `bytes` of the body, then destroys the socket or falls silent. */
function cutAfter(response: ServerResponse, bytes: number, kind: "reset" | "stall"): void {
  let left = bytes;
  const write = response.write.bind(response);
  let over = false;
  const cut = (chunk: unknown): boolean => {
    if (over) return kind === "stall";
    const data = typeof chunk === "string" ? Buffer.from(chunk) : chunk instanceof Uint8Array ? chunk : Buffer.alloc(0);
    const part = data.subarray(0, Math.max(0, left));
    left -= data.length;
    if (left > 0) return write(part);
    over = true;
    if (kind === "stall") {
      if (part.length > 0) write(part);
      return true;
    }
    write(part, () => response.socket?.resetAndDestroy());
    return false;
  };
  response.removeHeader("content-length");
  const writeHead = response.writeHead.bind(response) as (
    status: number,
    headers?: http.OutgoingHttpHeaders,
  ) => ServerResponse;
  response.writeHead = ((status: number, headers: http.OutgoingHttpHeaders = {}) => {
    const kept = Object.entries(headers).filter(([name]) => name.toLowerCase() !== "content-length");
    return writeHead(status, Object.fromEntries(kept));
  }) as ServerResponse["writeHead"];
  response.write = cut as ServerResponse["write"];
  response.end = ((chunk?: unknown) => {
    const open = chunk === undefined || typeof chunk === "function" || cut(chunk);
    // The answer was shorter than the cut: what was written gets out first.
    if (open && kind === "reset") write("", () => response.socket?.resetAndDestroy());
    return response;
  }) as ServerResponse["end"];
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
