import http from "node:http";
import { ApolloServer } from "@apollo/server";
import { unwrapResolverError } from "@apollo/server/errors";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { ApolloServerPluginDrainHttpServer } from "@apollo/server/plugin/drainHttpServer";
import { expressMiddleware } from "@as-integrations/express5";
import express, { type ErrorRequestHandler } from "express";
import { GraphQLError, type GraphQLSchema } from "graphql";
import type { Context } from "../features/context.js";
import type { Wakeups } from "../kernel/wakeups.js";
import type { SessionService } from "../features/access/session.service.js";
import type { Contexts } from "./authentication.js";
import { compiledExecutor } from "./compiled-executor.js";
import { documentErrors } from "./document-errors.js";
import { graphiql } from "./graphiql.js";
import { healthRoutes, type HealthProbes } from "./health.js";
import { listen } from "./listen.js";
import { logDownloads, type LogSources } from "./log-downloads.js";
import { noSubscriptions } from "./no-subscriptions.js";
import { presentError } from "./present-error.js";
import { storableInput } from "./storable-input.js";
import { serveSockets } from "./websocket.js";

export interface ApiOptions {
  readonly host: string;
  readonly port: number;
  readonly schema: GraphQLSchema;
  readonly sessions: SessionService;
  readonly contexts: Contexts;
  readonly wakeups: Wakeups;
  readonly health: HealthProbes;
  readonly logs: LogSources;
  /** Folder of the named operations that GraphiQL shows as tabs. */
  readonly operationsFolder: string;
  /** Notes a fault of ours; returns its incident number. */
  readonly report: (cause: unknown) => string;
}

/** The API as it listens. */
export interface Api {
  readonly port: number;
  /** Open sockets, for tests and figures. */
  readonly openSockets: () => number;
  /** Answers what is in flight, closes the sockets so that clients go elsewhere, and stops listening. */
  stop(): Promise<void>;
}

/** GraphQL over HTTP and WebSocket, GraphiQL and health on one port. */
export async function serveApi(options: ApiOptions): Promise<Api> {
  const { schema, contexts, report } = options;
  const app = express();
  app.disable("x-powered-by");
  app.set("etag", false);
  const server = http.createServer(app);
  const sockets = serveSockets({ ...options, server, path: "/graphql" });
  const apollo = new ApolloServer<Context>({
    gateway: compiledExecutor(schema),
    introspection: true,
    // Else Apollo ends the process before the rest of us has cleaned up.
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    formatError: (formatted, error) => {
      const cause = unwrapResolverError(error);
      return presentError(
        error instanceof GraphQLError ? error : new GraphQLError(formatted.message, { originalError: asError(cause) }),
        report,
      );
    },
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      documentErrors,
      noSubscriptions,
      storableInput,
      ApolloServerPluginDrainHttpServer({ httpServer: server, stopGracePeriodMillis: 5_000 }),
      { serverWillStart: () => Promise.resolve({ drainServer: () => sockets.close() }) },
    ],
  });
  await apollo.start();
  app.use(healthRoutes(options.health));
  app.use(logDownloads(options.logs, contexts, report));
  app.use(graphiql(options.operationsFolder));
  app.use(
    "/graphql",
    express.json({ limit: "1mb" }),
    expressMiddleware(apollo, {
      context: ({ req }) => contexts.ofHttp(req.headers.authorization, req.headers["user-agent"]),
    }),
  );
  app.use(presentRequestError(report));
  const port = await listen(server, options.host, options.port);
  return { port, openSockets: sockets.openCount, stop: () => apollo.stop() };
}

/** What goes wrong before GraphQL: a body that is too large or no JSON. */
function presentRequestError(report: (cause: unknown) => string): ErrorRequestHandler {
  return (error: Error & { status?: number }, _request, response, next) => {
    if (response.headersSent) return next(error);
    const status = error.status ?? 500;
    const shown =
      status < 500
        ? { message: `The request could not be read: ${error.message}.`, extensions: { code: "INVALID_INPUT" } }
        : { message: "Something went wrong on our side.", extensions: { code: "INTERNAL", incident: report(error) } };
    response.status(status).json({ errors: [shown] });
  };
}

const asError = (cause: unknown): Error => (cause instanceof Error ? cause : new Error(String(cause)));
