import { join } from "node:path";
import { ManifestError, readTrustedDocuments } from "../api/documents/document-manifest.js";
import { serveApi, type Api } from "../api/serve-api.js";
import type { HealthProbes } from "../api/http/health.js";
import { noTrustedDocuments, type TrustedDocuments } from "../api/documents/trusted-documents.js";
import { publicSchema } from "./public-schema.js";
import type { ServerDependencies } from "./server-dependencies.js";
import { composeOperations } from "./operations.js";
import { ConfigError, type Config } from "../config/config.js";
import { incidents } from "./incidents.js";
import { projectFolder } from "../kernel/project-folder.js";

/** The trusted documents, checked against the schema. Throws a ConfigError with all that do not fit. */
export async function trustedDocuments({ trustedDocuments: given, limits }: Config): Promise<TrustedDocuments> {
  if (!given) return noTrustedDocuments;
  try {
    return readTrustedDocuments({
      ...given,
      schema: await publicSchema(),
      limits: limits.document,
    });
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    throw new ConfigError(error.problems.map((problem) => `TRUSTED_DOCUMENTS: ${problem}`));
  }
}

const untrustedProxy =
  "a request from this address carries the headers of a proxy, but TRUSTED_PROXIES does not have the address: if it is a proxy of yours, add it, or all clients behind it share the budget of one";

/** Builds the use-cases and their resolvers, and starts the API server. */
export async function startApi(
  dependencies: ServerDependencies,
  health: HealthProbes,
  trusted: TrustedDocuments,
): Promise<Api> {
  const { config, pubSub, clock, cluster, sessions, reservations } = dependencies;
  return serveApi({
    host: config.host,
    port: config.port,
    ...(await composeOperations(dependencies)),
    sessions,
    reservations,
    limits: config.limits,
    trusted,
    pubSub,
    clock,
    drainTimeoutMs: config.stalledClientMs,
    operationsFolder: join(projectFolder, "schema/operations"),
    report: incidents(dependencies.log),
    untrustedProxy: (address) => dependencies.log.warn({ address }, untrustedProxy),
    health,
    clusterRevision: () => cluster.revision,
    sharedAnswersBytes: config.sharedAnswersBytes,
  });
}
