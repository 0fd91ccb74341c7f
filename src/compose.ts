import "reflect-metadata";
import { join } from "node:path";
import type { MikroORM } from "@mikro-orm/postgresql";
import { pino, type Logger } from "pino";
import { serveApi, type Api } from "./api/http.js";
import { Contexts } from "./api/authentication.js";
import { NodeResolver } from "./api/node.resolver.js";
import { resolverClasses } from "./api/resolver-classes.js";
import { createSchema } from "./api/schema.js";
import type { Config } from "./config.js";
import { openDatabase, readDatabaseUrl } from "./database.js";
import { AccessService } from "./features/access/access.service.js";
import {
  MemberResolver,
  RoleGrantResolver,
  SessionResolver,
  ViewerResolver,
} from "./features/access/access.resolver.js";
import { ensureFirstAdministrator, type FirstAdministrator } from "./features/access/first-administrator.js";
import { Policy } from "./features/access/policy.js";
import { SessionService } from "./features/access/session.service.js";
import { Tokens } from "./features/access/tokens.js";
import { AppLive } from "./features/app/app-live.js";
import { AppManifests } from "./features/app/app-manifests.js";
import { AppPreview } from "./features/app/app-preview.js";
import { AppReconciler } from "./features/app/app.reconciler.js";
import { AppResolver, AppRevisionResolver } from "./features/app/app.resolver.js";
import { AppService } from "./features/app/app.service.js";
import { AuditResolver } from "./features/audit/audit.resolver.js";
import { AuditService } from "./features/audit/audit.service.js";
import { BuildLog } from "./features/build/build-log.js";
import { BuildReconciler } from "./features/build/build.reconciler.js";
import { AppBuildsResolver, BuildResolver } from "./features/build/build.resolver.js";
import { BuildService } from "./features/build/build.service.js";
import { BuildStreams } from "./features/build/build-streams.js";
import { ConsoleRecorder } from "./features/build/console-recorder.js";
import { Changes } from "./features/change.js";
import { Loaders } from "./features/loaders.js";
import { NamespaceManifests } from "./features/namespace/namespace-manifests.js";
import { NamespaceReconciler } from "./features/namespace/namespace.reconciler.js";
import { NamespaceResolver } from "./features/namespace/namespace.resolver.js";
import { NamespaceService } from "./features/namespace/namespace.service.js";
import { NotificationReconciler, notificationKey } from "./features/notification/notification.reconciler.js";
import { NotificationResolver } from "./features/notification/notification.resolver.js";
import { NotificationService } from "./features/notification/notification.service.js";
import { ReleaseReconciler } from "./features/release/release.reconciler.js";
import { AppReleasesResolver, ReleaseResolver } from "./features/release/release.resolver.js";
import { ReleaseService } from "./features/release/release.service.js";
import { RepositoryResolver } from "./features/repository/repository.resolver.js";
import { RepositoryService } from "./features/repository/repository.service.js";
import { AppReviewsResolver, ReviewResolver } from "./features/review/review.resolver.js";
import { ReviewService } from "./features/review/review.service.js";
import { RolloutReconciler } from "./features/rollout/rollout.reconciler.js";
import { AppRolloutsResolver, RolloutResolver } from "./features/rollout/rollout.resolver.js";
import { RolloutService } from "./features/rollout/rollout.service.js";
import { RolloutStreams } from "./features/rollout/rollout-streams.js";
import { watchRollouts } from "./features/rollout/watch-rollouts.js";
import { Templates } from "./features/templates.js";
import { Journal } from "./journal/journal.js";
import { JournalTail } from "./journal/journal-tail.js";
import { Sequencer } from "./journal/sequencer.js";
import { systemClock } from "./kernel/clock.js";
import { PlatformError, UpstreamUnavailable } from "./kernel/errors.js";
import { newId } from "./kernel/ids.js";
import { Seal } from "./kernel/seal.js";
import { projectFolder } from "./project-files.js";
import { loadSeedTemplates } from "./rendering/seed-templates.js";
import { PostgresWakeups } from "./streams/postgres-wakeups.js";
import { GitHubSourceHost } from "./upstreams/github/github-source-host.js";
import { JenkinsBuildServer } from "./upstreams/jenkins/jenkins-build-server.js";
import { KubernetesCluster } from "./upstreams/kubernetes/kubernetes-cluster.js";
import { incidents } from "./incidents.js";
import { resyncAll } from "./resync.js";
import { WorkQueue } from "./work/work-queue.js";
import { Worker } from "./work/worker.js";

/** A running server. */
export interface House {
  readonly port: number | undefined;
  /** Set when this start made the first administrator. */
  readonly firstAdministrator: FirstAdministrator | undefined;
  readonly openSockets: () => number;
  stop(): Promise<void>;
}

