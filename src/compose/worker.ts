import type { Dependencies } from "./dependencies.js";
import { AppReconciler } from "../features/delivery/deploy/app.reconciler.js";
import { AppConditions } from "../features/delivery/deploy/app-conditions.js";
import { AppObjects } from "../features/delivery/deploy/app-objects.js";
import { AppRemoval } from "../features/delivery/deploy/app-removal.js";
import { ReleaseDeployment } from "../features/delivery/deploy/release-deployment.js";
import { HostGuard } from "../features/delivery/deploy/host-guard.js";
import { BuildLogReconciler } from "../features/delivery/build/build-log.reconciler.js";
import { BuildRecord } from "../features/delivery/build/build-record.js";
import { BuildReconciler } from "../features/delivery/build/build.reconciler.js";
import { ConsoleRecorder } from "../features/delivery/build/console-recorder.js";
import { NamespaceManifests } from "../features/delivery/namespace/namespace-manifests.js";
import { NamespaceReconciler } from "../features/delivery/namespace/namespace.reconciler.js";
import { NotificationReconciler } from "../features/alerting/notification/notification.reconciler.js";
import { findWaitingForRelease } from "../features/templating/template-rollout/find-waiting-for-release.js";
import { TemplateRolloutAdvance } from "../features/templating/template-rollout/template-rollout-advance.js";
import { TemplateRolloutReconciler } from "../features/templating/template-rollout/template-rollout.reconciler.js";
import { TemplateRolloutRollback } from "../features/templating/template-rollout/template-rollout-rollback.js";
import { ReleaseReconciler } from "../features/delivery/deploy/release.reconciler.js";
import { RolloutExplanation } from "../features/delivery/rollout/rollout-explanation.js";
import { RolloutReconciler } from "../features/delivery/rollout/rollout.reconciler.js";
import { watchRollouts } from "../features/delivery/rollout/watch-rollouts.js";
import { FailureLog } from "../kernel/failure-log.js";
import { PlatformError, UpstreamUnavailable } from "../kernel/errors.js";
import { resyncAll } from "./resync.js";
import { Worker } from "../work/worker.js";

/** Starts whoever does the work that was asked for. Returns its end: leases are handed back. */
export async function startWorker(dependencies: Dependencies): Promise<() => Promise<void>> {
  const {
    config,
    log,
    fork,
    pubSub,
    work,
    journal,
    mutations,
    clock,
    newId,
    cipher,
    cluster,
    buildServer,
    sourceHost,
    templates,
    appManifests,
    allowances,
    hostClaims,
  } = dependencies;
  const recorder = new ConsoleRecorder(buildServer, dependencies.recentChunks);
  const hosts = new HostGuard(hostClaims, cluster);
  const conditions = new AppConditions(mutations, clock);
  const objects = new AppObjects(cluster, hosts, cipher);
  const reconcilers = [
    new NamespaceReconciler(
      fork,
      cluster,
      new NamespaceManifests(templates, config.registry, config.namespaceSecurity.network),
      cipher,
      clock,
    ),
    new AppReconciler({
      fork,
      buildServer,
      manifests: appManifests,
      objects,
      deployment: new ReleaseDeployment({ objects, planner: dependencies.planner, hosts, mutations, clock }),
      removal: new AppRemoval(cluster, buildServer, hosts, conditions, mutations, clock),
      conditions,
      mutations,
      clock,
    }),
    new BuildReconciler({
      fork,
      buildServer,
      sourceHost,
      recorder,
      record: new BuildRecord(mutations, clock),
      allowances,
      clock,
    }),
    new BuildLogReconciler(clock, config.buildLogDays),
    new ReleaseReconciler(appManifests, mutations, findWaitingForRelease, newId, clock),
    new TemplateRolloutReconciler(
      mutations,
      new TemplateRolloutAdvance(templates, appManifests, clock),
      new TemplateRolloutRollback(newId, clock),
    ),
    new RolloutReconciler({
      fork,
      cluster,
      explanation: new RolloutExplanation(cluster, clock),
      mutations,
      newId,
      clock,
      graceMs: config.rolloutGraceMs,
    }),
    new NotificationReconciler(journal, newId),
  ];
  const worker = new Worker(work, fork, pubSub, reconcilers, {
    failures: new FailureLog(log, "the work queue"),
    failed: ({ kind, key, attempt }, error) => {
      const details = { kind, key, attempt, err: error };
      if (error instanceof UpstreamUnavailable) log.warn(details, "an upstream is away; it is tried again");
      else if (error instanceof PlatformError) log.warn(details, "refused; it is tried again");
      else log.error(details, "a look failed; it is tried again");
    },
  });
  await resyncAll(fork(), work);
  worker.start();
  const endWatch = watchRollouts(cluster, fork, work, (error) =>
    log.warn({ err: error }, "a change in the cluster could not be passed on"),
  );
  return async () => {
    endWatch();
    await worker.stop();
  };
}
