import type { Area } from "../foundation/area.js";
import { AppHistoryReader } from "./app-history/app-history.reader.js";
import { AppHistoryResolver, AppPastResolver } from "./app-history/app-history.resolver.js";
import { AppPods } from "./app/app-pods.js";
import { App, AppRevision } from "./app/app.entity.js";
import { AppResolver, AppRevisionResolver } from "./app/app.resolver.js";
import { AppReader } from "./app/app.reader.js";
import { AppService } from "./app/app.service.js";
import { PodStreams } from "./app/pod-streams.js";
import { Revisions } from "./app/revisions.js";
import { BuildLogDownload } from "./build/build-log-download.js";
import { BuildLog } from "./build/build-log.js";
import { BuildStreams } from "./build/build-streams.js";
import { Build } from "./build/build.entity.js";
import { AppBuildsResolver, BuildResolver } from "./build/build.resolver.js";
import { BuildReader } from "./build/build.reader.js";
import { BuildService } from "./build/build.service.js";
import { DriftDetector } from "./drift/drift-detector.js";
import { DriftSnapshots } from "./drift/drift-snapshots.js";
import { DriftStreams } from "./drift/drift-streams.js";
import { AppDriftResolver, DriftResolver } from "./drift/drift.resolver.js";
import { DriftService } from "./drift/drift.service.js";
import { NamespaceExportDownload } from "./export/namespace-export-download.js";
import { NamespaceExports } from "./export/namespace-export.js";
import { NamespaceExportResolver } from "./export/namespace-export.resolver.js";
import { ImportResolver } from "./import/import.resolver.js";
import { ImportService } from "./import/import.service.js";
import { Namespace } from "./namespace/namespace.entity.js";
import { NamespaceResolver } from "./namespace/namespace.resolver.js";
import { NamespaceReader } from "./namespace/namespace.reader.js";
import { NamespaceService } from "./namespace/namespace.service.js";
import { RoleGrantNamespaceResolver } from "./namespace/role-grant-namespace.resolver.js";
import { PlanApplication } from "./plan/plan-application.js";
import { PlanMaker } from "./plan/plan-maker.js";
import { Plan } from "./plan/plan.entity.js";
import { AppPlansResolver, PlanResolver } from "./plan/plan.resolver.js";
import { PlanReader } from "./plan/plan.reader.js";
import { PlanService } from "./plan/plan.service.js";
import { AppPreview } from "./preview/app-preview.js";
import { AppPreviewResolver } from "./preview/app-preview.resolver.js";
import { Release } from "./release/release.entity.js";
import { AppReleasesResolver, ReleaseResolver } from "./release/release.resolver.js";
import { ReleaseReader } from "./release/release.reader.js";
import { RepositoryResolver } from "./repository/repository.resolver.js";
import { RepositoryReader } from "./repository/repository.reader.js";
import { RetirementResolver } from "./retirement/retirement.resolver.js";
import { RetirementService } from "./retirement/retirement.service.js";
import { Review } from "./review/review.entity.js";
import { AppReviewsResolver, ReviewResolver } from "./review/review.resolver.js";
import { ReviewReader } from "./review/review.reader.js";
import { ReviewService } from "./review/review.service.js";
import { RolloutStreams } from "./rollout/rollout-streams.js";
import { Rollout } from "./rollout/rollout.entity.js";
import { AppRolloutsResolver, RolloutResolver } from "./rollout/rollout.resolver.js";
import { RolloutReader } from "./rollout/rollout.reader.js";
import { RolloutService } from "./rollout/rollout.service.js";
import { deliveryWork } from "./compose-work.js";
import type { DeliveryDependencies } from "./compose-services.js";

