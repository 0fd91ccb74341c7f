import {
  MemberResolver,
  RoleGrantResolver,
  SessionResolver,
  ViewerResolver,
} from "../features/access/access.resolver.js";
import { AppResolver, AppRevisionResolver } from "../features/app/app.resolver.js";
import { AppAtResolver, AppPastResolver } from "../features/app-past/app-past.resolver.js";
import { AuditResolver } from "../features/audit/audit.resolver.js";
import { AppBuildsResolver, BuildResolver } from "../features/build/build.resolver.js";
import { AppDriftResolver, DriftResolver } from "../features/drift/drift.resolver.js";
import { NamespaceExportResolver } from "../features/export/namespace-export.resolver.js";
import { ImportResolver } from "../features/import/import.resolver.js";
import { NamespaceResolver } from "../features/namespace/namespace.resolver.js";
import { NotificationResolver } from "../features/notification/notification.resolver.js";
import { AppPlansResolver, PlanResolver } from "../features/plan/plan.resolver.js";
import { PodLogResolver } from "../features/pod-log/pod-log.resolver.js";
import { AppReleasesResolver, ReleaseResolver } from "../features/release/release.resolver.js";
import { RepositoryResolver } from "../features/repository/repository.resolver.js";
import { AppReviewsResolver, ReviewResolver } from "../features/review/review.resolver.js";
import { AppRolloutsResolver, RolloutResolver } from "../features/rollout/rollout.resolver.js";
import { DockerfileResolver } from "../features/template/dockerfile.resolver.js";
import { TemplateImpactResolver } from "../features/template/template-impact.resolver.js";
import {
  PublicationAppResolver,
  PublicationResolver,
  PublicationStageResolver,
} from "../features/publication/publication.resolver.js";
import { TemplateLinkResolver, TemplatePinResolver } from "../features/template/template-pin.resolver.js";
import {
  AppTemplatesResolver,
  TemplateResolver,
  TemplateVersionResolver,
} from "../features/template/template.resolver.js";
import {
  AppVariablesResolver,
  HeldVariableResolver,
  NamespaceVariablesResolver,
  VariableValueResolver,
} from "../features/variable/variable-value.resolver.js";
import { VariableResolver } from "../features/variable/variable.resolver.js";
import { NodeResolver } from "./node.resolver.js";
import { RateLimitResolver } from "./rate-limit.resolver.js";

/** Every resolver of the schema. `compose` builds one of each. */
export const resolverClasses: readonly Function[] = [
  NodeResolver,
  ViewerResolver,
  MemberResolver,
  RoleGrantResolver,
  SessionResolver,
  NamespaceResolver,
  AppResolver,
  AppRevisionResolver,
  AppPastResolver,
  AppAtResolver,
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
  NotificationResolver,
  AuditResolver,
  PodLogResolver,
  TemplateResolver,
  TemplateVersionResolver,
  TemplateImpactResolver,
  DockerfileResolver,
  AppTemplatesResolver,
  TemplatePinResolver,
  TemplateLinkResolver,
  PublicationResolver,
  PublicationStageResolver,
  PublicationAppResolver,
  VariableResolver,
  VariableValueResolver,
  HeldVariableResolver,
  AppVariablesResolver,
  NamespaceVariablesResolver,
  PlanResolver,
  AppPlansResolver,
  ImportResolver,
  NamespaceExportResolver,
  RateLimitResolver,
];
