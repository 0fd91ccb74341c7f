import type { GraphQLSchema } from "graphql";
import { Contexts } from "../api/authentication/authentication.js";
import type { DownloadSources } from "../api/http/downloads.js";
import { NodeResolver } from "../api/schema/node.resolver.js";
import { RateLimitResolver } from "../api/pricing/rate-limit.resolver.js";
import { resolverClasses } from "../api/schema/resolver-classes.js";
import { createSchema } from "../api/schema/schema.js";
import type { Dependencies } from "./dependencies.js";
import { composeIdentity } from "./identity.js";
import type { SessionService } from "../features/identity/session/session.service.js";
import { StreamReservations } from "../features/identity/session/stream-reservations.js";
import { AppPods } from "../features/delivery/app/app-pods.js";
import { AppPreview } from "../features/delivery/preview/app-preview.js";
import { AppPreviewResolver } from "../features/delivery/preview/app-preview.resolver.js";
import { PodStreams } from "../features/delivery/app/pod-streams.js";
import { AppResolver, AppRevisionResolver } from "../features/delivery/app/app.resolver.js";
import { Revisions } from "../features/delivery/app/revisions.js";
import { AppReader } from "../features/delivery/app/app.reader.js";
import { AppService } from "../features/delivery/app/app.service.js";
import { AppHistoryReader } from "../features/delivery/app-history/app-history.reader.js";
import { AppHistoryResolver, AppPastResolver } from "../features/delivery/app-history/app-history.resolver.js";
import { AuditResolver } from "../features/observability/audit/audit.resolver.js";
import { AuditReader } from "../features/observability/audit/audit.reader.js";
import { BuildLog } from "../features/delivery/build/build-log.js";
import { BuildLogDownload } from "../features/delivery/build/build-log-download.js";
import { BuildStreams } from "../features/delivery/build/build-streams.js";
import { AppBuildsResolver, BuildResolver } from "../features/delivery/build/build.resolver.js";
import { BuildReader } from "../features/delivery/build/build.reader.js";
import { BuildService } from "../features/delivery/build/build.service.js";
import { NamespaceExports } from "../features/delivery/export/namespace-export.js";
import { NamespaceExportResolver } from "../features/delivery/export/namespace-export.resolver.js";
import { ImportResolver } from "../features/delivery/import/import.resolver.js";
import { ImportService } from "../features/delivery/import/import.service.js";
import { StreamSources } from "../features/foundation/context.js";
import { Loaders } from "../features/foundation/loaders.js";
import { AppDriftResolver, DriftResolver } from "../features/delivery/drift/drift.resolver.js";
import { DriftService } from "../features/delivery/drift/drift.service.js";
import { DriftSnapshots } from "../features/delivery/drift/drift-snapshots.js";
import { DriftStreams } from "../features/delivery/drift/drift-streams.js";
import { DriftDetector } from "../features/delivery/drift/drift-detector.js";
import { NamespaceResolver } from "../features/delivery/namespace/namespace.resolver.js";
import { RoleGrantNamespaceResolver } from "../features/delivery/namespace/role-grant-namespace.resolver.js";
import { NamespaceReader } from "../features/delivery/namespace/namespace.reader.js";
import { NamespaceService } from "../features/delivery/namespace/namespace.service.js";
import { NotificationResolver } from "../features/alerting/notification/notification.resolver.js";
import { NotificationReader } from "../features/alerting/notification/notification.reader.js";
import { NotificationService } from "../features/alerting/notification/notification.service.js";
import { PlanApplication } from "../features/delivery/plan/plan-application.js";
import { PlanMaker } from "../features/delivery/plan/plan-maker.js";
import { AppPlansResolver, PlanResolver } from "../features/delivery/plan/plan.resolver.js";
import { PlanReader } from "../features/delivery/plan/plan.reader.js";
import { PlanService } from "../features/delivery/plan/plan.service.js";
import { PodLogResolver } from "../features/observability/pod-log/pod-log.resolver.js";
import { PodLogReader } from "../features/observability/pod-log/pod-log.reader.js";
import { AppReleasesResolver, ReleaseResolver } from "../features/delivery/release/release.resolver.js";
import { ReleaseReader } from "../features/delivery/release/release.reader.js";
import { RepositoryResolver } from "../features/delivery/repository/repository.resolver.js";
import { RepositoryReader } from "../features/delivery/repository/repository.reader.js";
import { AppReviewsResolver, ReviewResolver } from "../features/delivery/review/review.resolver.js";
import { ReviewReader } from "../features/delivery/review/review.reader.js";
import { ReviewService } from "../features/delivery/review/review.service.js";
import { RolloutStreams } from "../features/delivery/rollout/rollout-streams.js";
import { AppRolloutsResolver, RolloutResolver } from "../features/delivery/rollout/rollout.resolver.js";
import { DockerfileResolver } from "../features/templating/dockerfile/dockerfile.resolver.js";
import { DockerfileLibrary } from "../features/templating/dockerfile/dockerfile-library.js";
import { TemplateImpactResolver } from "../features/templating/template/template-impact.resolver.js";
import {
  AppTemplatesResolver,
  TemplateResolver,
  TemplateVersionResolver,
} from "../features/templating/template/template.resolver.js";
import { TemplateImpacts } from "../features/templating/template/template-impact.js";
import { TemplatePreviews } from "../features/templating/template/template-preview.js";
import {
  TemplateRolloutAppResolver,
  TemplateRolloutResolver,
  TemplateRolloutStageResolver,
} from "../features/templating/template-rollout/template-rollout.resolver.js";
import { TemplateRolloutReader } from "../features/templating/template-rollout/template-rollout.reader.js";
import { TemplateRolloutService } from "../features/templating/template-rollout/template-rollout.service.js";
import {
  TemplateLinkResolver,
  TemplatePinResolver,
} from "../features/templating/template-pin/template-pin.resolver.js";
import { TemplatePinService } from "../features/templating/template-pin/template-pin.service.js";
import { TemplatePinReader } from "../features/templating/template-pin/template-pin.reader.js";
import { TemplateReader } from "../features/templating/template/template.reader.js";
import { TemplateService } from "../features/templating/template/template.service.js";
import {
  AppVariablesResolver,
  HeldVariableResolver,
  NamespaceVariablesResolver,
  VariableValueResolver,
} from "../features/templating/variable/variable-value.resolver.js";
import { VariableReader } from "../features/templating/variable/variable.reader.js";
import { VariableResolver } from "../features/templating/variable/variable.resolver.js";
import { VariableService } from "../features/templating/variable/variable.service.js";
import { VariableValueService } from "../features/templating/variable/variable-value.service.js";
import { RetirementResolver } from "../features/delivery/retirement/retirement.resolver.js";
import { RetirementService } from "../features/delivery/retirement/retirement.service.js";
import { RolloutReader } from "../features/delivery/rollout/rollout.reader.js";
import { RolloutService } from "../features/delivery/rollout/rollout.service.js";

