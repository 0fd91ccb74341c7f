import http, { type RequestListener, type Server } from "node:http";

/** How long a client may take. */
export interface Timeouts {
  /** For the head of a request, from its first byte or, on a new connection, from the start of that. */
  readonly headMs: number;
  /** For a whole request. */
  readonly requestMs: number;
  /** Without reading or writing anything. Streams say something more often by themselves. */
  readonly silenceMs: number;
  /** How often connections are checked for these limits. */
  readonly checkMs: number;
}

const defaults: Timeouts = { headMs: 10_000, requestMs: 30_000, silenceMs: 120_000, checkMs: 1_000 };

/** A head of 16 KiB holds every token and every document that goes into an address. */
const maxHeaderSize = 16 * 1024;

/**
 * An HTTP server with timeouts and a maximum of connections, WebSockets included. A target without a
 * path (`http://`) gets one that is refused: Express 5.3 would find no route for it, and answer with a page of its own.
 */
export function createHttpServer(
  app: RequestListener,
  { connections, timeouts = defaults }: { readonly connections: number; readonly timeouts?: Timeouts },
): Server {
  const server = http.createServer(
    {
      headersTimeout: timeouts.headMs,
      requestTimeout: timeouts.requestMs,
      connectionsCheckingInterval: timeouts.checkMs,
      maxHeaderSize,
    },
    (request, response) => {
      if (!request.url?.startsWith("/")) request.url = `//${request.url}`;
      app(request, response);
    },
  );
  server.timeout = timeouts.silenceMs;
  server.maxConnections = connections;
  return server;
}
