import type { AreaWork } from "../foundation/area.js";
import { BuildLogReconciler } from "./build/build-log.reconciler.js";
import { BuildRecord } from "./build/build-record.js";
import { BuildReconciler } from "./build/build.reconciler.js";
import { ConsoleRecorder } from "./build/console-recorder.js";
import { AppConditions } from "./deploy/app-conditions.js";
import { AppObjects } from "./deploy/app-objects.js";
import { AppRemoval } from "./deploy/app-removal.js";
import { AppReconciler } from "./deploy/app.reconciler.js";
import { HostGuard } from "./deploy/host-guard.js";
import { ReleaseDeployment } from "./deploy/release-deployment.js";
import { ReleaseReconciler } from "./deploy/release.reconciler.js";
import { NamespaceManifests } from "./namespace/namespace-manifests.js";
import { NamespaceReconciler } from "./namespace/namespace.reconciler.js";
import { RolloutExplanation } from "./rollout/rollout-explanation.js";
import { RolloutReconciler } from "./rollout/rollout.reconciler.js";
import { watchRollouts } from "./rollout/watch-rollouts.js";
import type { DeliveryDependencies } from "./compose-services.js";

/** The reconcilers of delivery, and the watch that wakes them. */
export function deliveryWork(dependencies: DeliveryDependencies): AreaWork {
  const { config, fork, work, mutations, clock, newId, cipher, clusters, buildServers } = dependencies;
  const { templates, appManifests, hostClaims } = dependencies;
  const hosts = new HostGuard(hostClaims, clusters);
  const conditions = new AppConditions(mutations, clock);
  const objects = new AppObjects(clusters, hosts, cipher);
  const namespaceManifests = new NamespaceManifests(templates, config.registry, config.namespaceSecurity.network);
  return {
    reconcilers: [
      new NamespaceReconciler(fork, clusters, namespaceManifests, cipher, clock),
      new AppReconciler({
        ...dependencies,
        manifests: appManifests,
        objects,
        deployment: new ReleaseDeployment({ ...dependencies, objects, hosts }),
        removal: new AppRemoval({ ...dependencies, hosts, conditions }),
        conditions,
      }),
      new BuildReconciler({
        ...dependencies,
        recorder: new ConsoleRecorder(buildServers, dependencies.recentChunks),
        record: new BuildRecord(mutations, clock),
      }),
      new BuildLogReconciler(clock, config.buildLogDays),
      new ReleaseReconciler(appManifests, mutations, dependencies.findWaitingForRelease, newId, clock),
      new RolloutReconciler({
        ...dependencies,
        explanation: new RolloutExplanation(clusters, clock),
        graceMs: config.rolloutGraceMs,
      }),
    ],
    watches: [(failed) => watchRollouts(clusters, fork, work, failed)],
  };
}
