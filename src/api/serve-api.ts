import { ApolloServer } from "@apollo/server";
import { unwrapResolverError } from "@apollo/server/errors";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { ApolloServerPluginDrainHttpServer } from "@apollo/server/plugin/drainHttpServer";
import express from "express";
import { GraphQLError, type GraphQLSchema } from "graphql";
import type { Context } from "../features/foundation/context.js";
import type { DownloadSource } from "../features/foundation/download.js";
import type { Clock } from "../kernel/clock.js";
import type { PubSub } from "../kernel/pub-sub.js";
import type { SessionService } from "../features/identity/session/session.service.js";
import type { StreamReservations } from "../features/identity/session/stream-reservations.js";
import { RequestGuard } from "./http/request-guard.js";
import { ResponseCache } from "./http/response-cache.js";
import type { Contexts } from "./authentication/authentication.js";
import { RateLimiter, type RateLimiterOptions } from "./pricing/rate-limiter.js";
import { ClientNetworks } from "./authentication/client-networks.js";
import { compiledExecutor } from "./schema/compiled-executor.js";
import { ExpensiveOperations } from "./pricing/expensive-operations.js";
import { maxErrors, type DocumentLimits } from "./documents/document-limits.js";
import { Documents } from "./documents/documents.js";
import { apolloDocumentStore } from "./documents/apollo-document-store.js";
import { endpoint } from "./http/endpoint.js";
import { EventStreamOperations } from "./sse/event-stream-operations.js";
import { EventExecutions } from "./subscriptions/event-executions.js";
import { requestPrices } from "./pricing/field-prices.js";
import { graphiql } from "./graphiql/graphiql.js";
import { healthRoutes, type HealthProbes } from "./http/health.js";
import { createHttpServer } from "./http/http-server.js";
import { jsonBody, nothingHere, presentRequestError } from "./http/json-body.js";
import { listen } from "./http/listen.js";
import { downloads } from "./http/downloads.js";
import { noSubscriptions } from "./subscriptions/no-subscriptions.js";
import { PacedWork } from "./pricing/paced-work.js";
import { presentError } from "./http/present-error.js";
import { Quota, type QuotaOptions } from "./pricing/quota.js";
import { RequestCharges } from "./http/request-charges.js";
import { CacheKeys } from "./http/cache-keys.js";
import { refuseUnreadable } from "./http/refuse-unreadable.js";
import { ReservedStreams } from "./sse/reserved-streams.js";
import { ConnectionAuth } from "./subscriptions/connection-auth.js";
import { eventStreams } from "./sse/sse.js";
import { SseConnections } from "./sse/sse-connections.js";
import { Subscriptions } from "./subscriptions/subscriptions.js";
import { resolvePersistedDocument, type TrustedDocuments } from "./documents/trusted-documents.js";
import { serveSockets } from "./websocket/websocket.js";

/** What may be asked for, in one request and in all. */
export interface Limits {
  readonly document: DocumentLimits;
  readonly perMinute: RateLimiterOptions["perMinute"];
  readonly newDocuments: RateLimiterOptions["perMinute"];
  readonly trustedProxies: readonly string[];
  /** Connections of every kind. */
  readonly connections: number;
  readonly waitingSockets: QuotaOptions;
  readonly subscriptions: QuotaOptions;
}

export interface ApiOptions {
  readonly host: string;
  readonly port: number;
  readonly schema: GraphQLSchema;
  readonly limits: Limits;
  readonly trusted: TrustedDocuments;
  readonly sessions: SessionService;
  readonly reservations: StreamReservations;
  readonly contexts: Contexts;
  readonly pubSub: PubSub;
  readonly clock: Clock;
  /** How long a client of a stream may take nothing of what it asked for, before it is cut off. */
  readonly drainTimeoutMs: number;
  /** A number that grows with each change of what the cluster's cache shows. */
  readonly clusterRevision: () => number;
  /** How much memory answers may take that are given again while nothing changes; 0 gives none again. */
  readonly sharedAnswersBytes: number;
  readonly health: HealthProbes;
  readonly downloads: readonly DownloadSource[];
  /** Folder of the named operations that GraphiQL shows as tabs. */
  readonly operationsFolder: string;
  /** Told once of each address that forwards requests for others and is not in `trustedProxies`. */
  readonly untrustedProxy: (address: string) => void;
  /** Notes a fault of ours; returns its incident number. */
  readonly report: (cause: unknown) => string;
}