/** Builds every object once, by hand, in order, and starts them. */
export async function openHouse(config: Config, log: Logger = pino({ level: config.logLevel })): Promise<House> {
  const orm: MikroORM = await openDatabase({
    ...config.database,
    migrationsFolder: join(projectFolder, "db/migrations"),
  });
  const fork = () => orm.em.fork();
  await orm.migrator.up();
  const wakeups = new PostgresWakeups(readDatabaseUrl(config.database.url));
  await wakeups.start();

  const clock = systemClock;
  const report = incidents(log);
  const work = new WorkQueue();
  const journal = new Journal(newId);
  const journalTail = new JournalTail(fork, wakeups);
  const changes = new Changes(fork, journal, work, config.secretKey);
  const policy = new Policy();
  const seal = new Seal(config.secretKey);

  const observe = (call: object): void => log.debug(call, "upstream call");
  const cluster = new KubernetesCluster({
    access: config.kubeconfig === undefined ? { inCluster: true } : { kubeconfig: config.kubeconfig },
    calls: { observe },
    log: log.child({ upstream: "kubernetes" }),
  });
  const buildServer = new JenkinsBuildServer({
    url: config.jenkins.url,
    user: config.jenkins.user,
    token: config.jenkins.token,
    calls: { observe },
  });
  const sourceHost = new GitHubSourceHost({
    apiUrl: config.github.apiUrl,
    webUrl: config.github.webUrl,
    token: config.github.token,
    calls: { observe },
  });

  const templates = new Templates(loadSeedTemplates(config.templatesFolder ?? join(projectFolder, "templates")));
  const namespaceManifests = new NamespaceManifests(templates, config.registry);
  const appManifests = new AppManifests(templates, {
    registry: config.registry.server,
    cloneUrl: (repository) => sourceHost.cloneUrl(repository),
    credentialsId: config.jenkins.gitCredentialsId,
  });

  const stopping = new AbortController();
  const startedCluster = cluster
    .start(stopping.signal)
    .catch((error: unknown) => log.warn({ err: error }, "the cluster's watches did not start"));
  const sequencer = new Sequencer(
    fork,
    wakeups,
    (em) => work.enqueue(em, notificationKey),
    (error) => log.warn({ err: error }, "the journal could not be sequenced; it is tried again"),
  );
  sequencer.start();

  const firstAdministrator = await ensureFirstAdministrator(fork(), changes, newId, config.administrator);

  let worker: Worker | undefined;
  let endWatch: () => void = () => undefined;
  if (config.runsWorker) {
    const reconcilers = [
      new NamespaceReconciler(fork, cluster, namespaceManifests, seal),
      new AppReconciler(fork, cluster, buildServer, appManifests, changes, clock),
      new BuildReconciler(fork, buildServer, sourceHost, new ConsoleRecorder(buildServer), changes, clock),
      new ReleaseReconciler(appManifests, changes, newId, clock),
      new RolloutReconciler(fork, cluster, changes, newId, clock, config.rolloutGraceMs),
      new NotificationReconciler(journalTail, newId),
    ];
    worker = new Worker(work, fork, wakeups, reconcilers, {
      failed: ({ kind, key, attempt }, error) => {
        const details = { kind, key, attempt, err: error };
        if (error instanceof UpstreamUnavailable) log.warn(details, "an upstream is away; it is tried again");
        else if (error instanceof PlatformError) log.warn(details, "refused; it is tried again");
        else log.error(details, "a look failed; it is tried again");
      },
    });
    await resyncAll(fork(), work);
    worker.start();
    endWatch = watchRollouts(cluster, fork, work, (error) =>
      log.warn({ err: error }, "a change in the cluster could not be passed on"),
    );
  }

  let api: Api | undefined;
  let accepting = true;
  if (config.runsApi) {
    const sessions = new SessionService(fork, changes, new Tokens(config.secretKey, clock), newId, clock);
    const access = new AccessService(fork, changes, policy, newId, clock);
    const namespaces = new NamespaceService(fork, changes, policy, cluster, seal, newId);
    const apps = new AppService(fork, changes, policy, newId);
    const reviews = new ReviewService(fork, changes, policy, clock);
    const builds = new BuildService(fork, changes, policy, config.registry.server, newId);
    const releases = new ReleaseService(fork, policy);
    const rollouts = new RolloutService(fork, changes, policy, newId, clock);
    const notifications = new NotificationService(fork, changes, wakeups, clock);
    const audit = new AuditService(journalTail, policy);
    const schema = await createSchema(
      [
        new NodeResolver({
          access,
          sessions,
          namespaces,
          apps,
          reviews,
          builds,
          releases,
          rollouts,
          notifications,
          audit,
        }),
        new ViewerResolver(access, sessions, policy),
        new MemberResolver(access),
        new RoleGrantResolver(),
        new SessionResolver(sessions),
        new NamespaceResolver(namespaces),
        new AppResolver(apps, new AppLive(cluster), new AppPreview(appManifests)),
        new AppRevisionResolver(),
        new ReviewResolver(reviews),
        new AppReviewsResolver(reviews),
        new RepositoryResolver(new RepositoryService(fork, policy, sourceHost)),
        new BuildResolver(builds),
        new AppBuildsResolver(builds),
        new ReleaseResolver(),
        new AppReleasesResolver(releases),
        new RolloutResolver(rollouts),
        new AppRolloutsResolver(rollouts),
        new NotificationResolver(notifications),
        new AuditResolver(audit),
      ],
      resolverClasses,
    );
    const contexts = new Contexts(sessions, () => new Loaders(fork), {
      buildLog: new BuildLog(fork, wakeups, policy),
      builds: new BuildStreams(fork, wakeups, policy),
      rollouts: new RolloutStreams(fork, wakeups, policy),
      audit,
      notifications,
    });
    api = await serveApi({
      host: config.host,
      port: config.port,
      schema,
      sessions,
      contexts,
      wakeups,
      operationsFolder: join(projectFolder, "schema/operations"),
      report,
      health: {
        database: () => fork().execute("select 1"),
        upstreams: {
          kubernetes: () => cluster.health(),
          jenkins: () => buildServer.health(),
          github: () => sourceHost.health(),
        },
        accepting: () => accepting,
      },
    });
  }

  return {
    port: api?.port,
    firstAdministrator,
    openSockets: () => api?.openSockets() ?? 0,
    stop: async () => {
      accepting = false;
      endWatch();
      await api?.stop();
      await worker?.stop();
      await sequencer.stop();
      stopping.abort(new Error("The process is stopping."));
      await startedCluster;
      await wakeups.stop();
      await orm.close(true);
    },
  };
}
