import { join } from "node:path";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Logger } from "pino";
import type { Config } from "../config/config.js";
import { openDatabase, prepareStatements, readDatabaseUrl } from "./database.js";
import { deliveryServices } from "../features/delivery/compose-services.js";
import type { ServerDependencies } from "./server-dependencies.js";
import { templatingServices } from "../features/templating/compose.js";
import { identityServices } from "../features/identity/compose.js";
import { Policy } from "../features/identity/access/policy.js";
import { IdempotencyKeys } from "../features/foundation/idempotency.js";
import { Mutations } from "../features/foundation/mutations.js";
import { ReadModel } from "../features/foundation/read-model.js";
import { Journal } from "../journal/journal.js";
import { JournalTail } from "../journal/journal-tail.js";
import { systemClock } from "../kernel/clock.js";
import { Digests } from "../kernel/digests.js";
import { newId } from "../kernel/ids.js";
import { Keyring } from "../kernel/keyring.js";
import { SecretCipher } from "../kernel/secret-cipher.js";
import { projectFolder } from "../kernel/project-folder.js";
import { PostgresPubSub } from "../streams/postgres-pub-sub.js";
import { oneCluster } from "../upstreams/clusters.js";
import { GitHubSourceHost } from "../upstreams/github/github-source-host.js";
import { JenkinsBuildServer } from "../upstreams/jenkins/jenkins-build-server.js";
import { KubernetesCluster } from "../upstreams/kubernetes/kubernetes-cluster.js";
import { WorkQueue } from "../work/work-queue.js";

/** Connects to the database, migrates it, and builds the adapters and what areas share. */
export async function buildDependencies(config: Config, log: Logger): Promise<ServerDependencies> {
  const orm = await openDatabase({ ...config.database, migrationsFolder: join(projectFolder, "db/migrations") });
  const fork = (): SqlEntityManager => orm.em.fork();
  await orm.migrator.up();
  const pubSub = new PostgresPubSub(readDatabaseUrl(config.database.url));
  await pubSub.start();
  const statements = await prepareStatements(orm, config.database.poolSize);
  const work = new WorkQueue();
  const policy = new Policy();
  const keyring = new Keyring(config.secretKeys);
  const calls = { observe: (call: object): void => log.debug(call, "upstream call") };
  const cluster = new KubernetesCluster({
    access: config.kubeconfig === undefined ? { inCluster: true } : { kubeconfig: config.kubeconfig },
    namespaceRole: config.namespaceRole,
    calls,
    log: log.child({ upstream: "kubernetes" }),
  });
  const buildServer = new JenkinsBuildServer({
    url: config.jenkins.url,
    user: config.jenkins.user,
    token: config.jenkins.token,
    calls,
  });
  const sourceHost = new GitHubSourceHost({ ...config.github, calls });
  const idempotency = new IdempotencyKeys(policy, new Digests(keyring, "idempotency keys"));
  const dependencies = {
    config,
    log,
    orm,
    fork,
    statements,
    readModel: new ReadModel(statements.query, orm.getMetadata()),
    pubSub,
    clock: systemClock,
    newId,
    work,
    journal: new JournalTail(fork, pubSub),
    mutations: new Mutations(fork, new Journal(newId), work, idempotency),
    policy,
    keyring,
    cipher: new SecretCipher(keyring),
    cluster,
    clusters: oneCluster(cluster),
    buildServer,
    buildServers: { of: () => buildServer },
    sourceHost,
    sourceHosts: { of: () => sourceHost },
  };
  // Before those of delivery, which reads templates through a port.
  const templatingPart = templatingServices(dependencies);
  return {
    ...dependencies,
    ...identityServices(dependencies),
    ...templatingPart,
    ...deliveryServices({ ...dependencies, ...templatingPart }),
  };
}