export interface OpenStreams {
  readonly sockets: number;
  readonly eventStreams: number;
  readonly subscriptions: number;
  readonly topics: number;
}

/** The API as it listens. */
export interface Api {
  readonly port: number;
  /** Open connections that carry streams, and the different things that are subscribed to; for tests and figures. */
  readonly open: () => OpenStreams;
  /** Answers what is in flight, closes the sockets so that clients go elsewhere, and stops listening. */
  stop(): Promise<void>;
}

/** GraphQL over HTTP and WebSocket, GraphiQL and health on one port. */
export async function serveApi(options: ApiOptions): Promise<Api> {
  const { schema, limits, trusted, contexts, report } = options;
  const app = express();
  app.disable("x-powered-by");
  app.set("etag", false);
  const server = createHttpServer(app, limits);
  const present = (errors: readonly GraphQLError[]): GraphQLError[] =>
    errors.map((error) => presentError(error, report) as unknown as GraphQLError);
  const rateLimiter = new RateLimiter({
    ...options,
    refusal: "You have spent your budget.",
    perMinute: limits.perMinute,
  });
  const newDocuments = new RateLimiter({
    ...options,
    refusal: "Too many new documents.",
    perMinute: limits.newDocuments,
  });
  const paced = new PacedWork();
  const expensiveOperations = new ExpensiveOperations();
  const documents = new Documents({ schema, limits: limits.document, newDocuments, trusted, paced });
  const networks = new ClientNetworks(limits.trustedProxies, options.untrustedProxy);
  const requestGuard = new RequestGuard({ documents, contexts, rateLimiter, networks });
  const charges = new RequestCharges({ contexts, rateLimiter, networks, report });
  const subscriptions = new Subscriptions({
    schema,
    contexts,
    present,
    quota: new Quota(limits.subscriptions),
    executions: new EventExecutions({ rateLimiter, clock: options.clock }),
  });
  const connectionAuth = new ConnectionAuth(options.sessions, options.pubSub, options.clock, report);
  const parts = { ...options, documents, rateLimiter, subscriptions, connectionAuth, expensiveOperations, present };
  const waiting = new Quota(limits.waitingSockets);
  const sockets = serveSockets({ ...parts, server, path: "/graphql", waiting, networks });
  const connections = new SseConnections(connectionAuth, options.drainTimeoutMs);
  const reserved = new ReservedStreams(options);
  const endStreams = async (): Promise<void> => {
    reserved.stop();
    connections.close();
    await sockets.close();
    connectionAuth.stop();
  };
  const apollo = new ApolloServer<Context>({
    schema,
    introspection: true,
    documentStore: apolloDocumentStore(documents),
    persistedQueries: false,
    validationOptions: { maxErrors, hideSuggestions: true },
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
      noSubscriptions,
      compiledExecutor(schema, { paced, expensiveOperations, present }),
      ApolloServerPluginDrainHttpServer({ httpServer: server, stopGracePeriodMillis: 5_000 }),
      { serverWillStart: () => Promise.resolve({ drainServer: () => endStreams() }) },
    ],
  });
  await apollo.start();
  app.use(refuseUnreadable);
  app.use(healthRoutes(options.health));
  app.use(downloads({ sources: options.downloads, contexts, charges, report }));
  app.use("/graphiql", charges.each(requestPrices.graphiqlFile));
  app.use(graphiql(options.operationsFolder));
  app.use("/graphql", jsonBody(limits.document, paced), resolvePersistedDocument(trusted));
  app.use(
    eventStreams({
      connections,
      reserved,
      operations: new EventStreamOperations(parts),
      contexts,
      networks,
      charges,
      report,
    }),
  );
  const cacheKeys = new CacheKeys(schema, options.clusterRevision);
  const responseCache = new ResponseCache(options.sharedAnswersBytes);
  app.use("/graphql", endpoint({ apollo, requestGuard, cacheKeys, responseCache, present }));
  app.use(nothingHere, presentRequestError(report));
  const open = (): OpenStreams => ({
    sockets: sockets.openCount(),
    eventStreams: connections.count,
    subscriptions: subscriptions.count,
    topics: subscriptions.topicCount,
  });
  const port = await listen(server, options.host, options.port);
  return { port, open, stop: () => apollo.stop() };
}

const asError = (cause: unknown): Error => (cause instanceof Error ? cause : new Error(String(cause)));