/** What the API is about, whatever it is served by. */
export interface Operations {
  readonly schema: GraphQLSchema;
  readonly sessions: SessionService;
  readonly reservations: StreamReservations;
  readonly contexts: Contexts;
  readonly files: DownloadSources;
}

/** Builds the use-cases and their resolvers. */
export async function composeOperations(dependencies: Dependencies): Promise<Operations> {
  const { config, fork, readModel, pubSub, journal, mutations, clock, newId, policy, cipher } = dependencies;
  const { planner, cluster, sourceHost, allowances, hostClaims } = dependencies;
  const shared = { ...dependencies, manifests: dependencies.appManifests, claims: hostClaims };
  const identity = composeIdentity(dependencies);
  const namespaces = new NamespaceReader(readModel, policy);
  const revisions = new Revisions(policy, allowances, hostClaims, newId);
  const apps = new AppReader(readModel, policy);
  const reviews = new ReviewReader(readModel, policy);
  const builds = new BuildReader(readModel, policy);
  const releases = new ReleaseReader(readModel, policy);
  const rollouts = new RolloutReader(readModel, policy);
  const notifications = new NotificationReader(fork, readModel, pubSub);
  const audit = new AuditReader(journal, policy);
  const templates = new TemplateReader(readModel, policy, dependencies.templates, dependencies.variables);
  const pins = new TemplatePinReader(readModel, policy);
  const dockerfiles = new DockerfileLibrary(dependencies.templates);
  const publications = new TemplateRolloutReader(fork, readModel, policy, pubSub);
  const variables = new VariableReader(readModel, policy, dependencies.variables);
  const planMaker = new PlanMaker(cluster, dependencies.appManifests, planner);
  const plans = new PlanReader(readModel, policy);
  const podLogs = new PodLogReader(fork, cluster, policy);
  const drifts = new DriftDetector(cluster, cipher);
  const namespaceExports = new NamespaceExports(readModel, policy, dependencies.appManifests);
  const templateRollouts = new TemplateRolloutService(mutations, policy, dependencies.templates, newId, clock);
  const variableService = new VariableService(mutations, policy, cipher, newId);
  const imports = new ImportService(shared);
  const resolvers = [
    new NodeResolver({
      members: identity.members,
      sessions: identity.sessionReader,
      namespaces,
      apps,
      reviews,
      builds,
      releases,
      rollouts,
      notifications,
      audit,
      templates,
      pins,
      dockerfiles,
      publications,
      variables,
      plans,
    }),
    ...identity.resolvers,
    new RoleGrantNamespaceResolver(),
    new NamespaceResolver(
      new NamespaceService({ ...shared, security: config.namespaceSecurity }),
      namespaces,
      allowances,
    ),
    new AppResolver(new AppService(mutations, policy, revisions, newId), apps, new AppPods(cluster)),
    new AppPreviewResolver(new AppPreview(dependencies.appManifests)),
    new AppRevisionResolver(),
    new RetirementResolver(new RetirementService(mutations, policy, clock)),
    new AppPastResolver(),
    new AppHistoryResolver(new AppHistoryReader(readModel)),
    new ReviewResolver(new ReviewService({ ...shared, revisions })),
    new AppReviewsResolver(reviews),
    new RepositoryResolver(new RepositoryReader(fork, policy, allowances, sourceHost)),
    new BuildResolver(new BuildService({ ...shared, defaultRegistry: config.registry.server }), builds),
    new AppBuildsResolver(builds),
    new ReleaseResolver(releases),
    new AppReleasesResolver(releases),
    new RolloutResolver(new RolloutService(shared), rollouts),
    new AppRolloutsResolver(rollouts),
    new DriftResolver(new DriftService({ ...shared, drifts, revisions })),
    new AppDriftResolver(drifts),
    new NotificationResolver(new NotificationService(mutations, clock), notifications),
    new AuditResolver(audit),
    new PodLogResolver(),
    new TemplateResolver(
      new TemplateService(mutations, policy, dependencies.templates, newId, clock),
      templates,
      new TemplatePreviews(
        readModel,
        policy,
        dependencies.templates,
        dependencies.variables,
        dependencies.appManifests,
      ),
    ),
    new TemplateVersionResolver(),
    new TemplateImpactResolver(),
    new DockerfileResolver(dockerfiles),
    new AppTemplatesResolver(templates),
    new TemplatePinResolver(new TemplatePinService(mutations, policy, dependencies.templates, newId, clock), pins),
    new TemplateLinkResolver(),
    new TemplateRolloutResolver(templateRollouts, publications),
    new TemplateRolloutStageResolver(),
    new TemplateRolloutAppResolver(),
    new VariableResolver(variableService, new VariableValueService(mutations, policy, cipher, newId), variables),
    new VariableValueResolver(),
    new HeldVariableResolver(),
    new AppVariablesResolver(variables),
    new NamespaceVariablesResolver(variables),
    new PlanResolver(
      new PlanService({ ...shared, maker: planMaker }),
      plans,
      new PlanApplication({ ...shared, maker: planMaker, revisions }),
    ),
    new AppPlansResolver(plans),
    new ImportResolver(imports),
    new NamespaceExportResolver(namespaceExports),
    new RateLimitResolver(),
  ];
  const streams = new StreamSources([
    new BuildLog(fork, pubSub, policy, dependencies.recentChunks),
    new BuildStreams(fork, pubSub, policy),
    new RolloutStreams(fork, pubSub, policy),
    audit,
    notifications,
    new PodStreams(fork, pubSub, cluster, policy),
    new DriftStreams({ ...shared, snapshots: new DriftSnapshots(dependencies.readModel), drifts }),
    podLogs,
    publications,
    new TemplateImpacts(readModel, policy, dependencies.templates, dependencies.appManifests),
  ]);
  return {
    schema: await createSchema(resolvers, resolverClasses),
    sessions: identity.sessions,
    reservations: new StreamReservations(fork, cipher),
    contexts: new Contexts(identity.sessions, () => new Loaders(readModel), streams),
    files: { builds: new BuildLogDownload(fork, policy), pods: podLogs, namespaces: namespaceExports },
  };
}