/** Namespaces, apps and their way from a build to a rollout. */
export const delivery: Area<DeliveryDependencies> = {
  entities: [Namespace, App, AppRevision, Review, Build, Release, Rollout, Plan],
  resolverClasses: [
    RoleGrantNamespaceResolver,
    NamespaceResolver,
    AppResolver,
    AppRevisionResolver,
    AppPreviewResolver,
    RetirementResolver,
    AppPastResolver,
    AppHistoryResolver,
    ReviewResolver,
    AppReviewsResolver,
    RepositoryResolver,
    BuildResolver,
    AppBuildsResolver,
    ReleaseResolver,
    AppReleasesResolver,
    RolloutResolver,
    AppRolloutsResolver,
    DriftResolver,
    AppDriftResolver,
    PlanResolver,
    AppPlansResolver,
    ImportResolver,
    NamespaceExportResolver,
  ],
  operations: (dependencies) => {
    const { config, fork, readModel, pubSub, mutations, clock, newId, policy, cipher, clusters, sourceHosts } =
      dependencies;
    const { planner, appManifests, allowances, hostClaims, recentChunks } = dependencies;
    const shared = { ...dependencies, manifests: appManifests, claims: hostClaims };
    const namespaces = new NamespaceReader(readModel, policy);
    const namespaceService = new NamespaceService({ ...shared, security: config.namespaceSecurity });
    const revisions = new Revisions(policy, allowances, hostClaims, newId);
    const apps = new AppReader(readModel, policy);
    const appService = new AppService(mutations, policy, revisions, newId);
    const reviews = new ReviewReader(readModel, policy);
    const builds = new BuildReader(readModel, policy);
    const buildService = new BuildService({ ...shared, defaultRegistry: config.registry.server });
    const releases = new ReleaseReader(readModel, policy);
    const rollouts = new RolloutReader(readModel, policy);
    const maker = new PlanMaker(clusters, appManifests, planner);
    const plans = new PlanReader(readModel, policy);
    const planService = new PlanService({ ...shared, maker });
    const planApplication = new PlanApplication({ ...shared, maker, revisions });
    const drifts = new DriftDetector(clusters, cipher);
    const exports = new NamespaceExports(readModel, policy, appManifests);
    return {
      resolvers: [
        new RoleGrantNamespaceResolver(),
        new NamespaceResolver(namespaceService, namespaces, allowances),
        new AppResolver(appService, apps, new AppPods(clusters)),
        new AppRevisionResolver(),
        new AppPreviewResolver(new AppPreview(appManifests)),
        new RetirementResolver(new RetirementService(mutations, policy, clock)),
        new AppPastResolver(),
        new AppHistoryResolver(new AppHistoryReader(readModel)),
        new ReviewResolver(new ReviewService({ ...shared, revisions })),
        new AppReviewsResolver(reviews),
        new RepositoryResolver(new RepositoryReader(fork, policy, allowances, sourceHosts)),
        new BuildResolver(buildService, builds),
        new AppBuildsResolver(builds),
        new ReleaseResolver(releases),
        new AppReleasesResolver(releases),
        new RolloutResolver(new RolloutService(shared), rollouts),
        new AppRolloutsResolver(rollouts),
        new DriftResolver(new DriftService({ ...shared, drifts, revisions })),
        new AppDriftResolver(drifts),
        new PlanResolver(planService, plans, planApplication),
        new AppPlansResolver(plans),
        new ImportResolver(new ImportService(shared)),
        new NamespaceExportResolver(exports),
      ],
      streamSources: [
        new BuildLog(fork, pubSub, policy, recentChunks),
        new BuildStreams(fork, pubSub, policy),
        new RolloutStreams(fork, pubSub, policy),
        new PodStreams(fork, pubSub, clusters, policy),
        new DriftStreams({ ...shared, snapshots: new DriftSnapshots(readModel), drifts }),
      ],
      downloads: [new BuildLogDownload(fork, policy), new NamespaceExportDownload(exports)],
      nodes: {
        Namespace: ({ actor }, id) => namespaces.namespace(actor, id),
        App: ({ actor }, id) => apps.app(actor, id),
        AppRevision: ({ actor }, id) => apps.revision(actor, id),
        Review: ({ actor }, id) => reviews.review(actor, id),
        Build: ({ actor }, id) => builds.build(actor, id),
        Release: ({ actor }, id) => releases.release(actor, id),
        Rollout: ({ actor }, id) => rollouts.rollout(actor, id),
        Plan: ({ actor }, id) => plans.plan(actor, id),
      },
    };
  },
  work: deliveryWork,
};
