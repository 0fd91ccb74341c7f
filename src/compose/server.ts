import "reflect-metadata";
import type { Logger } from "pino";
import { serveHealth, type HealthProbes } from "../api/http/health.js";
import type { OpenStreams } from "../api/serve-api.js";
import { startApi, trustedDocuments } from "./api.js";
import { buildDependencies } from "./dependencies.js";
import { startWorker } from "./worker.js";
import type { Config } from "../config/config.js";
import { ensureFirstAdministrator, type FirstAdministrator } from "../features/identity/member/first-administrator.js";
import { areas } from "./areas.js";
import { openLog } from "./log.js";
import { logReadFailures } from "../streams/read-failures.js";
import { Sequencer } from "../journal/sequencer.js";

/** A running server. */
export interface Server {
  /** The address of the API, or of a worker's health endpoint. */
  readonly port: number | undefined;
  /** Set when this start created the first administrator. */
  readonly firstAdministrator: FirstAdministrator | undefined;
  /** The number of open streams of clients, for tests and benchmarks. */
  readonly open: () => OpenStreams;
  stop(): Promise<void>;
}

/** Builds every object once, by hand, in order, and starts them. */
export async function startServer(config: Config, log: Logger = openLog(config.logLevel)): Promise<Server> {
  const trusted = await trustedDocuments(config);
  const dependencies = await buildDependencies(config, log);
  const { fork, pubSub, work, mutations, newId, cluster, buildServer, sourceHost, orm } = dependencies;
  const stopReadLog = logReadFailures(log);
  const stopping = new AbortController();
  const watching = cluster
    .start(stopping.signal)
    .catch((error: unknown) => log.error({ err: error }, "cluster watches did not start"));
  const sequencer = new Sequencer(
    fork,
    pubSub,
    async (em) => {
      for (const key of areas.flatMap((area) => area.journalReaders ?? [])) await work.enqueue(em, key);
    },
    (error) => log.warn({ err: error }, "journal sequencing failed; will retry"),
  );
  sequencer.start();
  const firstAdministrator = await ensureFirstAdministrator(fork(), mutations, newId, config.administrator);

  let accepting = true;
  const health: HealthProbes = {
    database: () => fork().execute("select 1"),
    upstreams: {
      kubernetes: () => cluster.health(),
      jenkins: () => buildServer.health(),
      github: () => sourceHost.health(),
    },
    accepting: () => accepting,
  };
  const api = config.runsApi ? await startApi(dependencies, health, trusted) : undefined;
  const healthOnly = api ? undefined : await serveHealth(config.host, config.port, health);
  const stopWorker = config.runsWorker ? await startWorker(dependencies) : undefined;
  return {
    port: (api ?? healthOnly)?.port,
    firstAdministrator,
    open: () => api?.open() ?? { sockets: 0, eventStreams: 0, subscriptions: 0, topics: 0 },
    stop: async () => {
      accepting = false;
      // The API stops first, then the worker, so that no client waits for a worker that has stopped.
      await (api ?? healthOnly)?.stop();
      await stopWorker?.();
      await sequencer.stop();
      stopping.abort(new Error("The process is stopping."));
      await watching;
      await pubSub.stop();
      await orm.close(true);
      stopReadLog();
    },
  };
}
