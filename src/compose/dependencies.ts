import { join } from "node:path";
import type { MikroORM, SqlEntityManager } from "@mikro-orm/postgresql";
import type { Logger } from "pino";
import type { Config } from "../config/config.js";
import { openDatabase, prepareStatements, readDatabaseUrl } from "./database.js";
import { Allowances } from "../features/delivery/namespace/allowances.js";
import { HostClaims } from "../features/delivery/host/host-claims.js";
import { AppManifests } from "../features/delivery/app/app-manifests.js";
import { Policy } from "../features/identity/access/policy.js";
import { RecentChunks } from "../features/delivery/build/recent-chunks.js";
import { Mutations } from "../features/foundation/mutations.js";
import { ReadModel, type PreparedStatements } from "../features/foundation/read-model.js";
import { EffectiveTemplates } from "../features/templating/template/effective-templates.js";
import { EffectiveVariables } from "../features/templating/variable/effective-variables.js";
import { ObjectPlanner } from "../features/delivery/plan/object-planner.js";
import { Journal } from "../journal/journal.js";
import { JournalTail } from "../journal/journal-tail.js";
import { systemClock, type Clock } from "../kernel/clock.js";
import { Digests } from "../kernel/digests.js";
import { newId, type NewId } from "../kernel/ids.js";
import { Keyring } from "../kernel/keyring.js";
import { SecretCipher } from "../kernel/secret-cipher.js";
import { projectFolder } from "../kernel/project-folder.js";
import { loadSeedTemplates } from "../rendering/seed-templates.js";
import { PostgresPubSub } from "../streams/postgres-pub-sub.js";
import type { BuildServer } from "../upstreams/build-server.js";
import type { Cluster } from "../upstreams/cluster.js";
import { GitHubSourceHost } from "../upstreams/github/github-source-host.js";
import { JenkinsBuildServer } from "../upstreams/jenkins/jenkins-build-server.js";
import { KubernetesCluster } from "../upstreams/kubernetes/kubernetes-cluster.js";
import type { SourceHost } from "../upstreams/source-host.js";
import { WorkQueue } from "../work/work-queue.js";

/** What everything else stands on. */
export interface Dependencies {
  readonly config: Config;
  readonly log: Logger;
  readonly orm: MikroORM;
  readonly fork: () => SqlEntityManager;
  readonly statements: PreparedStatements;
  readonly readModel: ReadModel;
  readonly pubSub: PostgresPubSub;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly work: WorkQueue;
  readonly journal: JournalTail;
  readonly mutations: Mutations;
  readonly policy: Policy;
  readonly keyring: Keyring;
  readonly cipher: SecretCipher;
  readonly planner: ObjectPlanner;
  readonly cluster: Cluster;
  readonly buildServer: BuildServer;
  readonly sourceHost: SourceHost;
  readonly variables: EffectiveVariables;
  readonly templates: EffectiveTemplates;
  readonly appManifests: AppManifests;
  readonly allowances: Allowances;
  readonly hostClaims: HostClaims;
  readonly recentChunks: RecentChunks;
}

/** Connects to the database, brings it up to date, and builds the adapters. */
export async function buildDependencies(config: Config, log: Logger): Promise<Dependencies> {
  const orm = await openDatabase({ ...config.database, migrationsFolder: join(projectFolder, "db/migrations") });
  const fork = () => orm.em.fork();
  await orm.migrator.up();
  const pubSub = new PostgresPubSub(readDatabaseUrl(config.database.url));
  await pubSub.start();
  const statements = await prepareStatements(orm, config.database.poolSize);

  const work = new WorkQueue();
  const calls = { observe: (call: object): void => log.debug(call, "upstream call") };
  const sourceHost = new GitHubSourceHost({ ...config.github, calls });
  const readModel = new ReadModel(statements.query, orm.getMetadata());
  const ownFolder = config.templatesFolder === undefined ? [] : [config.templatesFolder];
  const seeds = loadSeedTemplates(...ownFolder, join(projectFolder, "templates"));
  const variables = new EffectiveVariables(readModel);
  const templates = new EffectiveTemplates(seeds, readModel, variables, config.renderingRules);
  const policy = new Policy();
  const keyring = new Keyring(config.secretKeys);
  const cipher = new SecretCipher(keyring);
  const cluster = new KubernetesCluster({
    access: config.kubeconfig === undefined ? { inCluster: true } : { kubeconfig: config.kubeconfig },
    namespaceRole: config.namespaceRole,
    calls,
    log: log.child({ upstream: "kubernetes" }),
  });
  const allowances = new Allowances(config.allowances);
  return {
    config,
    log,
    orm,
    fork,
    statements,
    readModel,
    pubSub,
    clock: systemClock,
    newId,
    work,
    journal: new JournalTail(fork, pubSub),
    mutations: new Mutations(fork, new Journal(newId), work, policy, new Digests(keyring, "idempotency keys")),
    policy,
    keyring,
    cipher,
    planner: new ObjectPlanner(cluster, cipher, new Digests(keyring, "plan marks")),
    cluster,
    buildServer: new JenkinsBuildServer({
      url: config.jenkins.url,
      user: config.jenkins.user,
      token: config.jenkins.token,
      calls,
    }),
    sourceHost,
    variables,
    templates,
    appManifests: new AppManifests(templates, {
      registry: config.registry.server,
      cloneUrl: (repository) => sourceHost.cloneUrl(repository),
      credentialsId: config.jenkins.gitCredentialsId,
      registryCredentialsId: config.jenkins.registryCredentialsId,
    }),
    allowances,
    hostClaims: new HostClaims(allowances, policy),
    recentChunks: new RecentChunks(),
  };
}
