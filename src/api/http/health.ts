import express, { Router, type RequestHandler } from "express";
import type { UpstreamHealth } from "../../upstreams/cluster.js";
import { createHttpServer } from "./http-server.js";
import { listen } from "./listen.js";

/** What the health endpoints ask. */
export interface HealthProbes {
  /** Resolves when the database answers. */
  readonly database: () => Promise<unknown>;
  readonly upstreams: Readonly<Record<string, () => UpstreamHealth>>;
  /** Whether the process takes new work; not while it starts or stops. */
  readonly accepting: () => boolean;
}

const databaseTimeoutMs = 2_000;

/** Alive: the event loop turns. Nothing else, so that a database that is away does not restart everybody. */
const live: RequestHandler = (_request, response) => {
  response.json({ status: "ok" });
};

/**
 * Ready: the process takes requests and its database answers. Upstreams are shown but do not count:
 * what does not need them is answered without them.
 */
function ready({ database, upstreams, accepting }: HealthProbes): RequestHandler {
  let asking: Promise<boolean> | undefined;
  // The endpoint is public and unlimited, so requests at the same time share one query.
  const answers = (): Promise<boolean> =>
    (asking ??= database()
      .then(
        () => true,
        () => false,
      )
      .finally(() => (asking = undefined)));
  return async (_request, response) => {
    const reachable = await Promise.race([
      answers(),
      new Promise<boolean>((resolve) => setTimeout(resolve, databaseTimeoutMs, false)),
    ]);
    const shown = Object.fromEntries(
      Object.entries(upstreams).map(([name, health]) => [name, health().reachable ? "ok" : "unreachable"]),
    );
    const ok = reachable && accepting();
    response
      .status(ok ? 200 : 503)
      .json({ status: ok ? "ok" : "unavailable", database: reachable ? "ok" : "unreachable", upstreams: shown });
  };
}

export const healthRoutes = (probes: HealthProbes): Router =>
  Router().get("/health/live", live).get("/health/ready", ready(probes));

/** Health alone, for a process without the API. */
export async function serveHealth(
  host: string,
  port: number,
  probes: HealthProbes,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const app = express().disable("x-powered-by").use(healthRoutes(probes));
  const server = createHttpServer(app, { connections: 1_000 });
  return {
    port: await listen(server, host, port),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
